/* The VMA model behind the worker's interface. */
/* SPDX-License-Identifier: MIT */
#include "state/reset.h"
#include "adapter/step.h"
#include "tables.h"
#include "adapter/view.h"
#include "state/wf_ok.h"

/*@
  requires valid: \valid(t);
  VMA_TOTAL;
  assigns         *t;
  ensures none:   t->touched_count == 0 && t->last == RULE_NONE;
  ensures hits:   \forall integer i; 0 <= i < RULES_MAX ==> t->hits[i] == 0;
*/
static void trace_reset(struct trace *t)
{
	t->touched_count = 0;
	t->last = RULE_NONE;
	/*@
	  loop invariant index: 0 <= i <= RULES_MAX;
	  loop invariant hits:  \forall integer k; 0 <= k < i ==> t->hits[k] == 0;
	  loop assigns i, t->hits[0 .. RULES_MAX - 1];
	  loop variant RULES_MAX - i;
	*/
	for (uint32_t i = 0; i < RULES_MAX; i++)
		t->hits[i] = 0;
}

/*@
  requires valid: \valid(state);
  VMA_TOTAL;
  assigns         state->slot[0 .. VMA_SLOTS - 1];
  ensures slots:  slots_ok(*state);
*/
static void slots_reset(struct vma_state *state)
{
	/*@
	  loop invariant index: 0 <= i <= VMA_SLOTS;
	  loop invariant slots: \forall integer k; 0 <= k < i ==> state->slot[k] == 0;
	  loop assigns i, state->slot[0 .. VMA_SLOTS - 1];
	  loop variant VMA_SLOTS - i;
	*/
	for (uint32_t i = 0; i < VMA_SLOTS; i++)
		state->slot[i] = 0;
	state->slot[SLOT_ARENA] = SPACE_ARENA * PAGE_BYTES;
	state->slot[SLOT_HEAP] = (SPACE_HEAP - 4) * PAGE_BYTES;
}

/* The empty address space under @rules. */
/*@
  requires valid: \valid(state) && \valid_read(rules) && \separated(state, rules);
  VMA_TOTAL;
  assigns         *state;
  ensures inv:    state_ok(*state);
  ensures ready:  ready(state->space);
  ensures count:  state->space.mm.map_count == 0;
*/
static void state_reset(struct vma_state *state, const struct vma_rules *rules)
{
	mm_init(&state->space.mm);
	state->space.brk = SPACE_HEAP * PAGE_BYTES;
	state->space.anon_vma_last = 0;
	state->space.object_last = OBJECT_B;
	state->space.object_pages[OBJECT_NONE] = 0;
	state->space.object_pages[OBJECT_A] = OBJECT_A_PAGES;
	state->space.object_pages[OBJECT_B] = OBJECT_B_PAGES;
	state->space.locked_leak = 0;
	state->space.rules = *rules;
	trace_reset(&state->space.trace);
	slots_reset(state);
	state->steps = 0;
	state->locks = false;
}

/*@
  requires valid: \valid(VMA_OF(memory)) && \valid_read((struct vma_rules *)rules) && \separated(VMA_OF(memory), (struct vma_rules *)rules);
  VMA_TOTAL;
  assigns         *VMA_OF(memory);
  ensures inv:    state_ok(*VMA_OF(memory));
  ensures ready:  ready(VMA_OF(memory)->space);
  ensures count:  VMA_OF(memory)->space.mm.map_count == 0;
*/
static void reset(void *memory, const void *rules)
{
	state_reset(memory, rules);
}

/*@
  requires valid: \valid_read(VMA_OF(memory)) && \valid(op) && \separated(VMA_OF(memory), op);
  requires inv:   wf(VMA_OF(memory)->space.mm);
  requires slots: slots_ok(*VMA_OF(memory));
  requires args:  args_ok(*op);
  requires span:  op->kind == VMA_OP_mremap ==> 1 <= op->arg[3] <= 12;
  VMA_TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1];
  ensures refs:   \result == SKIP_NO ==> refs_ok(*op);
  ensures ready:  \result == SKIP_NO ==> ready(VMA_OF(memory)->space);
*/
static enum skip admit(void *memory, struct op *op)
{
	return op_admit(memory, op);
}

/*@
  requires valid: \valid(VMA_OF(memory)) && \valid_read(op) && \valid(want) && \separated(VMA_OF(memory), op, want);
  requires inv:   state_ok(*VMA_OF(memory));
  requires ready: ready(VMA_OF(memory)->space) && VMA_OF(memory)->steps < UINT64_MAX;
  requires refs:  refs_ok(*op);
  VMA_TOTAL;
  assigns         *VMA_OF(memory), *want;
  ensures wf:     wf(VMA_OF(memory)->space.mm);
  ensures slots:  slots_ok(*VMA_OF(memory));
  ensures brk:    VMA_OF(memory)->space.brk <= SPACE_HIGH * PAGE_BYTES;
  ensures steps:  VMA_OF(memory)->steps == \old(VMA_OF(memory)->steps) + 1;
*/
static void step(void *memory, const struct op *op, struct os *os, struct outcome *want)
{
	(void)os;
	op_step(memory, op, want);
}

/*@
  requires valid: \valid_read(VMA_OF(memory));
  VMA_TOTAL;
  assigns         \nothing;
  ensures exact:  \result == true <==> wf(VMA_OF(memory)->space.mm);
*/
static bool model_wf_ok(const void *memory)
{
	const struct vma_state *state = memory;

	return mm_wf_ok(&state->space.mm);
}

/*@
  requires valid: \valid(VMA_OF(memory));
  VMA_TOTAL;
  assigns         \result \from memory;
  ensures which:  \result == &VMA_OF(memory)->space.trace;
*/
static struct trace *model_trace(void *memory)
{
	struct vma_state *state = memory;

	return &state->space.trace;
}

const struct model model_vma = {
	.tables = &tables_vma,
	.bytes = sizeof(struct vma_state),
	.reset = reset,
	.admit = admit,
	.step = step,
	.judge = NULL,
	.view = vma_view,
	.load = vma_load,
	.wf_ok = model_wf_ok,
	.trace = model_trace,
};
