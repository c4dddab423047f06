/* One structure-aware mutator for libFuzzer and AFL++: works on whole ops. */
/* SPDX-License-Identifier: MIT */
#include "mutate.h"
#include "../record.h"
#include "../worker/sys.h"

/* A case under mutation. */
struct draft {
	const struct tables *tables;
	uint8_t *records;
	size_t count, room; /* records */
	struct swarm swarm;
	struct random random;
};

static uint8_t *record_at(struct draft *draft, size_t i)
{
	return draft->records + i * OP_BYTES;
}

/* What begins at or before record @at and goes on there: an exact call's first record, or @at itself. */
static size_t op_begin(struct draft *draft, size_t at)
{
	while (at > 0 && at < draft->count && record_at(draft, at)[0] == OP_ARG)
		at--;
	return at;
}

static size_t op_any(struct draft *draft)
{
	return op_begin(draft, random_below(&draft->random, draft->count));
}

/* Where @count records from @at on end, the last of them an op's last. */
static size_t op_end(struct draft *draft, size_t at, size_t count)
{
	at += count;
	while (at < draft->count && record_at(draft, at)[0] == OP_ARG)
		at++;
	return at < draft->count ? at : draft->count;
}

/* The slots that are live before record @to. */
static void slots_replay(struct draft *draft, size_t to)
{
	struct op op;

	draft->swarm.slots.live = 0;
	for (size_t i = 0; i < to; i++)
		if (op_decode(draft->tables, record_at(draft, i), (uint32_t)(draft->count - i),
			      &op))
			slot_set_note(&draft->swarm.slots, &op);
}

/* Opens a gap of @count records at @at; fewer if there is no room. Returns: how many. */
static size_t gap_open(struct draft *draft, size_t at, size_t count)
{
	if (count > draft->room - draft->count)
		count = draft->room - draft->count;
	memmove(record_at(draft, at + count), record_at(draft, at), (draft->count - at) * OP_BYTES);
	draft->count += count;
	return count;
}

static void ops_insert(struct draft *draft)
{
	size_t at = op_begin(draft, random_below(&draft->random, draft->count + 1));
	size_t count = gap_open(draft, at, 1 + random_below(&draft->random, 8));

	slots_replay(draft, at);
	for (size_t end = at + count; at < end;)
		at += generate_op(draft->tables, &draft->swarm, &draft->random,
				  record_at(draft, at), (uint32_t)(end - at));
}

static void ops_delete(struct draft *draft)
{
	size_t at = op_any(draft);
	size_t count = 1 + random_below(&draft->random, random_chance(&draft->random, 4) ? 16 : 2);

	count = op_end(draft, at, count) - at;
	memmove(record_at(draft, at), record_at(draft, at + count),
		(draft->count - at - count) * OP_BYTES);
	draft->count -= count;
}

static void ops_duplicate(struct draft *draft)
{
	uint8_t copy[16 * OP_BYTES];
	size_t from = op_any(draft), at;
	size_t count = 1 + random_below(&draft->random, 16);

	if (count > draft->count - from)
		count = draft->count - from;
	memcpy(copy, record_at(draft, from), count * OP_BYTES);
	at = op_begin(draft, random_below(&draft->random, draft->count + 1));
	count = gap_open(draft, at, count);
	memcpy(record_at(draft, at), copy, count * OP_BYTES);
}

/* An op goes to where another one begins. */
static void op_move(struct draft *draft)
{
	uint8_t copy[OP_WIDE_BYTES];
	size_t from = op_any(draft), to;
	size_t count =
	    records_of(draft->tables, draft->records, (uint32_t)draft->count, (uint32_t)from);

	memcpy(copy, record_at(draft, from), count * OP_BYTES);
	draft->count -= count;
	memmove(record_at(draft, from), record_at(draft, from + count),
		(draft->count - from) * OP_BYTES);
	to = op_begin(draft, random_below(&draft->random, draft->count + 1));
	(void)gap_open(draft, to, count);
	memcpy(record_at(draft, to), copy, count * OP_BYTES);
}

