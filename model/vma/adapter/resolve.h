/* From an op's operands to the arguments of its system call. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_RESOLVE_H
#define MEMORACLE_MODEL_VMA_RESOLVE_H

#include "../env.h"

/*
 * vma_resolve() - fills op->ref as op.def says.
 * Returns: SKIP_NO, SKIP_EMPTY_SLOT.
 */
/*@
  requires valid: \valid_read(state) && \valid(op) && \separated(state, op);
  requires slots: slots_ok(*state);
  requires args:  args_ok(*op);
  requires span:  op->kind == VMA_OP_mremap ==> 1 <= op->arg[3] <= 12;
  TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:   \result == SKIP_NO || \result == SKIP_EMPTY_SLOT;
  ensures refs:   \result == SKIP_NO ==> refs_ok(*op);
*/
enum skip vma_resolve(const struct vma_state *state, struct op *op);

#endif
