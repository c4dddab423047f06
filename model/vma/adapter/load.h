/* An address space out of a full view that was read from the real side. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_LOAD_H
#define MEMORACLE_MODEL_VMA_LOAD_H

#include "../../view.h"
#include "../env.h"

/* vma_load() - the VMAs of the view @seen. Returns: false where they are no address space. */
/*@ VMA_LOAD_SPEC(state); */
bool vma_load(struct vma_state *state, const struct view *seen);

#endif
