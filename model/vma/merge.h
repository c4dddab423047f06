/* Merging of neighbours: new ranges, and changed parts of a VMA. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MERGE_H
#define MEMORACLE_MODEL_VMA_MERGE_H

#include "space.h"

/*
 * vma_map() - maps a new range, joining neighbours where the rules allow.
 * @v: the range, free in s->mm; its anon_vma is the one it brings along.
 * @right: whether it may join the VMA above.
 * Returns: index of the VMA that holds it now.
 * Source: mm/vma.c:vma_merge_new_range, Linux 6.18.
 */
/*@
  SPACE_VALID;
  requires room:  s->mm.map_count < VMA_CAP;
  requires new:   \valid_read(v) && \separated(v, s) && placed(*v);
  requires free:  unmapped(s->mm, v->start, v->end);
  VMA_TOTAL;
  assigns         s->mm, s->trace;
  SPACE_WF;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 1;
  ensures in:     0 <= \result < s->mm.map_count && s->mm.vma[\result].start <= v->start && v->end <= s->mm.vma[\result].end;
  ensures kept:   \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) ==> maps(s->mm, at, fl, file, off);
  ensures added:  \forall integer at; v->start <= at < v->end ==> maps(s->mm, at, v->flags, v->file, v->pgoff + (at - v->start));
  ensures only:   \forall integer at, fl, file, off; maps(s->mm, at, fl, file, off) ==>
                    maps(\old(s->mm), at, fl, file, off) ||
                    (v->start <= at < v->end && fl == v->flags && file == v->file && off == v->pgoff + (at - v->start));
*/
uint32_t vma_map(struct space *s, const struct vma *v, bool right);

/*
 * vma_modify() - the pages [start, end) of VMA @i get @flags: joins neighbours or splits.
 * Returns: index of the VMA that holds the range now; above it are no more VMAs than were above @i, but for a cut at @end.
 * Source: mm/vma.c:vma_modify, vma_merge_existing_range.
 */
/*@
  SPACE_VALID;
  requires room:   s->mm.map_count + 2 <= VMA_CAP;
  requires index:  0 <= i < s->mm.map_count;
  requires inside: s->mm.vma[i].start <= start < end <= s->mm.vma[i].end;
  VMA_TOTAL;
  assigns          s->mm, s->trace;
  SPACE_WF;
  ensures count:   s->mm.map_count <= \old(s->mm.map_count) + (start > \old(s->mm.vma[i].start) ? 1 : 0) +
                     (end < \old(s->mm.vma[i].end) ? 1 : 0);
  ensures above:   s->mm.map_count - \result <= \old(s->mm.map_count) - i + (end < \old(s->mm.vma[i].end) ? 1 : 0);
  MODIFY_SPEC(start, end);
*/
uint32_t vma_modify(struct space *s, uint32_t i, uint64_t start, uint64_t end, uint64_t flags);

#endif
