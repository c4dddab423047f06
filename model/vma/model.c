/* The VMA model behind the worker's interface: every callback only passes on what it is given. */
/* SPDX-License-Identifier: MIT */
#include "../model.h"
#include "adapter/admit.h"
#include "adapter/load.h"
#include "adapter/reset.h"
#include "adapter/step.h"
#include "adapter/view.h"
#include "state/wf_ok.h"

extern const struct tables tables_vma;
extern const struct model model_vma;

/*@ VMA_RESET_SPEC(VMA_OF(memory), VMA_RULES_OF(rules)); */
static void model_reset(void *memory, const void *rules)
{
	vma_reset(memory, rules);
}

/*@ VMA_ADMIT_SPEC(VMA_OF(memory)); */
static enum skip model_admit(void *memory, struct op *op)
{
	return vma_admit(memory, op);
}

/*@ VMA_STEP_SPEC(VMA_OF(memory)); */
static void model_step(void *memory, const struct op *op, struct os *os, struct outcome *want)
{
	(void)os; /* nothing lies below */
	vma_step(memory, op, want);
}

/*@ VMA_VIEW_SPEC(VMA_OF(memory)); */
static void model_view(void *memory, enum view_scope scope, struct view *view)
{
	vma_view(memory, scope, view);
}

/*@ VMA_LOAD_SPEC(VMA_OF(memory)); */
static bool model_load(void *memory, const struct view *seen)
{
	return vma_load(memory, seen);
}

/*@
  requires valid: \valid_read(VMA_OF(memory));
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == true <==> wf(VMA_OF(memory)->space.mm);
*/
static bool model_wf_ok(void *memory)
{
	return mm_wf_ok(&VMA_OF(memory)->space.mm);
}

/*@
  requires valid: \valid(VMA_OF(memory));
  TOTAL;
  assigns         \result \from memory;
  ensures which:  \result == &VMA_OF(memory)->space.trace;
*/
static struct trace *model_trace(void *memory)
{
	return &VMA_OF(memory)->space.trace;
}

const struct model model_vma = {
	.tables = &tables_vma,
	.bytes = sizeof(struct vma_state),
	.reset = model_reset,
	.admit = model_admit,
	.step = model_step,
	.view = model_view,
	.load = model_load,
	.wf_ok = model_wf_ok,
	.trace = model_trace,
};
