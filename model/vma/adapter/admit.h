/* Which ops are applied. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_ADMIT_H
#define MEMORACLE_MODEL_VMA_ADMIT_H

#include "resolve.h"

/* An op adds at most a few VMAs: a split at each end of two ranges, and one new one per VMA moved. */
#define VMA_ROOM 64u

/*@
  predicate ready(struct space s) = // no op can run out of VMAs, anon_vmas or objects
    s.mm.map_count + VMA_ROOM <= VMA_CAP && s.anon_vma_last + 2 * VMA_CAP <= UINT32_MAX && s.object_last < OBJECTS_MAX - 1;
*/

/*
 * op_admit() - struct model.admit: resolves @op.
 * Returns: SKIP_NO, or why the op is not applied.
 */
/*@
  requires valid: \valid_read(state) && \valid(op) && \separated(state, op);
  requires inv:   wf(state->space.mm);
  requires slots: slots_ok(*state);
  requires args:  args_ok(*op);
  requires span:  op->kind == VMA_OP_mremap ==> 1 <= op->arg[3] <= 12;
  VMA_TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1];
  ensures refs:   \result == SKIP_NO ==> refs_ok(*op);
  ensures ready:  \result == SKIP_NO ==> ready(state->space);
  ensures full:   !ready(state->space) ==> \result == SKIP_CAPACITY || \result == SKIP_EMPTY_SLOT;
  ensures skip:   \result == SKIP_NO || \result == SKIP_EMPTY_SLOT || \result == SKIP_CAPACITY || \result == SKIP_UNMODELLED;
*/
enum skip op_admit(const struct vma_state *state, struct op *op);

#endif
