/* A new range, merged into its neighbours or not. */
/* SPDX-License-Identifier: MIT */
#include "map.h"
#include "../state/find.h"
#include "../state/insert.h"
#include "../state/join.h"
#include "../state/resize.h"
#include "mergeable.h"

/* @v fills the gap between @i - 1 and @i, and the three become one. */
/*@
  REQUIRES_SPACE;
  requires index: 0 < i < s->mm.map_count;
  requires new:   \valid_read(v) && \separated(v, s) && placed(*v);
  requires joins: follows(s->mm.vma[i - 1], *v) && follows(*v, s->mm.vma[i]);
  TOTAL;
  assigns         s->mm;
  ENSURES_SPACE;
  ensures count:  s->mm.map_count == \old(s->mm.map_count) - 1;
  ensures at:     \result == i - 1 && s->mm.vma[i - 1].start <= v->start && v->end <= s->mm.vma[i - 1].end;
  ensures kept:   \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) ==> maps(s->mm, at, fl, file, off);
  ensures added:  \forall integer at; v->start <= at < v->end ==> maps(s->mm, at, v->flags, v->file, v->pgoff + (at - v->start));
  ensures only:   \forall integer at, fl, file, off; maps(s->mm, at, fl, file, off) ==>
                    maps(\old(s->mm), at, fl, file, off) ||
                    (v->start <= at < v->end && fl == v->flags && file == v->file && off == v->pgoff + (at - v->start));
*/
static uint32_t map_between(struct space *s, uint32_t i, const struct vma *v)
{
	uint32_t next = s->mm.vma[i].anon_vma;

	anon_vma_inherit(s, i - 1, next != 0 ? next : v->anon_vma);
	vma_grow_end(&s->mm, i - 1, v->end);
	vma_join(&s->mm, i - 1);
	return i - 1;
}

uint32_t vma_map(struct space *s, const struct vma *v, bool left, bool right)
{
	uint32_t i = vma_find(&s->mm, v->start);
	/*@ assert below: \forall integer k; 0 <= k < i ==> s->mm.vma[k].end <= v->start; */
	/*@ assert above: \forall integer k; i <= k < s->mm.map_count ==> v->end <= s->mm.vma[k].start; */
	/*@ assert here: i < s->mm.map_count ==> v->end < s->mm.vma[i].end; */
	/*@ assert order: \forall integer k; i < k < s->mm.map_count ==> s->mm.vma[i].end <= s->mm.vma[k].start; */
	/*@ assert beyond: \forall integer k; i < k < s->mm.map_count ==> v->end < s->mm.vma[k].start; */
	/*@ assert last: i > 0 ==> s->mm.vma[i - 1].start < v->start; */
	/*@ assert before: \forall integer k; 0 <= k < i - 1 ==> s->mm.vma[k].end <= s->mm.vma[i - 1].start; */
	/*@ assert lower: \forall integer k; 0 <= k < i - 1 ==> s->mm.vma[k].end < v->start; */
	/*@ assert upper: \forall integer k; i <= k < s->mm.map_count ==> v->start < s->mm.vma[k].end; */
	/*@ assert only_left: \forall integer k; 0 <= k < s->mm.map_count && s->mm.vma[k].end == v->start ==> k == i - 1; */
	/*@ assert only_right: \forall integer k; 0 <= k < s->mm.map_count && s->mm.vma[k].start == v->end ==> k == i; */
	uint32_t join = join_find(s, v, left && i > 0 ? i - 1 : UINT32_MAX, right ? i : UINT32_MAX);
	/*@ assert same: s->mm == \at(s->mm, Pre); */

	if (join == (JOIN_LEFT | JOIN_RIGHT))
		return map_between(s, i, v);
	if (join == JOIN_LEFT) {
		anon_vma_inherit(s, i - 1, v->anon_vma);
		vma_grow_end(&s->mm, i - 1, v->end);
		return i - 1;
	}
	if (join == JOIN_RIGHT) {
		anon_vma_inherit(s, i, v->anon_vma);
		vma_grow_start(&s->mm, i, v->start);
		return i;
	}
	vma_insert(&s->mm, i, v);
	return i;
}
