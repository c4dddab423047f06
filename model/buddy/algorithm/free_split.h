/* Freeing a block that is larger than a pageblock. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_FREE_SPLIT_H
#define MEMORACLE_BUDDY_FREE_SPLIT_H

#include "hand.h"

/*
 * buddy_free_split() - an allocated block becomes free pageblock by pageblock, each as its own type.
 * Source: mm/page_alloc.c:split_large_buddy, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 1024;
  TOTAL;
  assigns         ALLOC_FIELDS(t);
  ENSURES_WF;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 1024;
*/
void buddy_free_split(struct zone *z, struct trace *t, uint32_t i, bool to_tail);

/*
 * buddy_split_to() - an allocated block becomes allocated blocks of @order.
 * Returns: the first of them.
 */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && order <= LV(*z, i);
  TOTAL;
  assigns         z->t.st[0 .. BUDDY_NODES - 1];
  ENSURES_WF;
  ensures first:  \result == low(i, LV(*z, i) - order) && BUDDY_ROOT <= \result && \result + siz(LV(*z, i) - order) <= BUDDY_NODES;
  ensures blocks: \forall integer n; \result <= n < \result + siz(LV(*z, i) - order) ==> ST(*z, n) == NODE_ALLOC && LV(*z, n) == order;
  ensures frame:  \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES && n != i && \old(ST(*z, n)) != NODE_NONE ==> ST(*z, n) == \old(ST(*z, n));
*/
uint32_t buddy_split_to(struct zone *z, uint32_t i, uint32_t order);

#endif
