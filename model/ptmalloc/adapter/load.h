/* A state of the model from what was read from the real side. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_LOAD_H
#define MEMORACLE_MODEL_PTMALLOC_LOAD_H

#include "../../view.h"
#include "../env.h"

/* ptm_load() - the heap of the view @seen, not what stands beside it; @m has just been reset. Returns: false where it is none. */
/*@ PTM_LOAD_SPEC(m); */
bool ptm_load(struct ptm *m, const struct view *seen);

#endif
