/* What the worker knows of a domain: its model, as callbacks. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_MODEL_H
#define MEMORACLE_MODEL_MODEL_H

#include "op.h"
#include "os.h"
#include "param.h"
#include "trace.h"
#include "view.h"

/*
 * struct model - a domain's model, as the worker drives it. The state is @bytes of zeroed, lazily
 * mapped memory that the caller owns; it holds a copy of the rules, the slots and a struct trace.
 * Order of calls for a case: reset, then for each op admit, (target applies op), step, view.
 *
 * reset:   the empty state under @rules (the domain's rules struct).
 * admit:   resolves slots into op->ref. SKIP_NO, or why the op is applied to neither side. Changes no
 *          state but the trace, which the worker has begun for the op.
 * step:    the op's effect and *want; requests go through os_request(). Stores results in slots.
 * judge:   NULL, or for ops under an open rule: 1 if *seen satisfies the model's predicate (the model
 *          adopted it, verdict open), 0 if not. Called only when want and seen differ.
 * view:    appends cells with the model's values. Changes no state but notes that lie beside it.
 * load:    builds a state from a full view read from the real side; false if it is no state at all.
 * wf_ok:   the proved run-time form of the invariant; takes its notes beside the state.
 * trace:   the state's trace.
 * @cells: of the largest full view; 0: below 2^18.
 */
struct model {
	const struct tables *tables;
	size_t bytes;
	uint32_t cells;
	void (*reset)(void *state, const void *rules);
	enum skip (*admit)(void *state, struct op *op);
	void (*step)(void *state, const struct op *op, struct os *os, struct outcome *want);
	int (*judge)(void *state, const struct op *op, const struct outcome *seen);
	void (*view)(void *state, enum view_scope scope, struct view *view);
	bool (*load)(void *state, const struct view *seen);
	bool (*wf_ok)(void *state);
	struct trace *(*trace)(void *state);
};

#endif
