/* Watermarks: may an allocation go ahead with so few free pages? */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_WATERMARK_H
#define MEMORACLE_BUDDY_WATERMARK_H

#include "buddy.h"
#include "list.h"

/*
 * buddy_free_pages() - pages on the zone's free lists (NR_FREE_PAGES).
 */
/*@
  requires valid: \valid_read(z);
  requires few:   \forall integer q; 0 <= q < BUDDY_TYPES ==> z->pages[q] <= BUDDY_PAGES;
  TOTAL;
  assigns         \nothing;
  ensures sum:    \result == z->pages[0] + z->pages[1] + z->pages[2] + z->pages[3] + z->pages[4] + z->pages[5];
*/
uint32_t buddy_free_pages(const struct zone *z);

/* buddy_pcp_pages() - pages on the per-cpu lists. */
/*@
  requires valid: \valid_read(z);
  requires few:   \forall integer q; 0 <= q < BUDDY_PCPTYPES ==> z->pages[8 + q] <= BUDDY_PAGES;
  TOTAL;
  assigns         \nothing;
  ensures sum:    \result == z->pages[8] + z->pages[9] + z->pages[10];
*/
uint32_t buddy_pcp_pages(const struct zone *z);

/*
 * buddy_watermark_ok() - are there more than @mark pages free that this allocation may use, one block of
 * at least @order among them?
 * Source: mm/page_alloc.c:__zone_watermark_ok, Linux 6.12.
 */
/*@
  requires valid: \valid_read(z);
  requires wf:    zone_wf(*z);
  requires in:    order <= z->max_order && mark <= 0x600000;
  TOTAL;
  assigns         \nothing;
*/
bool buddy_watermark_ok(const struct zone *z, uint32_t order, uint32_t mark, uint32_t alloc_flags);

/*
 * buddy_watermark_fast() - as buddy_watermark_ok(), with what allocations do differently: the boost is
 * ignored by urgent single pages.
 * @mark: without the boost.
 * Source: mm/page_alloc.c:zone_watermark_fast, Linux 6.12.
 */
/*@
  requires valid: \valid_read(z) && \valid_read(marks) && \valid(t) && \separated(z, t, marks);
  requires wf:    zone_wf(*z);
  requires in:    order <= z->max_order && mark <= 0x600000;
  requires marks: MARKS_OK(*marks);
  TOTAL;
  assigns         t->last, t->hits[0 .. RULES_MAX - 1];
*/
bool buddy_watermark_fast(const struct zone *z, struct trace *t, const struct buddy_marks *marks,
			  uint32_t order, uint32_t mark, uint32_t alloc_flags);

#endif
