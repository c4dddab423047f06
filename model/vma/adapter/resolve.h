/* From an op's operands to the arguments of its system call. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_RESOLVE_H
#define MEMORACLE_MODEL_VMA_RESOLVE_H

#include "../env.h"

/*
 * vma_resolve() - fills op->ref as op.def says.
 * Returns: SKIP_NO, SKIP_EMPTY_SLOT, or SKIP_CAPACITY for a slot that is none of ours.
 */
/*@
  requires valid: \valid_read(state) && \valid(op) && \separated(state, op);
  requires slots: slots_ok(*state);
  requires args:  op->exact == true || args_ok(*op);
  TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:   \result == SKIP_NO || \result == SKIP_EMPTY_SLOT || \result == SKIP_CAPACITY;
*/
enum skip vma_resolve(const struct vma_state *state, struct op *op);

/* op_slot() - the slot that mmap and mremap fill. */
/*@
  requires valid: \valid_read(op);
  TOTAL;
  assigns         \nothing;
  ensures slot:   \result == (op->exact == true ? op->arg[7] : op->arg[0]);
*/
uint64_t op_slot(const struct op *op);

#endif
