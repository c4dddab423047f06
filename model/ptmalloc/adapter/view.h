/* The model's state as cells. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_VIEW_H
#define MEMORACLE_MODEL_PTMALLOC_VIEW_H

#include "../../view.h"
#include "../algorithm/block.h"
#include "../env.h"

/* ptm_view() - appends what the last op touched and the scalars, or everything. */
/*@ PTM_VIEW_SPEC(m); */
void ptm_view(const struct ptm *m, enum view_scope scope, struct view *view);

#endif
