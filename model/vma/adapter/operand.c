/* What single operand values mean: protection, advice, lengths, flags. */
/* SPDX-License-Identifier: MIT */
#include "operand.h"
#include "../algorithm/advice.h"
#include "../algorithm/mmap.h"

#define ADVICES 17u

uint64_t prot_of(uint64_t arg)
{
	static const uint8_t prot[8] = {
		VMA_READ | VMA_WRITE, VMA_READ,  0,        VMA_READ | VMA_WRITE | VMA_EXEC,
		VMA_READ | VMA_EXEC,  VMA_WRITE, VMA_EXEC, VMA_WRITE | VMA_EXEC
	};

	return prot[arg % 8];
}

uint64_t advice_of(uint64_t arg)
{
	static const uint8_t advice[ADVICES] = {
		ADVICE_NORMAL,        ADVICE_RANDOM,      ADVICE_SEQUENTIAL, ADVICE_WILLNEED,
		ADVICE_DONTNEED,      ADVICE_FREE,        ADVICE_DONTFORK,   ADVICE_DOFORK,
		ADVICE_MERGEABLE,     ADVICE_UNMERGEABLE, ADVICE_HUGEPAGE,   ADVICE_NOHUGEPAGE,
		ADVICE_DONTDUMP,      ADVICE_DODUMP,      ADVICE_WIPEONFORK, ADVICE_KEEPONFORK,
		ADVICE_POPULATE_WRITE
	};

	return advice[arg % ADVICES];
}

/* Some bytes short of @bytes; some bytes if there are none. */
/*@
  TOTAL;
  assigns       \nothing;
  ensures less: bytes >= ODD_BYTES ==> \result == bytes - ODD_BYTES;
  ensures some: bytes < ODD_BYTES ==> \result == ODD_BYTES;
*/
static uint64_t odd_length(uint64_t bytes)
{
	return bytes >= ODD_BYTES ? bytes - ODD_BYTES : ODD_BYTES;
}

uint64_t length_skewed(uint64_t pages, uint64_t skew)
{
	uint64_t bytes = pages * PAGE_BYTES;

	if (skew == SKEW_ODD_LENGTH)
		return odd_length(bytes);
	if (skew == SKEW_EMPTY)
		return 0;
	if (skew == SKEW_BEYOND)
		return bytes + BEYOND_BYTES;
	if (skew == SKEW_WRAP)
		return UINT64_MAX - bytes;
	return bytes;
}

bool is_huge(uint64_t how)
{
	return how == HOW_FREE_HUGE || how == HOW_FREE_HUGE_ODD || how == HOW_HINT_HUGE;
}

uint64_t mmap_length(uint64_t pages, uint64_t how, uint64_t extra)
{
	uint64_t bytes = pages * PAGE_BYTES;

	if (how == HOW_FIXED_EMPTY)
		return 0;
	if (is_huge(how))
		bytes *= HUGE_PAGES;
	if (how == HOW_FREE_BEYOND)
		bytes += BEYOND_BYTES;
	if (how == HOW_FREE_HUGE_ODD)
		bytes += PAGE_BYTES;
	return (extra & EXTRA_ODD_LENGTH) != 0 ? odd_length(bytes) : bytes;
}

uint64_t mmap_flags(uint64_t kind, uint64_t how, uint64_t extra)
{
	uint64_t flags = (kind & 1) != 0 ? MMAP_SHARED : MMAP_PRIVATE;

	if (kind <= KIND_SHARED)
		flags |= MMAP_ANONYMOUS;
	if (how == HOW_FIXED || how == HOW_FIXED_EMPTY)
		flags |= MMAP_FIXED;
	if (how == HOW_NOREPLACE)
		flags |= MMAP_NOREPLACE;
	if ((extra & EXTRA_NORESERVE) != 0)
		flags |= MMAP_NORESERVE;
	if ((extra & EXTRA_STACK) != 0)
		flags |= MMAP_STACK;
	/* Thousands of page faults a call would be all that a campaign does: huge ranges stay empty. */
	if ((extra & EXTRA_LOCKED) != 0 && !is_huge(how))
		flags |= MMAP_LOCKED;
	if ((extra & EXTRA_POPULATE) != 0 && !is_huge(how))
		flags |= MMAP_POPULATE;
	if ((extra & EXTRA_GROWSDOWN) != 0)
		flags |= MMAP_GROWSDOWN;
	return flags;
}
