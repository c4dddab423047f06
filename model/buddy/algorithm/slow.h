/* Allocation below the low mark. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_SLOW_H
#define MEMORACLE_BUDDY_SLOW_H

#include "../env.h"

/*
 * buddy_slow_path() - when the low mark is not met: below it, with what the caller may dip into.
 * @gfp: BUDDY_GFP bits.
 * Returns: a block in hand, or 0.
 * Source: mm/page_alloc.c:__alloc_pages_slowpath, Linux 6.12.
 * Departs: compaction is never suitable, the OOM killer finds nobody to kill, nothing is reclaimable; without __GFP_NOFAIL.
 */
/*@
  REQUIRES_ALLOC;
  requires in:    order <= z->max_order && (gfp / 8) % 4 < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x9000000000;
  ENSURES_TAKEN(order);
  ensures wakes:  \result == 0 && (gfp & BUDDY_GFP_KSWAPD) != 0 && ((gfp & BUDDY_GFP_DIRECT) == 0 || (gfp & BUDDY_GFP_NORETRY) == 0 || order <= BUDDY_PCP_ORDER)
    && \old(os->want_count) + 2 <= OS_EVENTS_MAX ==> os->want_count >= \old(os->want_count) + 2;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x4200000000;
*/
uint32_t buddy_slow_path(struct zone *z, struct trace *t, struct buddy_limits *l,
			 const uint8_t *lru, struct os *os, uint32_t order, uint32_t gfp);

/*
 * buddy_alloc_pages() - a block of @order for a caller with @gfp (BUDDY_GFP bits).
 * Returns: a block in hand, or 0.
 * Source: mm/page_alloc.c:__alloc_pages_noprof, Linux 6.12.
 */
/*@
  REQUIRES_ALLOC;
  requires in:    (gfp / 8) % 4 < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0xa000000000;
  ENSURES_TAKEN(order);
  ensures limit:  order > z->max_order ==> \result == 0 && os->want_count == \old(os->want_count);
  ensures wakes:  \result == 0 && order <= z->max_order && (gfp & BUDDY_GFP_KSWAPD) != 0 && ((gfp & BUDDY_GFP_DIRECT) == 0 || (gfp & BUDDY_GFP_NORETRY) == 0)
    && \old(os->want_count) + 2 <= OS_EVENTS_MAX ==> os->want_count > \old(os->want_count);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x4300000000;
*/
uint32_t buddy_alloc_pages(struct zone *z, struct trace *t, struct buddy_limits *l,
			   const uint8_t *lru, struct os *os, uint32_t order, uint32_t gfp);

#endif
