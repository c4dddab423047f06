/* mprotect(). */
/* SPDX-License-Identifier: MIT */
#include "mprotect.h"
#include "find.h"
#include "fault.h"
#include "merge.h"

/* The flags of @v with access @prot: accounting follows. */
static uint64_t flags_protected(struct space *s, const struct vma *v, uint64_t prot)
{
	uint64_t flags = (v->flags & ~VMA_ACCESS) | prot;

	if (flags == v->flags)
		return flags;
	if ((flags & VMA_WRITE) != 0) {
		if ((v->flags & (VMA_ACCOUNT | VMA_WRITE | VMA_SHARED | VMA_NORESERVE)) == 0) {
			FIRE(s, account_gained);
			flags |= VMA_ACCOUNT;
		}
	} else if ((v->flags & VMA_ACCOUNT) != 0 && v->file == OBJECT_NONE && v->anon_vma == 0) {
		FIRE(s, unaccount_readonly);
		flags &= s->rules.unaccount_readonly != 0 ? ~VMA_ACCOUNT : ~0ull;
	}
	return flags;
}

/* Locked private memory that was not writable and now is. */
static bool needs_populate(uint64_t old, uint64_t flags)
{
	return (old & (VMA_WRITE | VMA_SHARED | VMA_LOCKED)) == VMA_LOCKED &&
	       (old & VMA_LOCKONFAULT) == 0 && (flags & VMA_WRITE) != 0;
}

/* The part of VMA @i in [start, end). Returns: the page to go on with. */
static uint64_t vma_protect(struct space *s, uint32_t i, uint64_t start, uint64_t end,
			    uint64_t prot)
{
	uint64_t old = s->mm.vma[i].flags;
	uint64_t flags = flags_protected(s, &s->mm.vma[i], prot);
	uint64_t stop = s->mm.vma[i].end < end ? s->mm.vma[i].end : end;

	if (flags == old)
		return stop;
	i = vma_modify(s, i, start, stop, flags);
	if (needs_populate(old, flags)) {
		FIRE(s, mprotect_populate);
		anon_vma_prepare(s, i);
	}
	return s->mm.vma[i].end;
}

static int32_t range_protect(struct space *s, uint64_t start, uint64_t end, uint64_t prot)
{
	uint64_t at = start;
	uint32_t i;

	while (at < end) {
		i = vma_find(&s->mm, at);
		if (i >= s->mm.map_count || s->mm.vma[i].start > at) {
			FIRE(s, mprotect_hole);
			return MODEL_ENOMEM;
		}
		at = vma_protect(s, i, at, end, prot);
	}
	return 0;
}

int32_t space_mprotect(struct space *s, uint64_t addr, uint64_t len, uint64_t prot)
{
	uint64_t start = addr / PAGE_BYTES;
	uint64_t pages = pages_up(len);

	if (addr % PAGE_BYTES != 0) {
		FIRE(s, mprotect_invalid);
		return MODEL_EINVAL;
	}
	if (len == 0) {
		FIRE(s, mprotect_invalid);
		return 0;
	}
	if (pages > PAGES_ALL - 1 - start) {
		FIRE(s, mprotect_invalid);
		return MODEL_ENOMEM;
	}
	space_within(s, start, start + pages);
	return range_protect(s, start, start + pages, prot & VMA_ACCESS);
}
