/* Which neighbours a range may join. */
/* SPDX-License-Identifier: MIT */
#include "mergeable.h"
#include "../state/set.h"

/* Equal flags and object: what a merge needs besides offset and anon_vma. */
/*@
  requires valid: \valid_read(a) && \valid_read(b);
  TOTAL;
  assigns         \nothing;
  ensures equal:  \result == true <==> a->flags == b->flags && a->file == b->file;
*/
static bool kind_equal(const struct vma *a, const struct vma *b)
{
	return a->flags == b->flags && a->file == b->file;
}

/* May a range with anon_vma @mine join the neighbour with anon_vma @theirs? */
/*@
  requires valid: \valid(s);
  TOTAL;
  assigns         s->trace;
  ensures joins:  \result == true <==> anon_joins(theirs, mine, s->rules.merge_unfaulted);
*/
static bool anon_vma_joins(struct space *s, uint32_t theirs, uint32_t mine)
{
	if (theirs != 0 && mine != 0)
		FIRE(s, merge_anon_vma);
	if (theirs == mine || mine == 0)
		return true;
	if (theirs == 0) {
		FIRE(s, merge_unfaulted);
		return s->rules.merge_unfaulted != 0;
	}
	return false;
}

/* May @v join VMA @i, which ends where @v starts? */
/*@
  REQUIRES_SPACE;
  requires index: 0 <= i < s->mm.map_count;
  requires new:   \valid_read(v) && \separated(v, s) && placed(*v);
  TOTAL;
  assigns         s->trace;
  ensures joins:  \result == true <==> left_ok(s->mm.vma[i], *v, s->rules.merge_unfaulted);
*/
static bool joins_left(struct space *s, uint32_t i, const struct vma *v)
{
	const struct vma *prev = &s->mm.vma[i];

	/*@ assert at: placed_at(s->mm, i); */
	/*@ assert here: placed(s->mm.vma[i]); */
	return prev->end == v->start && kind_equal(prev, v) &&
	       prev->pgoff + (prev->end - prev->start) == v->pgoff &&
	       anon_vma_joins(s, prev->anon_vma, v->anon_vma);
}

/* May @v join VMA @i, which starts where @v ends? */
/*@
  REQUIRES_SPACE;
  requires index: 0 <= i < s->mm.map_count;
  requires new:   \valid_read(v) && \separated(v, s) && placed(*v);
  TOTAL;
  assigns         s->trace;
  ensures joins:  \result == true <==> right_ok(s->mm.vma[i], *v, s->rules.merge_unfaulted);
*/
static bool joins_right(struct space *s, uint32_t i, const struct vma *v)
{
	const struct vma *next = &s->mm.vma[i];

	return next->start == v->end && kind_equal(next, v) &&
	       next->pgoff == v->pgoff + (v->end - v->start) &&
	       anon_vma_joins(s, next->anon_vma, v->anon_vma);
}

/* May the VMAs @left and @right end up in one? */
/*@
  REQUIRES_SPACE;
  requires index: 0 <= left < s->mm.map_count && 0 <= right < s->mm.map_count;
  TOTAL;
  assigns         s->trace;
  ensures joins:  \result == true <==> pair_ok(s->mm.vma[left], s->mm.vma[right]);
*/
static bool pair_joins(struct space *s, uint32_t left, uint32_t right)
{
	uint32_t a = s->mm.vma[left].anon_vma, b = s->mm.vma[right].anon_vma;

	if (a != 0 && b != 0)
		FIRE(s, merge_pair);
	return a == 0 || b == 0 || a == b;
}

/*@
  requires valid: \valid(s);
  TOTAL;
  assigns         s->trace;
*/
static void join_note(struct space *s, uint32_t join)
{
	if (join == (JOIN_LEFT | JOIN_RIGHT))
		FIRE(s, merge_both);
	else if (join == JOIN_LEFT)
		FIRE(s, merge_left);
	else if (join == JOIN_RIGHT)
		FIRE(s, merge_right);
}

/* Which neighbours does @v join? @left and @right are their indices; map_count and above: none. */
uint32_t join_find(struct space *s, const struct vma *v, uint32_t left, uint32_t right)
{
	uint32_t join = 0;

	if (left < s->mm.map_count && joins_left(s, left, v))
		join = JOIN_LEFT;
	if (right < s->mm.map_count && joins_right(s, right, v)) {
		if (join == 0 || pair_joins(s, left, right))
			join += JOIN_RIGHT;
	}
	join_note(s, join);
	return join;
}

/* Gives VMA @i the anon_vma @id if it has none. */
void anon_vma_inherit(struct space *s, uint32_t i, uint32_t id)
{
	if (s->mm.vma[i].anon_vma == 0)
		vma_set_anon_vma(&s->mm, i, id);
}
