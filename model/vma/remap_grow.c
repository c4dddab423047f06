/* mremap() to a larger size, in place or elsewhere. */
/* SPDX-License-Identifier: MIT */
#include "remap.h"
#include "fault.h"
#include "merge.h"
#include "move.h"

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
int32_t remap_grow(struct space *s, uint32_t i, struct remap *r, uint64_t *at)
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
