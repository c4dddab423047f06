/* madvise(). */
/* SPDX-License-Identifier: MIT */
#include "madvise.h"
#include "advice.h"
#include "fault.h"
#include "find.h"
#include "merge.h"

/* The part [start, end) of VMA @i. */
static int32_t vma_advise(struct space *s, uint32_t i, uint64_t start, uint64_t end,
			  uint32_t advice)
{
	const struct vma v = s->mm.vma[i]; /* a copy: what is asked of it may note rules in s */
	int32_t err = advice_refused(s, &v, advice);
	uint64_t flags;

	if (err != 0)
		return err;
	if (advice >= ADVICE_MERGEABLE && advice <= ADVICE_NOHUGEPAGE)
		flags = flags_huge(s, &v, advice);
	else
		flags = flags_advised(&v, advice);
	if (flags != v.flags) {
		FIRE(s, madvise_flags);
		(void)vma_modify(s, i, start, end, flags);
	}
	return 0;
}

/* Holes are passed over; ENOMEM at the end. */
static int32_t range_advise(struct space *s, uint64_t start, uint64_t end, uint32_t advice)
{
	uint64_t at = start, stop;
	int32_t hole = 0, err;
	uint32_t i;

	while (at < end) {
		i = vma_find(&s->mm, at);
		if (i >= s->mm.map_count || s->mm.vma[i].start >= end) {
			FIRE(s, madvise_hole);
			return MODEL_ENOMEM;
		}
		if (s->mm.vma[i].start > at) {
			FIRE(s, madvise_hole);
			hole = MODEL_ENOMEM;
			at = s->mm.vma[i].start;
		}
		stop = s->mm.vma[i].end < end ? s->mm.vma[i].end : end;
		err = vma_advise(s, i, at, stop, advice);
		if (err != 0)
			return err;
		at = stop;
	}
	return hole;
}

/* POPULATE_WRITE on the part of VMA @i below @end. */
static int32_t vma_populate_write(struct space *s, uint32_t i, uint64_t end)
{
	const struct vma *v = &s->mm.vma[i];
	uint64_t last = (v->end < end ? v->end : end) - 1;

	if ((v->flags & VMA_WRITE) == 0) {
		FIRE(s, madvise_populate);
		return MODEL_EINVAL;
	}
	if ((v->flags & VMA_SHARED) == 0)
		anon_vma_prepare(s, i);
	return vma_beyond(s, i, last) ? MODEL_EFAULT : 0;
}

static int32_t range_populate_write(struct space *s, uint64_t start, uint64_t end)
{
	uint64_t at = start;
	int32_t err;
	uint32_t i;

	while (at < end) {
		i = vma_find(&s->mm, at);
		if (i >= s->mm.map_count || s->mm.vma[i].start > at) {
			FIRE(s, madvise_populate);
			return MODEL_ENOMEM;
		}
		err = vma_populate_write(s, i, end);
		if (err != 0)
			return err;
		at = s->mm.vma[i].end;
	}
	return 0;
}

int32_t space_madvise(struct space *s, uint64_t addr, uint64_t len, uint32_t advice)
{
	uint64_t start = addr / PAGE_BYTES;
	uint64_t pages = pages_up(len) % PAGES_ALL;

	if (advice_unknown(s, advice) || addr % PAGE_BYTES != 0 || (len != 0 && pages == 0) ||
	    pages > PAGES_ALL - 1 - start) {
		FIRE(s, madvise_invalid);
		return MODEL_EINVAL;
	}
	if (pages == 0)
		return 0;
	space_within(s, start, start + pages);
	if (advice == ADVICE_POPULATE_WRITE)
		return range_populate_write(s, start, start + pages);
	return range_advise(s, start, start + pages, advice);
}
