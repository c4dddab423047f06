/* The ptmalloc model behind the worker's interface: every callback only passes on what it is given. */
/* SPDX-License-Identifier: MIT */
#include "../model.h"
#include "adapter/admit.h"
#include "adapter/load.h"
#include "adapter/reset.h"
#include "adapter/step.h"
#include "adapter/view.h"
#include "state/wf_ok.h"

extern const struct tables tables_ptmalloc;
extern const struct model model_ptmalloc;

/*@ PTM_RESET_SPEC(PTM_OF(memory), PTM_RULES_OF(rules)); */
static void model_reset(void *memory, const void *rules)
{
	ptm_reset(memory, rules);
}

/*@ PTM_ADMIT_SPEC(PTM_OF(memory)); */
static enum skip model_admit(void *memory, struct op *op)
{
	return ptm_admit(memory, op);
}

/*@ PTM_STEP_SPEC(PTM_OF(memory)); */
static void model_step(void *memory, const struct op *op, struct os *os, struct outcome *want)
{
	ptm_step(memory, op, os, want);
}

/*@ PTM_VIEW_SPEC(PTM_OF(memory)); */
static void model_view(void *memory, enum view_scope scope, struct view *view)
{
	ptm_view(memory, scope, view);
}

/*@ PTM_LOAD_SPEC(PTM_OF(memory)); */
static bool model_load(void *memory, const struct view *seen)
{
	return ptm_load(memory, seen);
}

/*@
  requires valid: \valid(PTM_OF(memory)) && untouched(PTM_OF(memory)->heap);
  TOTAL;
  assigns         PTM_OF(memory)->scratch;
  ensures exact:  \result != 0 <==> wf(PTM_OF(memory)->heap);
*/
static bool model_wf_ok(void *memory)
{
	return ptm_heap_ok(&PTM_OF(memory)->heap, &PTM_OF(memory)->scratch);
}

/*@
  requires valid: \valid(PTM_OF(memory));
  TOTAL;
  assigns         \result \from memory;
  ensures which:  \result == &PTM_OF(memory)->env.trace;
*/
static struct trace *model_trace(void *memory)
{
	return &PTM_OF(memory)->env.trace;
}

const struct model model_ptmalloc = {
	.tables = &tables_ptmalloc,
	.bytes = sizeof(struct ptm),
	.cells = 1u << 24,
	.reset = model_reset,
	.admit = model_admit,
	.step = model_step,
	.view = model_view,
	.load = model_load,
	.wf_ok = model_wf_ok,
	.trace = model_trace,
};
