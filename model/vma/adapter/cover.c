/* Which arguments of a call the model covers. */
/* SPDX-License-Identifier: MIT */
#include "cover.h"
#include "../algorithm/advice.h"
#include "../algorithm/mmap_args.h"
#include "../algorithm/remap.h"
#include "../state/gap.h"

#define PAGE_4G 0x100000ull
#define ERRNO_MAX 4095ull

/* 1 + index in ref[]: of the address, the length, what comes third, flags, the new address. */
#define COVERED 0u
#define BY_ADDR 1u
#define BY_LENGTH 2u
#define BY_THIRD 3u
#define BY_FLAGS 4u
#define BY_NEW_ADDR 5u

/*
 * Is there room for @pages from @low on, however they are aligned and whatever stack lies above? Otherwise the kernel
 * goes on to look where the worker lies, and then from the bottom up.
 */
/*@
  requires valid: \valid_read(s);
  requires inv:   wf(s->mm);
  requires low:   low <= SPACE_TOP;
  TOTAL;
  assigns         \nothing;
  ensures bool:   \result == true || \result == false;
*/
static bool has_gap(const struct space *s, uint64_t low, uint64_t pages)
{
	return pages > SPACE_HIGH ||
	       mm_gap_below(&s->mm, low, SPACE_TOP, pages + HUGE_PAGES + GUARD_PAGES) != VMA_NONE;
}

/* Does a range meet the worker's own memory? Below it nothing is mapped; what begins there may end there. */
/*@
  TOTAL;
  assigns       \nothing;
  ensures bool: \result == true || \result == false;
*/
static bool meets_worker(uint64_t addr, uint64_t length)
{
	uint64_t page = addr / PAGE_BYTES;

	return page < SPACE_LOW && page + pages_up(length) + 1 > SPACE_WORKER;
}

/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures index:  \result <= BY_NEW_ADDR;
*/
static uint32_t mmap_uncovered(const struct space *s, const struct op *op)
{
	uint64_t page = op->ref[0] / PAGE_BYTES, flags = op->ref[3];
	uint64_t low = (flags & MMAP_ABOVE4G) != 0 ? PAGE_4G : SPACE_LOW;

	/* Huge pages of a pool, whose size is the host's, and memory that may be dropped. */
	if ((flags & MMAP_ANONYMOUS) != 0 &&
	    ((flags & MMAP_HUGETLB) != 0 || (flags & MMAP_TYPE) == MMAP_DROPPABLE))
		return BY_FLAGS;
	/* It sets VM_SYNC, for any mapping. */
	if ((flags & MMAP_SYNC) != 0)
		return BY_FLAGS;
	/* The last bytes of all are taken for an error number, and returned. */
	if ((flags & (MMAP_FIXED | MMAP_NOREPLACE)) != 0)
		return page >= SPACE_LOW && op->ref[0] <= UINT64_MAX - ERRNO_MAX ? COVERED
										 : BY_ADDR;
	/* Bottom up from 1 GiB. */
	if ((flags & MMAP_32BIT) != 0)
		return BY_FLAGS;
	if (page != 0 && page < SPACE_LOW)
		return BY_ADDR;
	return has_gap(s, low, pages_up(op->ref[1])) ? COVERED : BY_LENGTH;
}

/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures index:  \result <= BY_NEW_ADDR;
*/
static uint32_t mremap_uncovered(const struct space *s, const struct op *op)
{
	uint64_t to = op->ref[4] / PAGE_BYTES, flags = op->ref[3];

	if (meets_worker(op->ref[0], op->ref[1]))
		return BY_ADDR;
	if ((flags & REMAP_FIXED) != 0)
		return to >= SPACE_LOW ? COVERED : BY_NEW_ADDR;
	if ((flags & REMAP_DONTUNMAP) != 0 && to != 0 && to < SPACE_LOW)
		return BY_NEW_ADDR;
	return (flags & REMAP_MAYMOVE) == 0 || has_gap(s, SPACE_LOW, pages_up(op->ref[2]))
		   ? COVERED
		   : BY_THIRD;
}

/* Advice that acts on pages, not on VMAs, or makes pages special. */
/*@
  TOTAL;
  assigns       \nothing;
  ensures bool: \result == true || \result == false;
*/
static bool advice_covered(uint32_t advice)
{
	switch (advice) {
	case ADVICE_COLLAPSE:
	case ADVICE_HWPOISON:
	case ADVICE_SOFT_OFFLINE:
	case ADVICE_GUARD_INSTALL:
	case ADVICE_GUARD_REMOVE:
		return false;
	default:
		return true;
	}
}

/* Below the worker nothing is mapped, but the worker hides a stack above itself. */
/*@
  requires valid: \valid_read(s);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures bool:   \result == true || \result == false;
*/
static bool fault_covered(const struct space *s, uint64_t addr)
{
	return addr / PAGE_BYTES >= SPACE_LOW ||
	       (!meets_worker(addr, 1) &&
		(s->mm.map_count == 0 || (s->mm.vma[0].flags & VMA_GROWSDOWN) == 0));
}

uint32_t arg_uncovered(const struct space *s, const struct op *op)
{
	switch (op->kind) {
	case VMA_OP_mmap:
	case VMA_OP_mmap_object:
		return mmap_uncovered(s, op);
	case VMA_OP_mremap:
		return mremap_uncovered(s, op);
	case VMA_OP_brk:
		return COVERED;
	case VMA_OP_fault:
		return fault_covered(s, op->ref[0]) ? COVERED : BY_ADDR;
	default:
		break;
	}
	if (meets_worker(op->ref[0], op->ref[1]))
		return BY_ADDR;
	if (op->kind == VMA_OP_madvise && !advice_covered((uint32_t)(op->ref[2] % 0x100000000)))
		return BY_THIRD;
	return COVERED;
}
