/* The model's whole state, and its view. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_MODEL_VIEW_H
#define MEMORACLE_MODEL_PTMALLOC_MODEL_VIEW_H

#include "../op.h"
#include "../view.h"
#include "env.h"
#include "wf_ok.h"

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

/* ptm_view() - see struct model. */
void ptm_view(const void *state, enum view_scope scope, struct view *view);

/* ptm_load() - see struct model; @state has just been reset. Only the heap is made, not what stands beside it. */
bool ptm_load(void *state, const struct view *seen);

#endif
