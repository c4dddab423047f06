/* The state of an address space as cells, and back. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_VIEW_H
#define MEMORACLE_MODEL_VMA_VIEW_H

#include "resolve.h"

/* vma_view() - struct model.view: a chain of VMAs through every window of the last op, or through all. */
/*@
  requires valid: \valid_read(VMA_OF(memory)) && \separated(VMA_OF(memory), view, view->cell + (0 .. view->capacity - 1));
  requires inv:   wf(VMA_OF(memory)->space.mm);
  VIEW_VALID;
  VMA_TOTAL;
  VIEW_ASSIGNS;
*/
void vma_view(const void *memory, enum view_scope scope, struct view *view);

/* vma_load() - struct model.load: the VMAs of a full view. Returns: false where they are no address space. */
/*@
  requires valid: \valid(VMA_OF(memory)) && wf(VMA_OF(memory)->space.mm);
  requires seen:  \valid_read(seen) && \valid_read(seen->cell + (0 .. seen->count - 1));
  requires apart: \separated(VMA_OF(memory), seen, seen->cell + (0 .. seen->count - 1));
  VMA_TOTAL;
  assigns         VMA_OF(memory)->space.mm;
  ensures inv:    wf(VMA_OF(memory)->space.mm);
*/
bool vma_load(void *memory, const struct view *seen);

#endif
