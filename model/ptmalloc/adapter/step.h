/* What an op does, and what its caller sees. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_STEP_H
#define MEMORACLE_MODEL_PTMALLOC_STEP_H

#include "../env.h"

/* ptm_step() - the effect of @op. */
/*@ PTM_STEP_SPEC(m); */
void ptm_step(struct ptm *m, const struct op *op, struct os *os, struct outcome *want);

#endif
