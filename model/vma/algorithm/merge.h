/* Merging of neighbours: new ranges, and changed parts of a VMA. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MERGE_H
#define MEMORACLE_MODEL_VMA_MERGE_H

#include "../env.h"

/*@
  // The part [start, ...) or [..., end) of VMA i, with flags, joins the VMA below or above; u is the switch merge_unfaulted.
  predicate joins_below(struct mm m, integer i, integer start, integer flags, integer u) =
    i > 0 && start == m.vma[i].start && linear(m, i - 1, i) && m.vma[i - 1].flags == flags &&
    anon_joins(m.vma[i - 1].anon_vma, m.vma[i].anon_vma, u);
  predicate joins_above(struct mm m, integer i, integer end, integer flags, integer u) =
    i + 1 < m.map_count && end == m.vma[i].end && linear(m, i, i + 1) && m.vma[i + 1].flags == flags &&
    anon_joins(m.vma[i + 1].anon_vma, m.vma[i].anon_vma, u);
  predicate joins_both(struct mm m, integer i, integer start, integer end, integer flags, integer u) =
    joins_below(m, i, start, flags, u) && joins_above(m, i, end, flags, u) && pair_ok(m.vma[i - 1], m.vma[i + 1]);
*/

/*
 * vma_modify() - the pages [start, end) of VMA @i get @flags: joins neighbours or splits.
 * Returns: index of the VMA that holds the range now; above it are no more VMAs than were above @i, but for a cut at @end.
 * Source: mm/vma.c:vma_modify, vma_merge_existing_range.
 */
/*@
  REQUIRES_SPACE;
  requires room:   s->mm.map_count + 2 <= VMA_CAP;
  requires index:  0 <= i < s->mm.map_count;
  requires inside: s->mm.vma[i].start <= start < end <= s->mm.vma[i].end;
  TOTAL;
  assigns          s->mm, s->trace;
  ENSURES_SPACE;
  ensures count:   s->mm.map_count <= \old(s->mm.map_count) + (start > \old(s->mm.vma[i].start) ? 1 : 0) +
                     (end < \old(s->mm.vma[i].end) ? 1 : 0);
  ensures above:   s->mm.map_count - \result <= \old(s->mm.map_count) - i + (end < \old(s->mm.vma[i].end) ? 1 : 0);
  ensures both:    joins_both(\old(s->mm), i, start, end, flags, s->rules.merge_unfaulted) ==>
                     s->mm.map_count == \old(s->mm.map_count) - 2 && \result == i - 1;
  ensures below:   joins_below(\old(s->mm), i, start, flags, s->rules.merge_unfaulted) &&
                   !joins_both(\old(s->mm), i, start, end, flags, s->rules.merge_unfaulted) ==>
                     s->mm.map_count == \old(s->mm.map_count) - (end < \old(s->mm.vma[i].end) ? 0 : 1) && \result == i - 1;
  ensures next:    joins_above(\old(s->mm), i, end, flags, s->rules.merge_unfaulted) &&
                   !joins_below(\old(s->mm), i, start, flags, s->rules.merge_unfaulted) ==>
                     s->mm.map_count == \old(s->mm.map_count) - (start > \old(s->mm.vma[i].start) ? 0 : 1) &&
                     \result == (start > \old(s->mm.vma[i].start) ? i + 1 : i);
  ensures cut:     !joins_above(\old(s->mm), i, end, flags, s->rules.merge_unfaulted) &&
                   !joins_below(\old(s->mm), i, start, flags, s->rules.merge_unfaulted) ==>
                     s->mm.map_count == \old(s->mm.map_count) + (start > \old(s->mm.vma[i].start) ? 1 : 0) +
                                        (end < \old(s->mm.vma[i].end) ? 1 : 0) &&
                     \result == (start > \old(s->mm.vma[i].start) ? i + 1 : i);
  ENSURES_MODIFIED(start, end);
*/
uint32_t vma_modify(struct space *s, uint32_t i, uint64_t start, uint64_t end, uint64_t flags);

#endif
