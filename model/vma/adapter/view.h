/* The state of an address space as cells. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_VIEW_H
#define MEMORACLE_MODEL_VMA_VIEW_H

#include "../../view.h"
#include "../env.h"

/* vma_view() - a chain of VMAs through every window of the last op, or through all. */
/*@ VMA_VIEW_SPEC(state); */
void vma_view(const struct vma_state *state, enum view_scope scope, struct view *view);

#endif
