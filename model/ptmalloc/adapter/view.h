/* The model's whole state, and its view. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_MODEL_VIEW_H
#define MEMORACLE_MODEL_PTMALLOC_MODEL_VIEW_H

#include "../../op.h"
#include "../../view.h"
#include "../algorithm/malloc.h"
#include "../state/wf_ok.h"

/*
 * struct ptm - the state that the worker owns.
 * @ops:  applied since the reset.
 * @slot: blocks in the program's hands (see malloc.h); PTM_NIL where a slot is empty.
 */
struct ptm {
	struct ptm_heap heap;
	struct ptm_env env;
	uint32_t slot[SLOTS];
	uint32_t ops;
	struct ptm_scratch scratch;
};

/* The worker's pointers as what they are: the type of struct model's functions cannot say it. */
#define PTM_OF(state) ((struct ptm *)(state))
#define PTM_RULES_OF(rules) ((const struct ptm_rules *)(rules))

/* ptm_view() - see struct model. */
/*@
  requires view:  \valid(view) && view->count <= view->capacity;
  requires cells: \valid(view->cell + (0 .. view->capacity - 1)) && \separated(view, view->cell + (0 .. view->capacity - 1));
  requires env:   \valid_read(PTM_OF(state)) && PTM_OF(state)->env.span_count <= PTM_SPANS_MAX && PTM_OF(state)->env.map_high <= PTM_MAPS_MAX;
  requires heap:  wf(PTM_OF(state)->heap);
  requires block: block_name(PTM_OF(state)->env.tcache);
  requires apart: \separated(PTM_OF(state), view, view->cell + (0 .. view->capacity - 1));
  PTM_TOTAL;
  assigns         view->count, view->overflow, view->cell[0 .. view->capacity - 1];
  ensures count:  \old(view->count) <= view->count <= view->capacity;
*/
void ptm_view(const void *state, enum view_scope scope, struct view *view);

/* ptm_load() - see struct model; @state has just been reset. Only the heap is made, not what stands beside it. */
/*@
  requires valid: \valid(PTM_OF(state)) && \valid_read(seen) && \separated(PTM_OF(state), seen, seen->cell + (0 .. seen->count - 1)) && 0 <= PTM_OF(state)->heap.hi <= PTM_UNITS;
  requires cells: \valid_read(seen->cell + (0 .. seen->count - 1));
  PTM_TOTAL;
  assigns         PTM_OF(state)->heap;
*/
bool ptm_load(void *state, const struct view *seen);

#endif
