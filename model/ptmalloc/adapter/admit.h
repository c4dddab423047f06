/* Which ops are applied. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_ADMIT_H
#define MEMORACLE_MODEL_PTMALLOC_ADMIT_H

#include "../env.h"

/*
 * ptm_admit() - resolves the slots of @op.
 * Returns: SKIP_NO, or why the op is not applied.
 */
/*@ PTM_ADMIT_SPEC(m); */
enum skip ptm_admit(struct ptm *m, struct op *op);

#endif
