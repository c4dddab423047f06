/* Allocation: from the free lists, fast path, slow path, bulk; and freeing. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_ALLOC_H
#define MEMORACLE_BUDDY_ALLOC_H

#include "highatomic.h"
#include "pcp.h"

/*
 * buddy_from_freelist() - a block of @order, if the watermark in @alloc_flags allows it.
 * @os: receives requests.
 * Returns: a block in hand, or 0.
 * Source: mm/page_alloc.c:get_page_from_freelist, Linux 6.12.
 */
/*@
  REQUIRES_ALLOC;
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x40000000;
  ENSURES_TAKEN;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x20000000;
*/
uint32_t buddy_from_freelist(struct zone *z, struct trace *t, struct buddy_limits *l,
			     const uint8_t *lru, struct os *os, uint32_t order, uint32_t type,
			     uint32_t alloc_flags);

/*
 * buddy_wake_kswapd() - asks for reclaim in the background.
 * Source: mm/page_alloc.c:wake_all_kswapds, Linux 6.12.
 */
/*@
  requires valid: \valid(os);
  requires ok:    os_ok(*os);
  TOTAL;
  assigns         OS_FIELDS;
  ensures os:     os_ok(*os);
  ensures asked:  os->want_count == (\old(os->want_count) < OS_EVENTS_MAX ? \old(os->want_count) + 1 : OS_EVENTS_MAX);
*/
void buddy_wake_kswapd(struct os *os, uint32_t order);

/*
 * buddy_slow_path() - when the low mark is not met: below it, with what the caller may dip into.
 * @gfp: BUDDY_GFP bits.
 * Returns: a block in hand, or 0.
 * Source: mm/page_alloc.c:__alloc_pages_slowpath, Linux 6.12.
 * Departs: without compaction (it is never suitable) and OOM killing (__GFP_NORETRY goes with direct reclaim).
 */
/*@
  REQUIRES_ALLOC;
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x200000000;
  ENSURES_TAKEN;
  ensures wakes:  \result == 0 && (gfp & BUDDY_GFP_KSWAPD) != 0 && ((gfp & BUDDY_GFP_DIRECT) == 0 || order <= BUDDY_PCP_ORDER)
    && \old(os->want_count) + 2 <= OS_EVENTS_MAX ==> os->want_count >= \old(os->want_count) + 2;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x100000000;
*/
uint32_t buddy_slow_path(struct zone *z, struct trace *t, struct buddy_limits *l,
			 const uint8_t *lru, struct os *os, uint32_t order, uint32_t type,
			 uint32_t gfp);

/*
 * buddy_alloc_pages() - a block of @order for a caller of @type with @gfp (BUDDY_GFP bits).
 * Returns: a block in hand, or 0.
 * Source: mm/page_alloc.c:__alloc_pages_noprof, Linux 6.12.
 */
/*@
  REQUIRES_ALLOC;
  requires in:    order <= 255 && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x300000000;
  ENSURES_TAKEN;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x200000000;
*/
uint32_t buddy_alloc_pages(struct zone *z, struct trace *t, struct buddy_limits *l,
			   const uint8_t *lru, struct os *os, uint32_t order, uint32_t type,
			   uint32_t gfp);

/*
 * buddy_alloc_bulk() - up to @count single pages from the per-cpu list.
 * @block: receives them.
 * Returns: how many.
 * Source: mm/page_alloc.c:alloc_pages_bulk_noprof, Linux 6.12.
 */
/*@
  REQUIRES_ALLOC;
  requires block: \valid(block + (0 .. BUDDY_BULK_MAX - 1)) && \separated(z, t, l, os, lru + (0 .. BUDDY_PAGES - 1), block + (0 .. BUDDY_BULK_MAX - 1));
  requires in:    count <= BUDDY_BULK_MAX && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x800000000;
  TOTAL;
  assigns         ALLOC_FIELDS, *l, OS_FIELDS, block[0 .. BUDDY_BULK_MAX - 1];
  ENSURES_WF;
  ensures few:    \result <= count || \result <= 1;
  ensures blocks: BULK_BLOCKS(\result);
  ensures ok:     PCP_OK(l->pcp) && MARKS_OK(l->marks);
  ensures os:     os_ok(*os);
  ensures asked:  os->want_count >= \old(os->want_count);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x700000000;
*/
uint32_t buddy_alloc_bulk(struct zone *z, struct trace *t, struct buddy_limits *l,
			  const uint8_t *lru, struct os *os, uint32_t count, uint32_t type,
			  uint32_t gfp, uint32_t block[BUDDY_BULK_MAX]);

/*
 * buddy_free_block() - allocated block @i is freed.
 * Source: mm/page_alloc.c:free_unref_page, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  REQUIRES_LIMITS;
  requires ok:    PCP_OK(l->pcp) && MARKS_OK(l->marks);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x40000000;
  TOTAL;
  assigns         ALLOC_FIELDS, *l;
  ENSURES_WF;
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES && LV(*z, i) <= BUDDY_PCP_ORDER ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC && n != i);
  ensures ok:     PCP_OK(l->pcp) && MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x20000000;
*/
void buddy_free_block(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i);

#endif
