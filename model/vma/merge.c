/* Merging of neighbours: new ranges, and changed parts of a VMA. */
/* SPDX-License-Identifier: MIT */
#include "merge.h"
#include "find.h"
#include "insert.h"
#include "join.h"
#include "resize.h"
#include "set.h"
#include "split.h"

/* Equal flags and object: what a merge needs besides offset and anon_vma. */
static bool kind_equal(const struct vma *a, const struct vma *b)
{
	return a->flags == b->flags && a->file == b->file;
}

/* May a range with anon_vma @mine join the neighbour with anon_vma @theirs? */
static bool anon_vma_joins(struct space *s, uint32_t theirs, uint32_t mine)
{
	if (theirs == mine || mine == 0)
		return true;
	if (theirs == 0 && s->rules.merge_unfaulted != 0) {
		FIRE(s, merge_unfaulted);
		return true;
	}
	FIRE(s, merge_anon_vma);
	return false;
}

/* May @v join VMA @i, which ends where @v starts? */
static bool joins_left(struct space *s, uint32_t i, const struct vma *v)
{
	const struct vma *prev = &s->mm.vma[i];

	return prev->end == v->start && kind_equal(prev, v) &&
	       prev->pgoff + (prev->end - prev->start) == v->pgoff &&
	       anon_vma_joins(s, prev->anon_vma, v->anon_vma);
}

/* May @v join VMA @i, which starts where @v ends? */
static bool joins_right(struct space *s, uint32_t i, const struct vma *v)
{
	const struct vma *next = &s->mm.vma[i];

	return next->start == v->end && kind_equal(next, v) &&
	       next->pgoff == v->pgoff + (v->end - v->start) &&
	       anon_vma_joins(s, next->anon_vma, v->anon_vma);
}

/* May the VMAs @left and @right end up in one? */
static bool pair_joins(const struct space *s, uint32_t left, uint32_t right)
{
	uint32_t a = s->mm.vma[left].anon_vma, b = s->mm.vma[right].anon_vma;

	return a == 0 || b == 0 || a == b;
}

/* Gives VMA @i the anon_vma @id if it has none. */
static void anon_vma_inherit(struct space *s, uint32_t i, uint32_t id)
{
	if (s->mm.vma[i].anon_vma == 0)
		vma_set_anon_vma(&s->mm, i, id);
}

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
static uint32_t join_find(struct space *s, const struct vma *v, uint32_t left, uint32_t right)
{
	uint32_t join = 0;

	if (left < s->mm.map_count && joins_left(s, left, v))
		join = JOIN_LEFT;
	if (right < s->mm.map_count && joins_right(s, right, v)) {
		if (join == 0 || pair_joins(s, left, right))
			join += JOIN_RIGHT;
		else
			FIRE(s, merge_pair);
	}
	join_note(s, join);
	return join;
}

/* @v fills the gap between @i - 1 and @i, and the three become one. */
static uint32_t map_between(struct space *s, uint32_t i, const struct vma *v)
{
	uint32_t next = s->mm.vma[i].anon_vma;

	anon_vma_inherit(s, i - 1, next != 0 ? next : v->anon_vma);
	vma_grow_end(&s->mm, i - 1, v->end);
	vma_join(&s->mm, i - 1);
	return i - 1;
}

uint32_t vma_map(struct space *s, const struct vma *v, bool right)
{
	uint32_t i = vma_find(&s->mm, v->start);
	uint32_t left = i > 0 ? i - 1 : UINT32_MAX;
	uint32_t join = join_find(s, v, left, right ? i : UINT32_MAX);

	if (join == (JOIN_LEFT | JOIN_RIGHT))
		return map_between(s, i, v);
	if (join == JOIN_LEFT) {
		anon_vma_inherit(s, left, v->anon_vma);
		vma_grow_end(&s->mm, left, v->end);
		return left;
	}
	if (join == JOIN_RIGHT) {
		anon_vma_inherit(s, i, v->anon_vma);
		vma_grow_start(&s->mm, i, v->start);
		return i;
	}
	vma_insert(&s->mm, i, v);
	return i;
}

/* The part of VMA @i up to @end goes to the VMA below. */
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
static uint32_t modify_split(struct space *s, uint32_t i, uint64_t start, uint64_t end,
			     uint64_t flags)
{
	FIRE(s, modify_split);
	if (end < s->mm.vma[i].end)
		vma_split(&s->mm, i, end);
	if (start > s->mm.vma[i].start) {
		vma_split(&s->mm, i, start);
		i++;
	}
	vma_set_flags(&s->mm, i, flags);
	return i;
}

uint32_t vma_modify(struct space *s, uint32_t i, uint64_t start, uint64_t end, uint64_t flags)
{
	const struct vma *old = &s->mm.vma[i];
	struct vma v = { .start = start,
			 .end = end,
			 .pgoff = old->pgoff + (start - old->start),
			 .flags = flags,
			 .file = old->file,
			 .anon_vma = old->anon_vma };
	uint32_t left = i > 0 && start == old->start ? i - 1 : UINT32_MAX;
	uint32_t right = end == old->end ? i + 1 : UINT32_MAX;
	uint32_t join = join_find(s, &v, left, right);

	if (join == (JOIN_LEFT | JOIN_RIGHT)) {
		vma_set_flags(&s->mm, i, flags);
		vma_join(&s->mm, i);
		vma_join(&s->mm, i - 1);
		return i - 1;
	}
	if (join == JOIN_LEFT)
		return modify_left(s, i, end, flags);
	if (join == JOIN_RIGHT)
		return modify_right(s, i, start, flags);
	return modify_split(s, i, start, end, flags);
}
