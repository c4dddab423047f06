/* What an op does to the address space and the slots. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_STEP_H
#define MEMORACLE_MODEL_VMA_STEP_H

#include "../env.h"

/* vma_step() - the effect of @op, and what its caller sees. */
/*@ VMA_STEP_SPEC(state); */
void vma_step(struct vma_state *state, const struct op *op, struct outcome *want);

#endif
