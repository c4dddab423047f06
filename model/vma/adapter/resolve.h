/* From an op's operands to the arguments of its system call. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_RESOLVE_H
#define MEMORACLE_MODEL_VMA_RESOLVE_H

#include "../../model.h"
#include "../space.h"

#define VMA_SLOTS 6u
#define SLOT_HEAP 1u

/* Bits of the operand extra. */
enum extra {
	EXTRA_NORESERVE = 1,
	EXTRA_STACK = 2,
	EXTRA_LOCKED = 4,
	EXTRA_POPULATE = 8,
	EXTRA_GROWSDOWN = 16,
	EXTRA_ODD_ADDRESS = 32,
	EXTRA_ODD_LENGTH = 64,
	EXTRA_SHIFTED = 128,
};

/* struct vma_state - what the worker's memory holds: the space, and the slots (addresses in bytes, 0: empty). */
struct vma_state {
	struct space space;
	uint64_t slot[VMA_SLOTS];
	uint64_t steps; /* ops since the case began */
	bool locks;     /* one of them may have locked memory */
};

/* The state behind the pointer of a callback of struct model; for contracts. */
#define VMA_OF(memory) ((struct vma_state *)(memory))

/*@
  predicate slots_ok(struct vma_state t) = \forall integer i; 0 <= i < VMA_SLOTS ==> t.slot[i] <= VMA_PAGES * PAGE_BYTES;
  predicate args_ok(struct op op) = \forall integer i; 0 <= i < OP_ARGS_MAX ==> op.arg[i] <= 65535;
  predicate refs_ok(struct op o) = // what op_resolve() makes of the operands' ranges
    (o.kind == VMA_OP_brk ==> o.ref[0] <= SPACE_HIGH * PAGE_BYTES) &&
    (o.kind == VMA_OP_mremap ==> pages_of(o.ref[1]) <= 12 || pages_of(o.ref[1]) > SPACE_HIGH);
*/

/*
 * op_resolve() - fills op->ref as op.def says.
 * Returns: SKIP_NO, SKIP_EMPTY_SLOT.
 */
/*@
  requires valid: \valid_read(state) && \valid(op) && \separated(state, op);
  requires slots: slots_ok(*state);
  requires args:  args_ok(*op);
  requires span:  op->kind == VMA_OP_mremap ==> 1 <= op->arg[3] <= 12;
  VMA_TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:   \result == SKIP_NO || \result == SKIP_EMPTY_SLOT;
  ensures refs:   \result == SKIP_NO ==> refs_ok(*op);
*/
enum skip op_resolve(const struct vma_state *state, struct op *op);

#endif
