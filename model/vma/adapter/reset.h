/* The state of the model as a case begins. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_RESET_H
#define MEMORACLE_MODEL_VMA_RESET_H

#include "../env.h"

/* vma_reset() - the empty address space under @rules. */
/*@ VMA_RESET_SPEC(state, rules); */
void vma_reset(struct vma_state *state, const struct vma_rules *rules);

#endif
