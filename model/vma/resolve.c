/* From an op's operands to the arguments of its system call. */
/* SPDX-License-Identifier: MIT */
#include "resolve.h"
#include "advice.h"
#include "mmap.h"
#include "mremap.h"

#define ODD_BYTES 0x123u
#define BEYOND_BYTES 0x800000000000ull

/* Values of operand.def. */
enum how {
	HOW_FIXED,
	HOW_NOREPLACE,
	HOW_HINT,
	HOW_FREE,
	HOW_FREE_HUGE,
	HOW_FREE_HUGE_ODD,
	HOW_HINT_HUGE,
	HOW_FIXED_EMPTY,
	HOW_FREE_BEYOND
};
enum kind {
	KIND_PRIVATE,
	KIND_SHARED,
	KIND_A_PRIVATE,
	KIND_A_SHARED,
	KIND_B_PRIVATE,
	KIND_B_SHARED
};
enum skew { SKEW_EVEN, SKEW_ODD_LENGTH, SKEW_ODD_ADDRESS, SKEW_EMPTY, SKEW_BEYOND, SKEW_WRAP };
#define REMAPS 9u
#define ADVICES 17u

/* How to remap: MREMAP_* flags, and whether the length stays. */
static const struct {
	uint8_t flags;
	bool same;
} remaps[REMAPS] = {
	{ 0, false },
	{ REMAP_MAYMOVE, false },
	{ REMAP_MAYMOVE | REMAP_FIXED, false },
	{ REMAP_MAYMOVE | REMAP_FIXED, true },
	{ REMAP_MAYMOVE | REMAP_DONTUNMAP, true },
	{ REMAP_MAYMOVE | REMAP_FIXED | REMAP_DONTUNMAP, true },
	{ REMAP_MAYMOVE, true },
	{ REMAP_FIXED, false },
	{ REMAP_DONTUNMAP, false },
};

static uint64_t prot_of(uint64_t arg)
{
	static const uint8_t prot[8] = {
		VMA_READ | VMA_WRITE, VMA_READ,  0,        VMA_READ | VMA_WRITE | VMA_EXEC,
		VMA_READ | VMA_EXEC,  VMA_WRITE, VMA_EXEC, VMA_WRITE | VMA_EXEC
	};

	return prot[arg % 8];
}

static uint64_t advice_of(uint64_t arg)
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

/* The base slot's address plus @page pages; 0 if the slot is empty. */
static uint64_t address_of(const struct vma_state *state, uint64_t base, uint64_t page)
{
	uint64_t slot = state->slot[base % VMA_SLOTS];

	return slot == 0 ? 0 : slot + page * PAGE_BYTES;
}

static uint64_t length_skewed(uint64_t pages, uint64_t skew)
{
	uint64_t bytes = pages * PAGE_BYTES;

	if (skew == SKEW_ODD_LENGTH)
		return bytes - ODD_BYTES;
	if (skew == SKEW_EMPTY)
		return 0;
	if (skew == SKEW_BEYOND)
		return bytes + BEYOND_BYTES;
	if (skew == SKEW_WRAP)
		return UINT64_MAX - bytes;
	return bytes;
}

/* munmap, mprotect, madvise, mlock ...: base, page, pages, skew. */
static enum skip range_resolve(const struct vma_state *state, struct op *op)
{
	uint64_t addr = address_of(state, op->arg[0], op->arg[1]);

	if (addr == 0)
		return SKIP_EMPTY_SLOT;
	op->ref[0] = op->arg[3] == SKEW_ODD_ADDRESS ? addr + ODD_BYTES : addr;
	op->ref[1] = length_skewed(op->arg[2], op->arg[3]);
	return SKIP_NO;
}

static bool is_huge(uint64_t how)
{
	return how == HOW_FREE_HUGE || how == HOW_FREE_HUGE_ODD || how == HOW_HINT_HUGE;
}

static uint64_t mmap_length(uint64_t pages, uint64_t how, uint64_t extra)
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
	return (extra & EXTRA_ODD_LENGTH) != 0 ? bytes - ODD_BYTES : bytes;
}

