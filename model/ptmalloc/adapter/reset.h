/* The state of the model as a case begins. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_RESET_H
#define MEMORACLE_MODEL_PTMALLOC_RESET_H

#include "../env.h"

/* ptm_reset() - the empty heap under @rules. */
/*@ PTM_RESET_SPEC(m, rules); */
void ptm_reset(struct ptm *m, const struct ptm_rules *rules);

#endif
