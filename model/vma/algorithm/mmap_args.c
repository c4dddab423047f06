/* What the arguments of mmap() mean for the new VMA. */
/* SPDX-License-Identifier: MIT */
#include "mmap_args.h"

bool is_shared(const struct mmap_args *a)
{
	return (a->flags & MMAP_SHARED) != 0;
}

bool populates(uint64_t flags)
{
	return (flags & MMAP_LOCKED) != 0 ||
	       (flags & (MMAP_POPULATE | MMAP_NONBLOCK)) == MMAP_POPULATE;
}

/*@
  TOTAL;
  assigns       \nothing;
  ensures flag: \result == (on == true ? flag : 0);
*/
static uint64_t flag_if(bool on, uint64_t flag)
{
	return on ? flag : 0;
}

/* Flags that the MAP_* flags bring: a sum, as no bit comes twice. */
/*@
  requires valid:  \valid(s) && \valid_read(a) && \separated(a, s);
  TOTAL;
  assigns          s->trace;
  ensures flags:   \result == map_flags(a->flags, s->rules.stack_nohugepage, s->rules.noreserve_flag);
*/
static uint64_t flags_of_map(struct space *s, const struct mmap_args *a)
{
	bool stack = (a->flags & MMAP_STACK) != 0;
	bool noreserve = (a->flags & MMAP_NORESERVE) != 0;

	if (stack)
		FIRE(s, stack_nohugepage);
	if (noreserve)
		FIRE(s, noreserve_flag);
	return flag_if((a->flags & MMAP_GROWSDOWN) != 0, VMA_GROWSDOWN) +
	       flag_if((a->flags & MMAP_LOCKED) != 0, VMA_LOCKED) +
	       flag_if(is_shared(a), VMA_SHARED + VMA_MAYSHARE) +
	       flag_if(stack && s->rules.stack_nohugepage != 0, VMA_NOHUGEPAGE) +
	       flag_if(noreserve && s->rules.noreserve_flag != 0, VMA_NORESERVE);
}

/* All flags but those that follow from the sum. */
/*@
  requires few: access <= VMA_ACCESS && mapped < VMA_MERGEABLE;
  TOTAL;
  assigns       \nothing;
  ensures sum:  \result == access + VMA_MAYACCESS + mapped;
  ensures few:  \result < 2 * VMA_MERGEABLE;
*/
static uint64_t flags_sum(uint64_t access, uint64_t mapped)
{
	return access + VMA_MAYACCESS + mapped;
}

uint64_t flags_of(struct space *s, const struct mmap_args *a)
{
	uint64_t mapped = flags_of_map(s, a);
	/*@ assert least: mapped <= VMA_GROWSDOWN + VMA_LOCKED + VMA_SHARED + VMA_MAYSHARE + VMA_NOHUGEPAGE + VMA_NORESERVE; */
	uint64_t flags = flags_sum(a->prot & VMA_ACCESS, mapped);
	/*@ assert account: accounted(flags) ==
	      ((flags & (VMA_WRITE | VMA_SHARED | VMA_NORESERVE)) == VMA_WRITE ? flags + VMA_ACCOUNT : flags); */

	if ((flags & (VMA_WRITE | VMA_SHARED | VMA_NORESERVE)) != VMA_WRITE)
		return flags;
	FIRE(s, account);
	return flags + VMA_ACCOUNT;
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
