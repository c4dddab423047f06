/* A new range, merged into its neighbours or not. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MAP_H
#define MEMORACLE_MODEL_VMA_MAP_H

#include "../env.h"

/*@
  predicate fills(struct mm m, integer k, struct vma v, integer u) = // v joins VMA k - 1 below and VMA k above; u is the switch merge_unfaulted
    left_ok(m.vma[k - 1], v, u) && right_ok(m.vma[k], v, u) && pair_ok(m.vma[k - 1], m.vma[k]);
*/

/*
 * vma_map() - maps a new range, joining neighbours where the rules allow.
 * @v: the range, free in s->mm; its anon_vma is the one it brings along.
 * @left, @right: whether it may join the VMA below, the one above.
 * Returns: index of the VMA that holds it now.
 * Source: mm/vma.c:vma_merge_new_range, Linux 6.18.
 */
/*@
  REQUIRES_SPACE;
  requires room:  s->mm.map_count < VMA_CAP;
  requires new:   \valid_read(v) && \separated(v, s) && placed(*v);
  requires free:  unmapped(s->mm, v->start, v->end);
  TOTAL;
  assigns         s->mm, s->trace;
  ENSURES_SPACE;
  ensures count:  \old(s->mm.map_count) - 1 <= s->mm.map_count <= \old(s->mm.map_count) + 1;
  ensures below:  \forall integer k; left == true && 0 <= k < \old(s->mm.map_count) &&
                    left_ok(\old(s->mm).vma[k], *v, s->rules.merge_unfaulted) ==>
                    s->mm.map_count <= \old(s->mm.map_count) && \result == k;
  ensures above:  \forall integer k; right == true && 0 <= k < \old(s->mm.map_count) &&
                    right_ok(\old(s->mm).vma[k], *v, s->rules.merge_unfaulted) ==> s->mm.map_count <= \old(s->mm.map_count);
  ensures both:   \forall integer k; left == true && right == true && 0 < k < \old(s->mm.map_count) && fills(\old(s->mm), k, *v, s->rules.merge_unfaulted) ==>
                    s->mm.map_count == \old(s->mm.map_count) - 1;
  ensures single: (\forall integer k; left == true && right == true && 0 < k < \old(s->mm.map_count) ==>
                    !fills(\old(s->mm), k, *v, s->rules.merge_unfaulted)) ==> s->mm.map_count >= \old(s->mm.map_count);
  ensures alone:  (\forall integer k; 0 <= k < \old(s->mm.map_count) ==>
                    !(left == true && left_ok(\old(s->mm).vma[k], *v, s->rules.merge_unfaulted)) &&
                    !(right == true && right_ok(\old(s->mm).vma[k], *v, s->rules.merge_unfaulted))) ==>
                    s->mm.map_count == \old(s->mm.map_count) + 1;
  ensures in:     0 <= \result < s->mm.map_count && s->mm.vma[\result].start <= v->start && v->end <= s->mm.vma[\result].end;
  ensures kept:   \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) ==> maps(s->mm, at, fl, file, off);
  ensures added:  \forall integer at; v->start <= at < v->end ==> maps(s->mm, at, v->flags, v->file, v->pgoff + (at - v->start));
  ensures only:   \forall integer at, fl, file, off; maps(s->mm, at, fl, file, off) ==>
                    maps(\old(s->mm), at, fl, file, off) ||
                    (v->start <= at < v->end && fl == v->flags && file == v->file && off == v->pgoff + (at - v->start));
*/
uint32_t vma_map(struct space *s, const struct vma *v, bool left, bool right);

#endif
