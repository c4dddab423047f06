/* What the arguments of mmap() mean for the new VMA. */
/* SPDX-License-Identifier: MIT */
#include "mmap_args.h"

bool is_shared(const struct mmap_args *a)
{
	return (a->flags & MMAP_SHARED) != 0;
}

/* Flags that the MAP_* flags bring. */
/*@
  requires valid:  \valid(s) && \valid_read(a) && \separated(a, s);
  VMA_TOTAL;
  assigns          s->trace;
  ensures flags:   \result == map_flags(a->flags, s->rules.stack_nohugepage, s->rules.noreserve_flag);
*/
static uint64_t flags_of_map(struct space *s, const struct mmap_args *a)
{
	uint64_t flags = 0;

	if ((a->flags & MMAP_GROWSDOWN) != 0)
		flags |= VMA_GROWSDOWN;
	if ((a->flags & MMAP_LOCKED) != 0)
		flags |= VMA_LOCKED;
	if (is_shared(a))
		flags |= VMA_SHARED | VMA_MAYSHARE;
	if ((a->flags & MMAP_STACK) != 0) {
		FIRE(s, stack_nohugepage);
		flags |= s->rules.stack_nohugepage != 0 ? VMA_NOHUGEPAGE : 0;
	}
	if ((a->flags & MMAP_NORESERVE) != 0) {
		FIRE(s, noreserve_flag);
		flags |= s->rules.noreserve_flag != 0 ? VMA_NORESERVE : 0;
	}
	return flags;
}

uint64_t flags_of(struct space *s, const struct mmap_args *a)
{
	uint64_t flags = (a->prot & VMA_ACCESS) | VMA_MAYACCESS | flags_of_map(s, a);

	if ((flags & (VMA_WRITE | VMA_SHARED | VMA_NORESERVE)) == VMA_WRITE) {
		FIRE(s, account);
		flags |= VMA_ACCOUNT;
	}
	return flags;
}

uint32_t object_of(struct space *s, const struct mmap_args *a, uint64_t pages)
{
	if (a->object != OBJECT_NONE || !is_shared(a))
		return a->object;
	s->object_last++;
	if (s->object_last < OBJECTS_MAX)
		s->object_pages[s->object_last] = pages;
	return s->object_last;
}

uint64_t pgoff_of(const struct mmap_args *a, uint64_t start)
{
	if (a->object != OBJECT_NONE)
		return a->pgoff;
	return is_shared(a) ? 0 : start;
}
