/* Pages that are not handed over yet come into the zone's hands. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_HOLE_H
#define MEMORACLE_BUDDY_HOLE_H

#include "block.h"

/*
 * buddy_open_at() - the hole that holds @page is halved until the block of @order at @page is one of its own: allocated.
 * Returns: that block, or 0 where there is no hole as large.
 */
/*@
  REQUIRES_WF;
  requires in:    page < BUDDY_PAGES && order <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns         z->t.st[0 .. BUDDY_NODES - 1];
  ENSURES_WF;
  ensures block:  \result == 0 || (\result == node_at(page, order) && BUDDY_ROOT <= \result < BUDDY_NODES && ST(*z, \result) == NODE_ALLOC && LV(*z, \result) == order);
*/
uint32_t buddy_open_at(struct zone *z, uint32_t page, uint32_t order);

/* buddy_order_at() - the largest order, of @max_order at most, of a block at @page that is aligned and ends by @end. */
/*@
  requires in:     page < end <= BUDDY_PAGES && max_order <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns          \nothing;
  ensures in:      \result <= max_order && page % siz(\result) == 0 && page + siz(\result) <= end;
  ensures largest: \forall integer o; \result < o <= max_order ==> page % siz(o) != 0 || page + siz(o) > end;
*/
uint32_t buddy_order_at(uint32_t page, uint32_t end, uint32_t max_order);

#endif
