/* mremap() of several VMAs at once. */
/* SPDX-License-Identifier: MIT */
#include "remap.h"
#include "find.h"

/* One VMA's part of a move of several: [at, end) of VMA @i, to @to. */
static int32_t multi_step(struct space *s, const struct remap *all, uint64_t at, uint64_t len,
			  uint64_t to)
{
	struct remap r = { .page = at, .old = len, .len = len, .to = to, .flags = all->flags };
	uint64_t unused;

	return remap_to(s, &r, &unused);
}

/* Several VMAs, with the gaps between them. */
int32_t remap_multi(struct space *s, const struct remap *r, uint64_t *at)
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
		if (s->mm.vma[i].start > from)
			from = s->mm.vma[i].start;
		to += from - next;
	}
	*at = r->to * PAGE_BYTES;
	return 0;
}
