/* Moving a mapping: what mremap() does once it knows where to. */
/* SPDX-License-Identifier: MIT */
#include "move.h"
#include "find.h"
#include "insert.h"
#include "set.h"
#include "split.h"
#include "merge.h"
#include "munmap.h"

/* Locked memory is split at the ends of the range first, so that only the range loses its lock. */
static void source_split(struct space *s, const struct remap *r)
{
	uint32_t i = vma_find(&s->mm, r->page);

	if ((r->flags & REMAP_DONTUNMAP) == 0 || (s->mm.vma[i].flags & VMA_LOCKED) == 0)
		return;
	FIRE(s, dontunmap_split);
	if (s->rules.dontunmap_split == 0)
		return;
	(void)mm_split_at(&s->mm, r->page);
	(void)mm_split_at(&s->mm, r->page + r->old);
}

/* The VMA that @r makes of source VMA @i. */
static struct vma vma_moved(struct space *s, uint32_t i, const struct remap *r)
{
	const struct vma *old = &s->mm.vma[i];
	struct vma v = *old;

	v.start = r->to;
	v.end = r->to + r->len;
	v.pgoff = old->pgoff + (r->page - old->start);
	if (old->file == OBJECT_NONE && old->anon_vma == 0) {
		FIRE(s, mremap_pgoff);
		v.pgoff = r->to;
	}
	return v;
}

/* Is the source VMA @i, which stays, a neighbour that @v must not join? */
static bool self_blocked(struct space *s, uint32_t i, const struct vma *v, const struct remap *r)
{
	const struct vma *old = &s->mm.vma[i];

	if ((r->flags & REMAP_DONTUNMAP) == 0 || old->file != OBJECT_NONE || old->anon_vma != 0 ||
	    (old->end != v->start && old->start != v->end))
		return false;
	FIRE(s, dontunmap_self_block);
	return s->rules.dontunmap_self_block != 0;
}

/* Locks of the source go, as far as its VMA reaches; what was counted stays counted. */
static void source_unlock(struct space *s, uint32_t i, uint64_t len)
{
	const struct vma *v = &s->mm.vma[i];

	if ((v->flags & VMA_LOCKED) == 0)
		return;
	s->locked_leak += v->end - v->start;
	FIRE(s, dontunmap_locked_leak);
	if (s->rules.dontunmap_locked_leak == 0)
		s->locked_leak -= len;
	vma_set_flags(&s->mm, i, v->flags & ~VMA_LOCK_MASK);
}

/* A source that is a VMA of its own has no anon_vma any more. */
static void source_unlink(struct space *s, uint32_t i, const struct remap *r)
{
	const struct vma *v = &s->mm.vma[i];

	if (v->start != r->page || v->end != r->page + r->old || v->anon_vma == 0)
		return;
	vma_set_anon_vma(&s->mm, i, 0);
	if (v->file != OBJECT_NONE)
		return;
	FIRE(s, dontunmap_reset_pgoff);
	if (s->rules.dontunmap_reset_pgoff != 0)
		vma_set_pgoff(&s->mm, i, v->start);
}

/* The source stays, but without what it had. */
static void source_keep(struct space *s, const struct remap *r)
{
	uint32_t i = vma_find(&s->mm, r->page);
	const struct vma *v = &s->mm.vma[i];

	FIRE(s, dontunmap);
	space_within(s, v->start, v->end);
	source_unlink(s, i, r);
	if ((v->flags & VMA_ACCOUNT) != 0) {
		FIRE(s, dontunmap_unaccounts);
		if (s->rules.dontunmap_unaccounts != 0)
			vma_set_flags(&s->mm, i, v->flags & ~VMA_ACCOUNT);
	}
	source_unlock(s, i, r->len);
}

void vma_move(struct space *s, const struct remap *r)
{
	uint32_t i;
	struct vma v;

	FIRE(s, mremap_move);
	source_split(s, r);
	i = vma_find(&s->mm, r->page);
	v = vma_moved(s, i, r);
	space_window(s, v.start, v.end);
	if (self_blocked(s, i, &v, r))
		vma_insert(&s->mm, vma_find(&s->mm, v.start), &v);
	else
		(void)vma_map(s, &v, true);
	if ((r->flags & REMAP_DONTUNMAP) != 0)
		source_keep(s, r);
	else
		space_unmap(s, r->page, r->page + r->old);
}
