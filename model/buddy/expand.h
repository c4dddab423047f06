/* Allocation from a free list of the zone: the smallest block that fits, split down. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_EXPAND_H
#define MEMORACLE_BUDDY_EXPAND_H

#include "hand.h"

/*
 * buddy_expand() - block @i in hand is halved down to @order; upper halves become free as @type.
 * Returns: the lowest block, of @order, in hand.
 * Source: mm/page_alloc.c:expand, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && order <= LV(*z, i) <= z->max_order;
  requires type:  type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 16;
  TOTAL;
  assigns         ON_FIELDS, z->kept[0 .. BUDDY_NODES - 1], TRACE_FIELDS;
  ENSURES_WF;
  ensures block:  BUDDY_ROOT <= \result < BUDDY_NODES && ST(*z, \result) == NODE_ALLOC && LV(*z, \result) == order;
  ensures low:    \result == low(i, LV(*z, i) - order);
*/
uint32_t buddy_expand(struct zone *z, struct trace *t, uint32_t i, uint32_t order, uint32_t type);

/*
 * buddy_take_expand() - free block @i of list @type comes into hand, split down to @order.
 * Source: mm/page_alloc.c:page_del_and_expand, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_FREE && order <= LV(*z, i) <= z->max_order;
  requires type:  type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 16;
  TOTAL;
  assigns         ON_FIELDS, z->kept[0 .. BUDDY_NODES - 1], TRACE_FIELDS;
  ENSURES_WF;
  ensures block:  BUDDY_ROOT <= \result < BUDDY_NODES && ST(*z, \result) == NODE_ALLOC && LV(*z, \result) == order;
*/
uint32_t buddy_take_expand(struct zone *z, struct trace *t, uint32_t i, uint32_t order,
			   uint32_t type);

/*
 * buddy_rmqueue_smallest() - the first block of the smallest order that serves @order from lists of @type.
 * Returns: a block in hand, or 0.
 * Source: mm/page_alloc.c:__rmqueue_smallest, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  requires in:    order <= z->max_order && type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 16;
  TOTAL;
  assigns         ON_FIELDS, z->kept[0 .. BUDDY_NODES - 1], TRACE_FIELDS;
  ENSURES_WF;
  ensures block:  \result == 0 || (BUDDY_ROOT <= \result < BUDDY_NODES && ST(*z, \result) == NODE_ALLOC && LV(*z, \result) == order);
*/
uint32_t buddy_rmqueue_smallest(struct zone *z, struct trace *t, uint32_t order, uint32_t type);

#endif
