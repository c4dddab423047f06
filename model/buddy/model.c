/* The buddy model behind the worker's interface: every callback only passes on what it is given. */
/* SPDX-License-Identifier: MIT */
#include "../model.h"
#include "adapter/admit.h"
#include "adapter/load.h"
#include "adapter/reset.h"
#include "adapter/step.h"
#include "adapter/view.h"
#include "state/wf_ok.h"

extern const struct tables tables_buddy;
extern const struct model model_buddy;

/*@ BUDDY_RESET_SPEC(BUDDY_OF(memory), BUDDY_RULES_OF(rules)); */
static void model_reset(void *memory, const void *rules)
{
	buddy_reset(memory, rules);
}

/*@ BUDDY_ADMIT_SPEC(BUDDY_OF(memory)); */
static enum skip model_admit(void *memory, struct op *op)
{
	return buddy_admit(memory, op);
}

/*@ BUDDY_STEP_SPEC(BUDDY_OF(memory)); */
static void model_step(void *memory, const struct op *op, struct os *os, struct outcome *want)
{
	buddy_step(memory, op, os, want);
}

/*@ BUDDY_VIEW_SPEC(BUDDY_OF(memory)); */
static void model_view(void *memory, enum view_scope scope, struct view *view)
{
	buddy_view(memory, scope, view);
}

/*@ BUDDY_LOAD_SPEC(BUDDY_OF(memory)); */
static bool model_load(void *memory, const struct view *seen)
{
	return buddy_load(memory, seen);
}

/*@
  requires valid: \valid_read(BUDDY_OF(memory));
  TOTAL;
  assigns         \nothing;
  ensures iff:    \result == true <==> zone_wf(BUDDY_OF(memory)->zone);
*/
static bool model_wf_ok(void *memory)
{
	return zone_wf_ok(&BUDDY_OF(memory)->zone);
}

/*@
  requires valid: \valid(BUDDY_OF(memory));
  TOTAL;
  assigns         \result \from memory;
  ensures which:  \result == &BUDDY_OF(memory)->trace;
*/
static struct trace *model_trace(void *memory)
{
	return &BUDDY_OF(memory)->trace;
}

const struct model model_buddy = {
	.tables = &tables_buddy,
	.bytes = sizeof(struct buddy),
	.reset = model_reset,
	.admit = model_admit,
	.step = model_step,
	.view = model_view,
	.load = model_load,
	.wf_ok = model_wf_ok,
	.trace = model_trace,
};
