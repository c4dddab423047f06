/* The toy domain's target: the same purse once more, with ops that crash and hang. */
/* SPDX-License-Identifier: MIT */
#include "toy.h"
#include "../../worker/sys.h"

/* Built with TOY_ODD, the real side has the planted fault take_leaves; with TOY_ALIEN also what no change explains. */
#if defined(TOY_ODD) || defined(TOY_ALIEN)
#define TAKEN (~64ull)
#else
#define TAKEN (~0ull)
#endif
#ifdef TOY_ALIEN
#define ASKED 8
#else
#define ASKED 7
#endif

static struct toy real;

static void text_put(char to[TARGET_TEXT_MAX], const char *text)
{
	size_t i;

	for (i = 0; text[i] != '\0'; i++)
		to[i] = text[i];
	to[i] = '\0';
}

static int toy_open(void *rules, struct target_info *info)
{
	(void)rules;
	text_put(info->version, "toy 1");
	text_put(info->package, "none");
	text_put(info->build_id, "0123");
	text_put(info->profile, "toy-1");
	return 0;
}

static int toy_reset(const void *rules)
{
	real = (struct toy){ 0 };
	real.rules = *(const struct toy_rules *)rules;
	real.total = real.rules.start;
	return 0;
}

static void put(const struct op *op, struct outcome *seen)
{
	if (op->ref[0] > 1000) {
		seen->err = 12;
		return;
	}
	real.held[op->ref[1]] = op->ref[0];
	real.live |= 1ull << op->ref[1];
	real.total += op->ref[0];
	seen->value[0] = real.total;
}

/* Built with TOY_FICKLE, now and then a take is answered wrongly, whatever the case. */
static uint64_t fickle(void)
{
	static uint64_t takes;

#ifdef TOY_FICKLE
	return ++takes % 4999 == 0;
#else
	return takes;
#endif
}

static void toy_apply(const struct op *op, struct outcome *seen, struct os *os)
{
	static volatile int zero;

	seen->count = 1;
	switch (op->kind) {
	case TOY_OP_put:
		put(op, seen);
		break;
	case TOY_OP_take:
		real.total -= real.held[op->ref[0]] & TAKEN;
		real.live &= ~(1ull << op->ref[0]);
		seen->value[0] = real.total + fickle();
		break;
	case TOY_OP_look:
		seen->value[0] = toy_look(op, real.held[op->ref[0]], real.hidden);
		break;
	case TOY_OP_trap:
		real.hidden += real.total > 50;
		break;
	case TOY_OP_ask:
		os->seen[os->seen_count++] =
		    (struct os_event){ .kind = OS_SBRK, .arg = { op->ref[0] }, .result = 7 };
		seen->value[0] = ASKED;
		break;
	case TOY_OP_crash:
		(void)sys_call(SYS_NR_WRITE, 2, (uint64_t) "purse is torn\n", 14, 0, 0, 0);
		__builtin_trap();
	case TOY_OP_hang:
		while (zero == 0)
			;
	default:
		break;
	}
}

static void toy_observe(const struct cell *cell, uint32_t count, uint64_t *seen)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t key = cell[i].key;

		seen[i] = CELL_ABSENT;
		if (cell[i].field == TOY_FIELD_total)
			seen[i] = real.total;
		else if (cell[i].field == TOY_FIELD_hidden)
			seen[i] = real.hidden;
		else if (key < SLOTS && (real.live >> key & 1) != 0)
			seen[i] = real.held[key];
	}
}

/* Built with TOY_TROUBLE, the host reports something new whenever it is asked after the first time. */
static uint64_t toy_trouble(char text[TARGET_TEXT_MAX])
{
	static uint64_t calls;

	text[0] = '\0';
#ifdef TOY_TROUBLE
	text_put(text, "WARNING: the purse smokes");
	return calls++;
#else
	return calls;
#endif
}

/* Built with TOY_TROUBLE, the host cannot ask. */
static bool toy_supports(const struct op *op)
{
#ifdef TOY_TROUBLE
	return op->kind != TOY_OP_ask;
#else
	(void)op;
	return true;
#endif
}

const struct target worker_target = {
	.name = "toy/live",
	.model = &model_toy,
	.open = toy_open,
	.reset = toy_reset,
	.supports = toy_supports,
	.apply = toy_apply,
	.observe = toy_observe,
	.trouble = toy_trouble,
};
