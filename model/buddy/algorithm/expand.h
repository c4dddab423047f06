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
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && order <= LV(*z, i);
  requires type:  type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 16;
  TOTAL;
  assigns         ON_FIELDS, TRACE_FIELDS(t);
  ENSURES_WF;
  ensures block:  BUDDY_ROOT <= \result < BUDDY_NODES && ST(*z, \result) == NODE_ALLOC && LV(*z, \result) == order;
  ensures low:    \result == low(i, LV(*z, i) - order);
  ensures clock:  z->clock == \old(z->clock) + (LV(*z, i) - order);
  ENSURES_ALLOC(i, \result);
  ENSURES_PCP;
  ensures fresh:  \result == i || \old(ST(*z, \result)) == NODE_NONE;
  ensures halves: \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && ST(*z, x) == NODE_FREE && \old(ST(*z, x)) != NODE_FREE ==>
    order <= LV(*z, x) < LV(*z, i) && LS(*z, x) == 8 * LV(*z, x) + type && x % 2 == 1;
  ensures frame:  \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && x != i && \old(ST(*z, x)) != NODE_NONE ==>
    ST(*z, x) == \old(ST(*z, x)) && LS(*z, x) == \old(LS(*z, x));
*/
uint32_t buddy_expand(struct zone *z, struct trace *t, uint32_t i, uint32_t order, uint32_t type);

/*
 * buddy_take_expand() - free block @i comes into hand, split down to @order; upper halves become free as @type.
 * Returns: the lowest block, of @order, in hand.
 * Source: mm/page_alloc.c:page_del_and_expand, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_FREE && order <= LV(*z, i);
  requires type:  type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 16;
  TOTAL;
  assigns         ON_FIELDS, TRACE_FIELDS(t);
  ENSURES_WF;
  ensures block:  BUDDY_ROOT <= \result < BUDDY_NODES && ST(*z, \result) == NODE_ALLOC && LV(*z, \result) == order;
  ensures low:    \result == low(i, LV(*z, i) - order);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 10;
  ENSURES_ALLOC(i, \result);
  ENSURES_PCP;
  ensures fresh:  \result == i || \old(ST(*z, \result)) == NODE_NONE;
  ensures halves: \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && ST(*z, x) == NODE_FREE && \old(ST(*z, x)) != NODE_FREE ==>
    LS(*z, x) == 8 * LV(*z, x) + type;
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
  REQUIRES_TRACE(t);
  requires in:    order <= z->max_order && type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 16;
  TOTAL;
  assigns         ON_FIELDS, TRACE_FIELDS(t);
  ENSURES_WF;
  ENSURES_BLOCK(order);
  ensures none:   \result == 0 ==> \forall integer m; order <= m <= z->max_order ==> vacant(\old(*z), m, type);
  ensures which:  \result != 0 ==> \exists integer k; chosen(\old(*z), order, type, k, \result);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 10;
  ENSURES_ALLOC(0, \result);
  ENSURES_PCP;
  ensures fresh:  \result != 0 ==> \old(ST(*z, \result)) != NODE_ALLOC;
*/
uint32_t buddy_rmqueue_smallest(struct zone *z, struct trace *t, uint32_t order, uint32_t type);

#endif
