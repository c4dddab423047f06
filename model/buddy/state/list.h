/* The zone's free lists: a block goes to the head or the tail, or comes off. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_LIST_H
#define MEMORACLE_BUDDY_LIST_H

#include "block.h"

/* buddy_put_head() - allocated block @i becomes free, first of the list of its order and type @t. */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && t < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  requires may:   mayfree(*z, i, t);
  TOTAL;
  assigns         ON_FIELDS;
  ENSURES_WF;
  ENSURES_ONLY(i);
  ENSURES_HEADS(i);
  ensures free:   ST(*z, i) == NODE_FREE && LS(*z, i) == 8 * LV(*z, i) + t;
  ensures first:  NX(*z, HEAD(LS(*z, i))) == i;
  ensures second: \let h = BUDDY_NODES + 8 * LV(*z, i) + t; NX(*z, i) == \old(NX(*z, h)) && PV(*z, i) == h;
  ensures clock:  z->clock == \old(z->clock) + 1;
*/
void buddy_put_head(struct zone *z, uint32_t i, uint32_t t);

/* buddy_put_tail() - allocated block @i becomes free, last of the list of its order and type @t. */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && t < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  requires may:   mayfree(*z, i, t);
  TOTAL;
  assigns         ON_FIELDS;
  ENSURES_WF;
  ENSURES_ONLY(i);
  ENSURES_HEADS(i);
  ensures free:   ST(*z, i) == NODE_FREE && LS(*z, i) == 8 * LV(*z, i) + t;
  ensures last:   PV(*z, HEAD(LS(*z, i))) == i;
  ensures second: \let h = BUDDY_NODES + 8 * LV(*z, i) + t; PV(*z, i) == \old(PV(*z, h)) && NX(*z, i) == h;
  ensures clock:  z->clock == \old(z->clock) + 1;
*/
void buddy_put_tail(struct zone *z, uint32_t i, uint32_t t);

/* buddy_take() - free block @i comes off its list: allocated. */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_FREE;
  TOTAL;
  assigns         OFF_FIELDS;
  ENSURES_WF;
  ENSURES_ONLY(i);
  ENSURES_HEADS(i);
  ensures alloc:  ST(*z, i) == NODE_ALLOC;
  ensures closed: NX(*z, \old(PV(*z, i))) == \old(NX(*z, i)) && PV(*z, \old(NX(*z, i))) == \old(PV(*z, i));
*/
void buddy_take(struct zone *z, uint32_t i);

/* buddy_first() - first block of the zone's free list of @order and type @t, or 0. */
/*@
  requires valid: \valid_read(z);
  requires wf:    wfl(*z);
  requires in:    order <= BUDDY_ORDER_MAX && t < BUDDY_TYPES;
  TOTAL;
  assigns         \nothing;
  ensures none:   \result == 0 <==> empty(*z, 8 * order + t);
  ensures some:   \result != 0 ==> BUDDY_ROOT <= \result < BUDDY_NODES && \result == NX(*z, BUDDY_NODES + 8 * order + t);
  ensures block:  \result != 0 ==> ST(*z, \result) == NODE_FREE && LV(*z, \result) == order && LS(*z, \result) == 8 * order + t;
*/
uint32_t buddy_first(const struct zone *z, uint32_t order, uint32_t t);

#endif