static uint64_t mmap_flags(uint64_t kind, uint64_t how, uint64_t extra)
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

/* mmap: to, base, page, pages, prot, kind, how, extra. The offset follows the page, so that neighbours fit. */
static enum skip mmap_resolve(const struct vma_state *state, struct op *op, uint64_t kind)
{
	uint64_t how = op->arg[6], extra = op->arg[7];
	uint64_t addr = address_of(state, op->arg[1], op->arg[2]);
	uint64_t shift = (extra & EXTRA_SHIFTED) != 0 ? 8 : 0;

	if (addr == 0)
		return SKIP_EMPTY_SLOT;
	if ((extra & EXTRA_ODD_ADDRESS) != 0)
		addr += ODD_BYTES;
	if (how == HOW_FREE || how == HOW_FREE_BEYOND || how == HOW_FREE_HUGE ||
	    how == HOW_FREE_HUGE_ODD)
		addr = 0;
	op->ref[0] = addr;
	op->ref[1] = mmap_length(op->arg[3], how, extra);
	op->ref[2] = prot_of(op->arg[4]);
	op->ref[3] = mmap_flags(kind, how, extra);
	op->ref[4] = kind <= KIND_SHARED     ? OBJECT_NONE
		     : kind <= KIND_A_SHARED ? OBJECT_A
					     : OBJECT_B;
	op->ref[5] = op->ref[4] == OBJECT_NONE ? 0 : (op->arg[2] + shift) * PAGE_BYTES;
	return SKIP_NO;
}

/* mremap: to, base, page, pages, new_pages, how, new_page, skew. The target lies in the arena. */
static enum skip mremap_resolve(const struct vma_state *state, struct op *op)
{
	uint64_t addr = address_of(state, op->arg[1], op->arg[2]);
	uint64_t how = op->arg[5] % REMAPS, skew = op->arg[7];

	if (addr == 0)
		return SKIP_EMPTY_SLOT;
	op->ref[0] = skew == SKEW_ODD_ADDRESS ? addr + ODD_BYTES : addr;
	op->ref[1] = length_skewed(op->arg[3], skew == SKEW_WRAP ? SKEW_EVEN : skew);
	op->ref[2] = remaps[how].same ? op->ref[1] : op->arg[4] * PAGE_BYTES;
	if (skew == SKEW_WRAP)
		op->ref[2] = 0;
	op->ref[3] = remaps[how].flags;
	if ((remaps[how].flags & (REMAP_FIXED | REMAP_DONTUNMAP)) != 0)
		op->ref[4] = (SPACE_ARENA + op->arg[6]) * PAGE_BYTES;
	return SKIP_NO;
}

enum skip op_resolve(const struct vma_state *state, struct op *op)
{
	enum skip skip;

	for (uint32_t i = 0; i < OP_ARGS_MAX; i++)
		op->ref[i] = 0;
	switch (op->kind) {
	case VMA_OP_mmap:
		return mmap_resolve(state, op, op->arg[5]);
	case VMA_OP_mmap_object:
		return mmap_resolve(state, op, op->arg[5] + KIND_A_PRIVATE);
	case VMA_OP_mremap:
		return mremap_resolve(state, op);
	case VMA_OP_brk:
		op->ref[0] = (SPACE_HEAP - 1) * PAGE_BYTES + op->arg[0];
		return SKIP_NO;
	case VMA_OP_fault:
		op->ref[0] = address_of(state, op->arg[0], op->arg[1]);
		op->ref[2] = op->arg[2] == 0;
		return op->ref[0] == 0 ? SKIP_EMPTY_SLOT : SKIP_NO;
	default:
		break;
	}
	skip = range_resolve(state, op);
	if (op->kind == VMA_OP_mprotect)
		op->ref[2] = prot_of(op->arg[4]);
	if (op->kind == VMA_OP_madvise)
		op->ref[2] = advice_of(op->arg[4]);
	if (op->kind == VMA_OP_mlock2)
		op->ref[2] = op->arg[4] == 0 ? 1 : op->arg[4] == 1 ? 0 : 2;
	return skip;
}