/* Another value of the same operand: near the old one, interesting, or anything; slots fit when they can. */
static uint64_t operand_tweak(struct draft *draft, const struct arg_row *arg, uint64_t value)
{
	struct random *random = &draft->random;
	uint64_t near;

	if (arg->operand->form == FORM_SLOT && arg->operand->bytes > 1)
		return operand_draw(arg->operand, &draft->swarm, random);
	switch (random_below(random, 4)) {
	case 0:
		near = value + random_below(random, 33) - 16;
		break;
	case 1:
		near = value ^ (1ull << random_below(random, 8u * arg->operand->bytes));
		break;
	default:
		return operand_draw(arg->operand, &draft->swarm, random);
	}
	return operand_in_range(arg->operand, near) ? near : value;
}

static void operands_tweak(struct draft *draft)
{
	uint64_t tries = 1 + random_below(&draft->random, 3);
	struct op op;

	while (tries-- > 0) {
		size_t at = op_any(draft);
		uint32_t left = (uint32_t)(draft->count - at), i;

		if (!op_decode(draft->tables, record_at(draft, at), left, &op) ||
		    op.row->arg_count == 0 || !op_whole(&op, record_at(draft, at), left))
			continue;
		i = (uint32_t)random_below(&draft->random, op.row->arg_count);
		op.arg[i] = operand_tweak(draft, &op.row->arg[i], op.arg[i]);
		op_encode(&op, record_at(draft, at));
	}
}

static void op_replace(struct draft *draft)
{
	size_t at = op_any(draft);
	uint32_t room =
	    records_of(draft->tables, draft->records, (uint32_t)draft->count, (uint32_t)at);

	slots_replay(draft, at);
	(void)generate_op(draft->tables, &draft->swarm, &draft->random, record_at(draft, at), room);
}

/* A whole new case: mostly useful at the start, and never quite useless. */
static void case_new(struct draft *draft)
{
	size_t ops = 1 + random_below(&draft->random, 96);

	if (ops + draft->tables->param_count > draft->room)
		return;
	draft->count = generate_case(draft->tables, random_next(&draft->random), (uint32_t)ops, 0,
				     draft->records);
}

static void mutate_once(struct draft *draft)
{
	uint64_t pick = random_below(&draft->random, 32);

	if (draft->count == 0 || pick == 0)
		case_new(draft);
	else if (pick < 10 && draft->count < draft->room)
		ops_insert(draft);
	else if (pick < 14)
		ops_delete(draft);
	else if (pick < 17)
		op_move(draft);
	else if (pick < 20 && draft->count < draft->room)
		ops_duplicate(draft);
	else if (pick < 24)
		op_replace(draft);
	else
		operands_tweak(draft);
}

size_t mutate_case(const struct tables *tables, uint8_t *records, size_t bytes, size_t bytes_max,
		   uint64_t seed)
{
	struct draft draft = {
		.tables = tables,
		.records = records,
		.count = bytes / OP_BYTES,
		.room = bytes_max / OP_BYTES,
		.random = { .state = seed },
	};
	uint64_t rounds;

	if (draft.room > OPS_MAX)
		draft.room = OPS_MAX;
	if (draft.room == 0)
		return 0;
	if (draft.count > draft.room)
		draft.count = draft.room;
	swarm_init(tables, &draft.swarm, &draft.random);
	rounds = 1 + random_below(&draft.random, 4);
	while (rounds-- > 0)
		mutate_once(&draft);
	return draft.count * OP_BYTES;
}

size_t splice_cases(const uint8_t *first, size_t first_bytes, const uint8_t *second,
		    size_t second_bytes, uint8_t *out, size_t bytes_max, uint64_t seed)
{
	struct random random = { .state = seed };
	size_t head = random_below(&random, first_bytes / OP_BYTES + 1) * OP_BYTES;
	size_t skip = random_below(&random, second_bytes / OP_BYTES + 1) * OP_BYTES;
	size_t tail = second_bytes / OP_BYTES * OP_BYTES - skip;

	if (head > bytes_max)
		head = bytes_max / OP_BYTES * OP_BYTES;
	if (tail > bytes_max - head)
		tail = (bytes_max - head) / OP_BYTES * OP_BYTES;
	memcpy(out, first, head);
	memcpy(out + head, second + skip, tail);
	return head + tail;
}
