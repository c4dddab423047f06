/* Which ops are applied. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_ADMIT_H
#define MEMORACLE_MODEL_VMA_ADMIT_H

#include "../env.h"

/*
 * vma_admit() - resolves @op.
 * Returns: SKIP_NO, or why the op is not applied.
 */
/*@ VMA_ADMIT_SPEC(state); */
enum skip vma_admit(const struct vma_state *state, struct op *op);

#endif
