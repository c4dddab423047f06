/* Which neighbours a range may join. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MERGEABLE_H
#define MEMORACLE_MODEL_VMA_MERGEABLE_H

#include "../env.h"

/* What a range joins: a sum of these. */
#define JOIN_LEFT 1u
#define JOIN_RIGHT 2u

/*
 * join_find() - which neighbours does @v join, by flags, object, offset and anon_vma?
 * @left, @right: their indices; map_count or above: not asked for.
 * Returns: 0, or a sum of JOIN_LEFT and JOIN_RIGHT.
 * Source: mm/vma.c:can_vma_merge_left, can_vma_merge_right.
 */
/*@
  REQUIRES_SPACE;
  requires new:  \valid_read(v) && \separated(v, s) && placed(*v);
  TOTAL;
  assigns        s->trace;
  ensures range: 0 <= \result <= 3;
  ensures left:  (\result == 1 || \result == 3) <==>
                   (left < s->mm.map_count && left_ok(s->mm.vma[left], *v, s->rules.merge_unfaulted));
  ensures right: \result >= 2 <==>
                   (right < s->mm.map_count && right_ok(s->mm.vma[right], *v, s->rules.merge_unfaulted) &&
                    (left < s->mm.map_count && left_ok(s->mm.vma[left], *v, s->rules.merge_unfaulted) ==>
                     pair_ok(s->mm.vma[left], s->mm.vma[right])));
*/
uint32_t join_find(struct space *s, const struct vma *v, uint32_t left, uint32_t right);

/*
 * anon_vma_inherit() - gives VMA @i the anon_vma @id if it has none.
 * Source: mm/vma.c:dup_anon_vma.
 */
/*@
  REQUIRES_SPACE;
  requires index: 0 <= i < s->mm.map_count;
  TOTAL;
  assigns         s->mm.vma[i].anon_vma;
  ENSURES_SPACE;
  ensures rmap:   s->mm.vma[i].anon_vma == (\old(s->mm.vma[i].anon_vma) != 0 ? \old(s->mm.vma[i].anon_vma) : id);
  ENSURES_ALIKE;
*/
void anon_vma_inherit(struct space *s, uint32_t i, uint32_t id);

#endif
