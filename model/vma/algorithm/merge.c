/* A changed part of a VMA, merged into its neighbours or split off. */
/* SPDX-License-Identifier: MIT */
#include "merge.h"
#include "../state/join.h"
#include "../state/set.h"
#include "../state/split.h"
#include "mergeable.h"

/* The part of VMA @i up to @end goes to the VMA below. */
/*@
  REQUIRES_SPACE;
  requires index:  0 < i < s->mm.map_count;
  requires inside: s->mm.vma[i].start < end <= s->mm.vma[i].end;
  requires linear: linear(s->mm, i - 1, i);
  requires flags:  s->mm.vma[i - 1].flags == flags;
  TOTAL;
  assigns          s->mm;
  ENSURES_SPACE;
  ensures count:   s->mm.map_count == \old(s->mm.map_count) - (end < \old(s->mm.vma[i].end) ? 0 : 1);
  ensures at:      \result == i - 1;
  ENSURES_MODIFIED(\old(s->mm.vma[i].start), end);
*/
static uint32_t modify_left(struct space *s, uint32_t i, uint64_t end, uint64_t flags)
{
	anon_vma_inherit(s, i - 1, s->mm.vma[i].anon_vma);
	if (end < s->mm.vma[i].end) {
		vma_shift(&s->mm, i - 1, end);
	} else {
		vma_set_flags(&s->mm, i, flags);
		vma_join(&s->mm, i - 1);
	}
	return i - 1;
}

/* The part of VMA @i from @start goes to the VMA above. */
/*@
  REQUIRES_SPACE;
  requires index:  0 <= i && i + 1 < s->mm.map_count;
  requires inside: s->mm.vma[i].start <= start < s->mm.vma[i].end;
  requires linear: linear(s->mm, i, i + 1);
  requires flags:  s->mm.vma[i + 1].flags == flags;
  TOTAL;
  assigns          s->mm;
  ENSURES_SPACE;
  ensures count:   s->mm.map_count == \old(s->mm.map_count) - (start > \old(s->mm.vma[i].start) ? 0 : 1);
  ensures at:      \result == (start > \old(s->mm.vma[i].start) ? i + 1 : i);
  ENSURES_MODIFIED(start, \old(s->mm.vma[i].end));
*/
static uint32_t modify_right(struct space *s, uint32_t i, uint64_t start, uint64_t flags)
{
	anon_vma_inherit(s, i + 1, s->mm.vma[i].anon_vma);
	if (start > s->mm.vma[i].start) {
		vma_shift(&s->mm, i, start);
		return i + 1;
	}
	vma_set_flags(&s->mm, i, flags);
	vma_join(&s->mm, i);
	return i;
}

/* The part [start, end) of VMA @i becomes a VMA of its own. */
/*@
  REQUIRES_SPACE;
  requires room:   s->mm.map_count + 2 <= VMA_CAP;
  requires index:  0 <= i < s->mm.map_count;
  requires inside: s->mm.vma[i].start <= start < end <= s->mm.vma[i].end;
  TOTAL;
  assigns          s->mm, s->trace;
  ENSURES_SPACE;
  ensures count:   s->mm.map_count == \old(s->mm.map_count) + (start > \old(s->mm.vma[i].start) ? 1 : 0) +
                     (end < \old(s->mm.vma[i].end) ? 1 : 0);
  ensures at:      \result == (start > \old(s->mm.vma[i].start) ? i + 1 : i);
  ENSURES_MODIFIED(start, end);
*/
static uint32_t modify_split(struct space *s, uint32_t i, uint64_t start, uint64_t end,
			     uint64_t flags)
{
	FIRE(s, modify_split);
	/*@ assert noted: SPACE_SAME(Pre); */
	if (end < s->mm.vma[i].end)
		vma_split(&s->mm, i, end);
	if (start > s->mm.vma[i].start) {
		vma_split(&s->mm, i, start);
		i++;
	}
	vma_set_flags(&s->mm, i, flags);
	return i;
}

