/* mlock(), mlock2(), munlock(). */
/* SPDX-License-Identifier: MIT */
#include "mlock.h"
#include "find.h"
#include "fault.h"
#include "merge.h"

static int32_t range_lock(struct space *s, uint64_t start, uint64_t end, uint64_t flags)
{
	uint64_t at = start, stop, locked;
	uint32_t i;

	while (at < end) {
		i = vma_find(&s->mm, at);
		if (i >= s->mm.map_count || s->mm.vma[i].start > at) {
			FIRE(s, mlock_hole);
			return MODEL_ENOMEM;
		}
		stop = s->mm.vma[i].end < end ? s->mm.vma[i].end : end;
		locked = (s->mm.vma[i].flags & ~VMA_LOCK_MASK) | flags;
		if (locked != s->mm.vma[i].flags)
			(void)vma_modify(s, i, at, stop, locked);
		at = stop;
	}
	return 0;
}

int32_t space_mlock(struct space *s, uint64_t addr, uint64_t len, uint64_t flags)
{
	uint64_t start = addr / PAGE_BYTES;
	uint64_t offset = addr % PAGE_BYTES;
	uint64_t pages =
	    len / PAGE_BYTES + (len % PAGE_BYTES + offset + PAGE_BYTES - 1) / PAGE_BYTES;
	int32_t err;

	/* The length is rounded modulo 2^64: what wraps to 0 is an empty range. */
	pages %= PAGES_ALL;
	if (pages > PAGES_ALL - 1 - start || pages == 0) {
		FIRE(s, mlock_invalid);
		return pages == 0 ? 0 : MODEL_EINVAL;
	}
	if ((flags & VMA_LOCKONFAULT) != 0)
		FIRE(s, mlock_onfault);
	space_within(s, start, start + pages);
	err = range_lock(s, start, start + pages, flags);
	if (err != 0 || flags == 0)
		return err;
	return space_populate(s, start, start + pages, true);
}
