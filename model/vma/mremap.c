/* mremap(). */
/* SPDX-License-Identifier: MIT */
#include "mremap.h"
#include "find.h"
#include "fault.h"
#include "merge.h"
#include "move.h"
#include "munmap.h"
#include "place.h"

/* Does the call name a target? */
static bool has_target(uint32_t flags)
{
	return (flags & (REMAP_FIXED | REMAP_DONTUNMAP)) != 0;
}

/* Is @page in a VMA? *i is it then. */
static bool page_lookup(const struct space *s, uint64_t page, uint32_t *i)
{
	*i = vma_find(&s->mm, page);
	return *i < s->mm.map_count && s->mm.vma[*i].start <= page;
}

/* Do flags and lengths fit together? */
static bool flags_valid(struct space *s, const struct mremap_args *a, const struct remap *r)
{
	if (a->addr % PAGE_BYTES != 0 || r->len == 0)
		return false;
	if (s->rules.mremap_length != 0 && r->len > SPACE_HIGH) {
		FIRE(s, mremap_length);
		return false;
	}
	if (has_target(r->flags) && (r->flags & REMAP_MAYMOVE) == 0)
		return false;
	return (r->flags & REMAP_DONTUNMAP) == 0 || r->old == r->len;
}

/* May the target be where it is? */
static bool target_valid(const struct mremap_args *a, const struct remap *r)
{
	if (a->new_addr % PAGE_BYTES != 0 || r->len > SPACE_HIGH || r->to > SPACE_HIGH - r->len)
		return false;
	return r->page + r->old <= r->to || r->to + r->len <= r->page;
}

/* Source VMA @i against the lengths. */
static int32_t source_check(struct space *s, uint32_t i, const struct remap *r)
{
	const struct vma *v = &s->mm.vma[i];
	uint64_t kept = r->old > r->len ? r->len : r->old;

	if (!has_target(r->flags) && r->len <= r->old)
		return 0;
	if (r->old == 0 && (v->flags & (VMA_SHARED | VMA_MAYSHARE)) == 0) {
		FIRE(s, mremap_duplicate);
		return MODEL_EINVAL;
	}
	if (kept > v->end - r->page) {
		FIRE(s, mremap_across);
		return MODEL_EFAULT;
	}
	return 0;
}

/* Where it goes: r->to is fixed, a hint, or to be found. Returns: false if there is no room. */
static bool target_find(struct space *s, uint32_t i, struct remap *r, bool hint)
{
	const struct vma *v = &s->mm.vma[i];

	if ((r->flags & REMAP_FIXED) != 0)
		return true;
	r->to = space_place(s, hint ? r->to : 0, r->len,
			    v->file == OBJECT_NONE && (v->flags & VMA_SHARED) == 0);
	return r->to != 0;
}

/* Faults in what is new of locked memory. */
static void grown_populate(struct space *s, const struct remap *r, uint64_t to, bool locked)
{
	if (!locked || r->len <= r->old)
		return;
	FIRE(s, mremap_populate);
	(void)space_populate(s, to + r->old, to + r->len, false);
}

/* Unmaps the tail of a source that becomes shorter. */
static int32_t source_shrink(struct space *s, struct remap *r)
{
	uint64_t start = r->page + r->len, pages = r->old - r->len;

	FIRE(s, mremap_shrink);
	if (start > SPACE_HIGH || pages > SPACE_HIGH - start)
		return MODEL_EINVAL;
	space_unmap(s, start, start + pages);
	r->old = r->len;
	return 0;
}

/* To a named target, from one VMA that was checked. */
static int32_t remap_to(struct space *s, struct remap *r, uint64_t *at)
{
	int32_t err;
	uint32_t i;
	bool locked;

	if ((r->flags & REMAP_FIXED) != 0) {
		FIRE(s, mremap_fixed);
		space_unmap(s, r->to, r->to + r->len);
	}
	if (r->old > r->len) {
		err = source_shrink(s, r);
		if (err != 0)
			return err;
	}
	if (!page_lookup(s, r->page, &i))
		return MODEL_EFAULT;
	err = source_check(s, i, r);
	if (err != 0)
		return err;
	if (!target_find(s, i, r, true))
		return MODEL_ENOMEM;
	locked = (s->mm.vma[i].flags & VMA_LOCKED) != 0;
	vma_move(s, r);
	grown_populate(s, r, r->to, locked);
	*at = r->to * PAGE_BYTES;
	return 0;
}

/* One VMA's part of a move of several: [at, end) of VMA @i, to @to. */
static int32_t multi_step(struct space *s, const struct remap *all, uint64_t at, uint64_t len,
			  uint64_t to)
{
	struct remap r = { .page = at, .old = len, .len = len, .to = to, .flags = all->flags };
	uint64_t unused;

	return remap_to(s, &r, &unused);
}