/* All of VMA @i goes to the VMAs below and above, and the three become one. */
/*@
  REQUIRES_SPACE;
  requires index: 0 < i && i + 1 < s->mm.map_count;
  requires below: linear(s->mm, i - 1, i) && s->mm.vma[i - 1].flags == flags;
  requires above: linear(s->mm, i, i + 1) && s->mm.vma[i + 1].flags == flags;
  TOTAL;
  assigns         s->mm;
  ENSURES_SPACE;
  ensures count:  s->mm.map_count == \old(s->mm.map_count) - 2;
  ensures at:     \result == i - 1;
  ENSURES_MODIFIED(\old(s->mm.vma[i].start), \old(s->mm.vma[i].end));
*/
static uint32_t modify_both(struct space *s, uint32_t i, uint64_t flags)
{
	vma_set_flags(&s->mm, i, flags);
	/*@ assert still: linear(s->mm, i - 1, i) && linear(s->mm, i, i + 1) && s->mm.vma[i - 1].flags == flags && s->mm.vma[i + 1].flags == flags; */
	vma_join(&s->mm, i);
	vma_join(&s->mm, i - 1);
	return i - 1;
}

/* Which neighbours does the part [start, end) of VMA @i, with @flags, join? */
/*@
  REQUIRES_SPACE;
  requires index:  0 <= i < s->mm.map_count;
  requires inside: s->mm.vma[i].start <= start < end <= s->mm.vma[i].end;
  TOTAL;
  assigns          s->trace;
  ensures range:   0 <= \result <= 3;
  ensures both:    \result == 3 <==> joins_both(s->mm, i, start, end, flags, s->rules.merge_unfaulted);
  ensures below:   (\result == 1 || \result == 3) <==> joins_below(s->mm, i, start, flags, s->rules.merge_unfaulted);
  ensures next:    \result == 2 <==> joins_above(s->mm, i, end, flags, s->rules.merge_unfaulted) &&
                                      !joins_below(s->mm, i, start, flags, s->rules.merge_unfaulted);
*/
static uint32_t modify_find(struct space *s, uint32_t i, uint64_t start, uint64_t end,
			    uint64_t flags)
{
	/*@ assert at: placed_at(s->mm, i); */
	/*@ assert here: placed(s->mm.vma[i]); */
	uint64_t first = s->mm.vma[i].start;
	uint64_t last = s->mm.vma[i].end;
	struct vma v = { .start = start,
			 .end = end,
			 .pgoff = s->mm.vma[i].pgoff + (start - first),
			 .flags = flags,
			 .file = s->mm.vma[i].file,
			 .anon_vma = s->mm.vma[i].anon_vma };
	uint32_t left = i > 0 && start == first ? i - 1 : UINT32_MAX;
	uint32_t right = end == last ? i + 1 : UINT32_MAX;

	/*@ assert part: placed(v); */
	/*@ assert below: left < s->mm.map_count && left_ok(s->mm.vma[left], v, s->rules.merge_unfaulted) <==>
	      joins_below(s->mm, i, start, flags, s->rules.merge_unfaulted); */
	/*@ assert above: right < s->mm.map_count && right_ok(s->mm.vma[right], v, s->rules.merge_unfaulted) <==>
	      joins_above(s->mm, i, end, flags, s->rules.merge_unfaulted); */
	/*@ ghost asked: ; */
	uint32_t join = join_find(s, &v, left, right);
	/*@ assert same: s->mm == \at(s->mm, Pre) && v == \at(v, asked); */
	return join;
}

uint32_t vma_modify(struct space *s, uint32_t i, uint64_t start, uint64_t end, uint64_t flags)
{
	uint32_t join = modify_find(s, i, start, end, flags);
	/*@ assert same: s->mm == \at(s->mm, Pre); */

	if (join == (JOIN_LEFT | JOIN_RIGHT))
		return modify_both(s, i, flags);
	if (join == JOIN_LEFT)
		return modify_left(s, i, end, flags);
	if (join == JOIN_RIGHT)
		return modify_right(s, i, start, flags);
	return modify_split(s, i, start, end, flags);
}
