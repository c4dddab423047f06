/* Watermarks: may an allocation go ahead with so few free pages? */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_WATERMARK_H
#define MEMORACLE_BUDDY_WATERMARK_H

#include "../env.h"
#include "../state/list.h"

/*@
  logic integer pages_free(struct zone z) = z.pages[0] + z.pages[1] + z.pages[2] + z.pages[3] + z.pages[4] + z.pages[5];
  // what an allocation of order o may count on
  logic integer pages_usable(struct zone z, integer o, integer flags) = pages_free(z) - (siz(o) - 1) - ((flags & ALLOC_RESERVES) == 0 ? z.pages[HIGHATOMIC] : 0);
  logic integer lowered(integer mark, integer flags) = (flags & ALLOC_MIN_RESERVE) == 0 ? mark
    : (flags & ALLOC_NON_BLOCK) == 0 ? mark - mark / 2 : mark - mark / 2 - (mark - mark / 2) / 4;
  predicate has_block(struct zone z, integer k, integer flags) = !empty(z, 8 * k + UNMOVABLE) || !empty(z, 8 * k + MOVABLE) || !empty(z, 8 * k + RECLAIMABLE)
    || ((flags & ALLOC_HIGHATOMIC) != 0 && !empty(z, 8 * k + HIGHATOMIC));
  predicate available(struct zone z, integer o, integer flags) = \exists integer k; o <= k <= z.max_order && has_block(z, k, flags);
  predicate met(struct zone z, integer o, integer mark, integer flags) = pages_usable(z, o, flags) > lowered(mark, flags) && (o == 0 || available(z, o, flags));
  // urgent single pages ignore the boost at the least mark
  predicate urgent(integer o, integer boost, integer flags) = o == 0 && (flags & ALLOC_MIN_RESERVE) != 0 && boost != 0
    && (flags & ALLOC_WMARK_MASK) == ALLOC_WMARK_MIN;
  predicate met_fast(struct zone z, integer o, integer mark, integer least, integer boost, integer flags) = met(z, o, mark + boost, flags)
    || (urgent(o, boost, flags) && met(z, o, least, flags));
@*/

/*
 * buddy_free_pages() - pages on the zone's free lists (NR_FREE_PAGES).
 */
/*@
  requires valid: \valid_read(z);
  requires wf:    zone_wf(*z);
  TOTAL;
  assigns         \nothing;
  ensures sum:    \result == pages_free(*z);
  ensures few:    \result <= 0x20000000;
*/
uint32_t buddy_free_pages(const struct zone *z);

/* buddy_pcp_pages() - pages on the per-cpu lists. */
/*@
  requires valid: \valid_read(z);
  requires wf:    zone_wf(*z);
  TOTAL;
  assigns         \nothing;
  ensures sum:    \result == z->pages[8] + z->pages[9] + z->pages[10];
  ensures few:    \result <= 0x10000000;
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
  ensures ok:     \result == true <==> met(*z, order, mark, alloc_flags);
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
  requires in:    order <= z->max_order && mark <= 0x200000;
  requires marks: MARKS_OK(*marks);
  TOTAL;
  assigns         t->last, t->hits[0 .. RULES_MAX - 1];
  ensures ok:     \result == true <==> met_fast(*z, order, mark, marks->mark[0], marks->boost, alloc_flags);
*/
bool buddy_watermark_fast(const struct zone *z, struct trace *t, const struct buddy_marks *marks,
			  uint32_t order, uint32_t mark, uint32_t alloc_flags);

#endif
