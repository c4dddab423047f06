/* A zone's beginning. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_ZONE_H
#define MEMORACLE_BUDDY_ZONE_H

#include "../state.h"

/* zone_init() - any memory becomes a zone of pages [@start, @end), all still holes, every pageblock of type @t. */
/*@
  requires valid: \valid(z);
  requires in:    pageblock_order <= max_order <= BUDDY_ORDER_MAX && start <= end <= BUDDY_PAGES && t < BUDDY_TYPES;
  TOTAL;
  assigns         *z;
  ENSURES_WF;
  ensures holes:  \forall integer i; BUDDY_ROOT <= i < 2 * BUDDY_ROOT ==> ST(*z, i) == NODE_HOLE;
  ensures empty:  \forall integer l; 0 <= l < BUDDY_LISTS ==> empty(*z, l) && z->count[l] == 0;
  ensures none:   \forall integer q; 0 <= q < BUDDY_GROUPS ==> z->pages[q] == 0;
  ensures types:  \forall integer k; 0 <= k < BUDDY_PAGES ==> z->type[k] == t;
  ensures geo:    z->max_order == max_order && z->pageblock_order == pageblock_order && z->start == start && z->end == end && z->clock == 0;
*/
void zone_init(struct zone *z, uint32_t max_order, uint32_t pageblock_order, uint32_t start,
	       uint32_t end, uint32_t t);

/* zone_reset() - as zone_init() on a zone, in time that depends on what it used. */
/*@
  REQUIRES_WF;
  requires in:    pageblock_order <= max_order <= BUDDY_ORDER_MAX && start <= end <= BUDDY_PAGES && t < BUDDY_TYPES;
  TOTAL;
  assigns         *z;
  ENSURES_WF;
  ensures holes:  \forall integer i; BUDDY_ROOT <= i < 2 * BUDDY_ROOT ==> ST(*z, i) == NODE_HOLE;
  ensures empty:  \forall integer l; 0 <= l < BUDDY_LISTS ==> empty(*z, l) && z->count[l] == 0;
  ensures none:   \forall integer q; 0 <= q < BUDDY_GROUPS ==> z->pages[q] == 0;
  ensures types:  \forall integer k; 0 <= k <= end / z->pageblock_pages && k < BUDDY_PAGES ==> z->type[k] == t;
  ensures geo:    z->max_order == max_order && z->pageblock_order == pageblock_order && z->start == start && z->end == end && z->clock == 0;
*/
void zone_reset(struct zone *z, uint32_t max_order, uint32_t pageblock_order, uint32_t start,
		uint32_t end, uint32_t t);

#endif
