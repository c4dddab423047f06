/* From an op's operands to the arguments of its system call. */
/* SPDX-License-Identifier: MIT */
#include "resolve.h"
#include "../algorithm/mremap.h"
#include "operand.h"

#define REMAPS 9u

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

/* The base slot's address plus @page pages; 0 if the slot is empty. */
/*@
  requires valid: \valid_read(state);
  requires slots: slots_ok(*state);
  requires page:  page <= VALUE_MAX;
  TOTAL;
  assigns         \nothing;
  ensures empty:  state->slot[base % VMA_SLOTS] == 0 ==> \result == 0;
  ensures there:  state->slot[base % VMA_SLOTS] != 0 ==> \result == state->slot[base % VMA_SLOTS] + page * PAGE_BYTES;
*/
static uint64_t address_of(const struct vma_state *state, uint64_t base, uint64_t page)
{
	uint64_t slot = state->slot[base % VMA_SLOTS];

	return slot == 0 ? 0 : slot + page * PAGE_BYTES;
}

/* munmap, mprotect, madvise, mlock ...: base, page, pages, skew. */
/*@
  requires valid: \valid_read(state) && \valid(op) && \separated(state, op);
  requires slots: slots_ok(*state);
  requires args:  args_ok(*op);
  TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:   \result == SKIP_NO || \result == SKIP_EMPTY_SLOT;
*/
static enum skip range_resolve(const struct vma_state *state, struct op *op)
{
	uint64_t addr = address_of(state, op->arg[0], op->arg[1]);

	if (addr == 0)
		return SKIP_EMPTY_SLOT;
	op->ref[0] = op->arg[3] == SKEW_ODD_ADDRESS ? addr + ODD_BYTES : addr;
	op->ref[1] = length_skewed(op->arg[2], op->arg[3]);
	return SKIP_NO;
}

/* mmap: to, base, page, pages, prot, kind, how, extra. The offset follows the page, so that neighbours fit. */
/*@
  requires valid: \valid_read(state) && \valid(op) && \separated(state, op);
  requires slots: slots_ok(*state);
  requires args:  args_ok(*op);
  TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:   \result == SKIP_NO || \result == SKIP_EMPTY_SLOT;
*/
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
/*@
  requires valid: \valid_read(state) && \valid(op) && \separated(state, op);
  requires slots: slots_ok(*state);
  requires args:  args_ok(*op);
  TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:   \result == SKIP_NO || \result == SKIP_EMPTY_SLOT;
*/
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

/* The address that operand @i of an exact call gives: so many bytes from a slot, or from 0. */
/*@
  requires valid: \valid_read(state) && \valid(op) && \separated(state, op);
  requires index: i + 1 < OP_ARGS_MAX && ref < OP_ARGS_MAX;
  TOTAL;
  assigns         op->ref[ref];
  ensures skip:   \result == SKIP_NO || \result == SKIP_EMPTY_SLOT;
  ensures plain:  op->arg[i + 1] == SLOT_NOWHERE ==> \result == SKIP_NO && op->ref[ref] == op->arg[i];
  ensures slot:   op->arg[i + 1] < VMA_SLOTS && state->slot[op->arg[i + 1]] != 0 ==>
                    \result == SKIP_NO && op->ref[ref] == (state->slot[op->arg[i + 1]] + op->arg[i]) % 0x10000000000000000;
  ensures empty:  op->arg[i + 1] < VMA_SLOTS && state->slot[op->arg[i + 1]] == 0 ==> \result == SKIP_EMPTY_SLOT;
*/
static enum skip exact_address(const struct vma_state *state, struct op *op, uint32_t i,
			       uint32_t ref)
{
	uint64_t offset = op->arg[i], base = op->arg[i + 1], at = 0;

	if (base != SLOT_NOWHERE) {
		at = base < VMA_SLOTS ? state->slot[base] : 0;
		if (at == 0)
			return SKIP_EMPTY_SLOT;
	}
	/* A sum modulo 2^64. */
	op->ref[ref] = offset <= UINT64_MAX - at ? at + offset : offset - (UINT64_MAX - at) - 1;
	return SKIP_NO;
}

/* Arguments of an exact call that are passed as they are: @count of them, from operand @i on. */
/*@
  requires valid: \valid(op);
  requires count: i + count <= OP_ARGS_MAX && ref + count <= OP_ARGS_MAX;
  TOTAL;
  assigns         op->ref[ref .. ref + count - 1];
  ensures same:   \forall integer k; 0 <= k < count ==> op->ref[ref + k] == op->arg[i + k];
*/
static void exact_copy(struct op *op, uint32_t i, uint32_t ref, uint32_t count)
{
	/*@
	  loop invariant index: 0 <= n <= count;
	  loop invariant same:  \forall integer k; 0 <= k < n ==> op->ref[ref + k] == op->arg[i + k];
	  loop assigns n, op->ref[ref .. ref + count - 1];
	  loop variant count - n;
	*/
	for (uint32_t n = 0; n < count; n++)
		op->ref[ref + n] = op->arg[i + n];
}

/* Operands of exact calls: addr and its base first, the others as exact.def lists them. */
/*@
  requires valid: \valid_read(state) && \valid(op) && \separated(state, op);
  TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:   \result == SKIP_NO || \result == SKIP_EMPTY_SLOT || \result == SKIP_CAPACITY;
  ensures slot:   \result == SKIP_NO && (op->kind == VMA_OP_mmap || op->kind == VMA_OP_mremap) ==> op->arg[7] < VMA_SLOTS;
*/
static enum skip exact_resolve(const struct vma_state *state, struct op *op)
{
	enum skip skip = exact_address(state, op, 0, 0);

	if (skip != SKIP_NO)
		return skip;
	switch (op->kind) {
	case VMA_OP_mmap:
		exact_copy(op, 2, 1, 5);
		return op->arg[7] < VMA_SLOTS ? SKIP_NO : SKIP_CAPACITY;
	case VMA_OP_mremap:
		exact_copy(op, 2, 1, 3);
		skip = exact_address(state, op, 5, 4);
		return skip == SKIP_NO && op->arg[7] >= VMA_SLOTS ? SKIP_CAPACITY : skip;
	case VMA_OP_mprotect:
	case VMA_OP_madvise:
	case VMA_OP_mlock2:
		exact_copy(op, 2, 1, 2);
		break;
	case VMA_OP_munmap:
	case VMA_OP_mlock:
	case VMA_OP_munlock:
		exact_copy(op, 2, 1, 1);
		break;
	case VMA_OP_fault:
		op->ref[2] = op->arg[2] == 0;
		break;
	default:
		break;
	}
	return SKIP_NO;
}

/*@
  requires valid: \valid(op);
  TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1];
  ensures clear:  \forall integer i; 0 <= i < OP_ARGS_MAX ==> op->ref[i] == 0;
*/
static void refs_clear(struct op *op)
{
	/*@
	  loop invariant range: 0 <= i <= OP_ARGS_MAX;
	  loop invariant clear: \forall integer k; 0 <= k < i ==> op->ref[k] == 0;
	  loop assigns i, op->ref[0 .. OP_ARGS_MAX - 1];
	  loop variant OP_ARGS_MAX - i;
	*/
	for (uint32_t i = 0; i < OP_ARGS_MAX; i++)
		op->ref[i] = 0;
}

uint64_t op_slot(const struct op *op)
{
	return op->exact ? op->arg[7] : op->arg[0];
}

enum skip vma_resolve(const struct vma_state *state, struct op *op)
{
	enum skip skip;

	refs_clear(op);
	if (op->exact)
		return exact_resolve(state, op);
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
