/* The toy domain's model. */
/* SPDX-License-Identifier: MIT */
#include "toy.h"

static void toy_reset(void *state, const void *rules)
{
	struct toy *toy = state;

	*toy = (struct toy){ 0 };
	toy->rules = *(const struct toy_rules *)rules;
	toy->total = toy->rules.start;
}

static enum skip toy_admit(void *state, struct op *op)
{
	struct toy *toy = state;

	if (op->kind == TOY_OP_ask) {
		op->ref[1] = op->exact ? op->arg[1] : 0x1000;
		op->ref[2] = op->exact ? op->arg[3] : 0;
	}
	if (op->kind == TOY_OP_take || op->kind == TOY_OP_look)
		return op->arg[0] < SLOTS && toy->live >> op->arg[0] & 1 ? SKIP_NO
									 : SKIP_EMPTY_SLOT;
	return SKIP_NO;
}

static void toy_put(struct toy *toy, const struct op *op, struct outcome *want)
{
	rule_fire(&toy->trace, TOY_RULE_put_adds);
	if (op->arg[0] > toy->rules.limit) {
		rule_fire(&toy->trace, TOY_RULE_limit);
		want->err = 12;
		return;
	}
	toy->held[op->arg[1]] = op->arg[0];
	toy->live |= 1ull << op->arg[1];
	toy->total += op->arg[0];
	want->value[0] = toy->total;
}

uint64_t toy_look(const struct op *op, uint64_t held, uint64_t hidden)
{
	return op->arg[1] == 0 ? 0x1000 + held % 0x1000 : 0x10000 + (held + hidden) % 0x10000;
}

static void toy_step(void *state, const struct op *op, struct os *os, struct outcome *want)
{
	struct toy *toy = state;

	want->count = 1;
	switch (op->kind) {
	case TOY_OP_put:
		toy_put(toy, op, want);
		break;
	case TOY_OP_take:
		rule_fire(&toy->trace, TOY_RULE_take_subtracts);
		toy->total -= toy->held[op->arg[0]];
		toy->live &= ~(1ull << op->arg[0]);
		want->value[0] = toy->total;
		break;
	case TOY_OP_look:
		want->value[0] = toy_look(op, toy->held[op->arg[0]], toy->hidden);
		break;
	case TOY_OP_trap:
		rule_fire(&toy->trace, TOY_RULE_trap_sticks);
		if (toy->rules.trap_sticks && toy->total > 50)
			toy->hidden++;
		break;
	case TOY_OP_ask:
		rule_fire(&toy->trace, TOY_RULE_ask_requests);
		want->value[0] = os_request(os, OS_SBRK, op->arg[0], 0, 0, &want->err);
		break;
	default:
		break;
	}
}

static void toy_view(void *state, enum view_scope scope, struct view *view)
{
	const struct toy *toy = state;

	view_add(view, TOY_FIELD_total, 0, 0, toy->total);
	view_add(view, TOY_FIELD_hidden, 0, 0, toy->hidden);
	for (uint32_t i = 0; scope == VIEW_FULL && i < SLOTS; i++)
		view_add(view, TOY_FIELD_held, 0, i,
			 toy->live >> i & 1 ? toy->held[i] : CELL_ABSENT);
}

static bool toy_wf_ok(void *state)
{
	const struct toy *toy = state;

	return toy->live != 0xdead;
}

static struct trace *toy_trace(void *state)
{
	return &((struct toy *)state)->trace;
}

const struct model model_toy = {
	.tables = &tables_toy,
	.bytes = sizeof(struct toy),
	.reset = toy_reset,
	.admit = toy_admit,
	.step = toy_step,
	.view = toy_view,
	.wf_ok = toy_wf_ok,
	.trace = toy_trace,
};
