/* Allocation: fast path, slow path, bulk. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_ALLOC_H
#define MEMORACLE_BUDDY_ALLOC_H

#include "highatomic.h"
#include "pcp.h"

/* All that an allocation works on. */
struct buddy_alloc {
	struct zone *z;
	struct trace *t;
	struct buddy_limits *l;
	const uint8_t *lru;
	struct os *os;
};

/*
 * buddy_alloc_pages() - a block of @order for a caller of @type with @gfp (BUDDY_GFP bits).
 * Returns: a block in hand, or 0.
 * Source: mm/page_alloc.c:__alloc_pages_noprof, Linux 6.12.
 * Departs: without compaction (it is never suitable) and OOM killing (__GFP_NORETRY goes with direct reclaim).
 */
uint32_t buddy_alloc_pages(const struct buddy_alloc *a, uint32_t order, uint32_t type,
			   uint32_t gfp);

/*
 * buddy_alloc_bulk() - up to @count single pages from the per-cpu list.
 * @block: receives them.
 * Returns: how many.
 * Source: mm/page_alloc.c:alloc_pages_bulk_noprof, Linux 6.12.
 */
uint32_t buddy_alloc_bulk(const struct buddy_alloc *a, uint32_t count, uint32_t type, uint32_t gfp,
			  uint32_t block[BUDDY_BULK_MAX]);

/*
 * buddy_free_pages_block() - allocated block @i is freed.
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
