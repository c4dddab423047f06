/* What an op does to the address space and the slots. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_STEP_H
#define MEMORACLE_MODEL_VMA_STEP_H

#include "admit.h"

/*@
  predicate state_ok(struct vma_state t) = wf(t.space.mm) && slots_ok(t) && t.space.brk <= SPACE_HIGH * PAGE_BYTES;
*/

/*
 * op_step() - struct model.step: the effect of @op, and what its caller sees.
 */
/*@
  requires valid: \valid(state) && \valid_read(op) && \valid(want) && \separated(state, op, want);
  requires inv:   state_ok(*state);
  requires ready: ready(state->space) && state->steps < UINT64_MAX;
  requires refs:  refs_ok(*op);
  VMA_TOTAL;
  assigns         *state, *want;
  ensures wf:     wf(state->space.mm);
  ensures slots:  slots_ok(*state);
  ensures brk:    state->space.brk <= SPACE_HIGH * PAGE_BYTES;
  ensures steps:  state->steps == \old(state->steps) + 1;
  ensures err:    want->err == \old(want->err) || want->err == 0 || want->err == MODEL_EINVAL || want->err == MODEL_ENOMEM ||
                  want->err == MODEL_EEXIST || want->err == MODEL_EFAULT || want->err == MODEL_EBADF;
*/
void op_step(struct vma_state *state, const struct op *op, struct outcome *want);

#endif
