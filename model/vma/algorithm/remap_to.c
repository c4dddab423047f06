/* mremap() to a named target. */
/* SPDX-License-Identifier: MIT */
#include "remap_to.h"
#include "fault.h"
#include "move.h"
#include "munmap.h"
#include "place.h"
#include "populate.h"
#include "remap_check.h"

/* Where it goes: r->to is fixed, a hint, or to be found. Returns: false if there is no room. */
bool target_find(struct space *s, uint32_t i, struct remap *r, bool hint)
{
	const struct vma *v = &s->mm.vma[i];

	if ((r->flags & REMAP_FIXED) != 0)
		return true;
	r->to = space_place(s, hint ? r->to : 0, r->len,
			    v->file == OBJECT_NONE && (v->flags & VMA_SHARED) == 0);
	return r->to != 0;
}

/* Faults in what is new of locked memory. */
void grown_populate(struct space *s, const struct remap *r, uint64_t to, bool locked)
{
	if (!locked || r->len <= r->old)
		return;
	FIRE(s, mremap_populate);
	(void)space_populate(s, to + r->old, to + r->len, false);
}

/* Unmaps the tail of a source that becomes shorter. */
int32_t source_shrink(struct space *s, struct remap *r)
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
int32_t remap_to(struct space *s, struct remap *r, uint64_t *at)
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
	/*@ assert holds: holds(s->mm, i, r->page, s->mm.vma[i].flags, s->mm.vma[i].file, s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start)); */
	/*@ assert maps: maps(s->mm, r->page, s->mm.vma[i].flags, s->mm.vma[i].file, s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start)); */
	/*@ assert in: mapped(s->mm, r->page); */
	/*@ assert one: \forall integer fl, file, off; maps(s->mm, r->page, fl, file, off) ==> off == s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start); */
	/*@ assert free: vacant(s->mm, r->to, r->to + r->len); */
	locked = (s->mm.vma[i].flags & VMA_LOCKED) != 0;
	vma_move(s, r);
	grown_populate(s, r, r->to, locked);
	*at = r->to * PAGE_BYTES;
	return 0;
}