/* Several VMAs, with the gaps between them. */
static int32_t remap_multi(struct space *s, const struct remap *r, uint64_t *at)
{
	uint64_t end = r->page + r->old, from = r->page, to = r->to, stop, next;
	int32_t err;
	uint32_t i;

	if (!page_lookup(s, r->page, &i)) {
		FIRE(s, mremap_hole);
		return MODEL_EFAULT;
	}
	while (from < end) {
		stop = s->mm.vma[i].end < end ? s->mm.vma[i].end : end;
		next = s->mm.vma[i].end;
		err = multi_step(s, r, from, stop - from, to);
		if (err != 0)
			return err;
		to += stop - from;
		from = stop;
		i = vma_find(&s->mm, from);
		if (from >= end || i >= s->mm.map_count || s->mm.vma[i].start >= end)
			break;
		FIRE(s, mremap_multi);
		if (s->mm.vma[i].start > from)
			from = s->mm.vma[i].start;
		to += from - next;
	}
	*at = r->to * PAGE_BYTES;
	return 0;
}

/* In place: into the room above, and into the next VMA if that is touched. */
static void grow_in_place(struct space *s, uint32_t i, const struct remap *r)
{
	const struct vma *old = &s->mm.vma[i];
	struct vma v = *old;

	FIRE(s, mremap_grow);
	v.start = old->end;
	v.end = old->end + (r->len - r->old);
	v.pgoff = old->pgoff + (old->end - old->start);
	space_window(s, old->start, v.end);
	(void)vma_map(s, &v, true);
}

/* Can VMA @i grow where it is? */
static bool grows_in_place(const struct space *s, uint32_t i, const struct remap *r)
{
	const struct vma *v = &s->mm.vma[i];
	uint64_t more = r->len - r->old;

	if (v->end - r->page != r->old || more > SPACE_HIGH - v->end)
		return false;
	return i + 1 >= s->mm.map_count || s->mm.vma[i + 1].start >= v->end + more;
}

/* Without a target, and longer: in place, or to wherever there is room. */
static int32_t remap_grow(struct space *s, uint32_t i, struct remap *r, uint64_t *at)
{
	bool locked = (s->mm.vma[i].flags & VMA_LOCKED) != 0;

	r->to = r->page;
	if (grows_in_place(s, i, r)) {
		grow_in_place(s, i, r);
	} else if ((r->flags & REMAP_MAYMOVE) == 0) {
		FIRE(s, mremap_nomove);
		return MODEL_ENOMEM;
	} else {
		if (!target_find(s, i, r, false))
			return MODEL_ENOMEM;
		vma_move(s, r);
	}
	grown_populate(s, r, r->to, locked);
	*at = r->to * PAGE_BYTES;
	return 0;
}

/* Where no target is named. */
static int32_t remap_at(struct space *s, uint32_t i, struct remap *r, uint64_t *at)
{
	int32_t err = source_check(s, i, r);

	if (err != 0)
		return err;
	if (r->len > r->old)
		return remap_grow(s, i, r, at);
	if (r->len < r->old)
		err = source_shrink(s, r);
	if (err == 0)
		*at = r->page * PAGE_BYTES;
	return err;
}

/* From Linux 6.17 on all checks come before any change. */
static int32_t remap_checked(struct space *s, struct remap *r, uint64_t *at)
{
	int32_t err;
	uint32_t i;

	if ((r->flags & REMAP_FIXED) != 0 && r->old == r->len && s->rules.mremap_multi != 0)
		return remap_multi(s, r, at);
	if (!page_lookup(s, r->page, &i)) {
		FIRE(s, mremap_hole);
		return MODEL_EFAULT;
	}
	if (!has_target(r->flags))
		return remap_at(s, i, r, at);
	if (s->rules.mremap_unmaps_first == 0) {
		err = source_check(s, i, r);
		if (err != 0)
			return err;
	} else {
		FIRE(s, mremap_unmaps_first);
	}
	return remap_to(s, r, at);
}

int32_t space_mremap(struct space *s, const struct mremap_args *a, uint64_t *at)
{
	struct remap r = { .page = a->addr / PAGE_BYTES,
			   .old = pages_up(a->old_len) % PAGES_ALL,
			   .len = pages_up(a->new_len) % PAGES_ALL,
			   .to = a->new_addr / PAGE_BYTES,
			   .flags = a->flags };
	uint32_t i;

	*at = 0;
	if (!flags_valid(s, a, &r)) {
		FIRE(s, mremap_invalid);
		return MODEL_EINVAL;
	}
	if (s->rules.mremap_lookup_first != 0 && !page_lookup(s, r.page, &i)) {
		FIRE(s, mremap_lookup_first);
		return MODEL_EFAULT;
	}
	if (has_target(r.flags) && !target_valid(a, &r)) {
		FIRE(s, mremap_invalid);
		return MODEL_EINVAL;
	}
	return remap_checked(s, &r, at);
}
