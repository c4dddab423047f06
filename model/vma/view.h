/* The state of an address space as cells, and back. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_VIEW_H
#define MEMORACLE_MODEL_VMA_VIEW_H

#include "resolve.h"

/* vma_view() - struct model.view: a chain of VMAs through every window of the last op, or through all. */
void vma_view(const void *memory, enum view_scope scope, struct view *view);

/* vma_load() - struct model.load: the VMAs of a full view. */
bool vma_load(void *memory, const struct view *seen);

#endif
