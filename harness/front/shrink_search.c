/* Shrinking: what lies near the best case, at random, and other short cases that show the finding. */
/* SPDX-License-Identifier: MIT */
#include "shrink_draft.h"
#include <string.h>

#define CHANGES_MAX 4u
#define SHORTER_MAX 3u
#define SHORT_OPS 40u
#define NEAR_LEAST 4u

uint8_t *record_at(const struct draft *draft, uint32_t at)
{
	return draft->candidate->records + (size_t)at * OP_BYTES;
}

uint32_t draft_ops(const struct draft *draft)
{
	return draft->candidate->count - draft->settings;
}

void record_delete(struct draft *draft, uint32_t at)
{
	struct candidate *candidate = draft->candidate;

	candidate->count--;
	memmove(record_at(draft, at), record_at(draft, at + 1),
		(size_t)(candidate->count - at) * OP_BYTES);
}

static void records_insert(struct draft *draft, uint32_t at, const uint8_t *records, uint32_t count)
{
	struct candidate *candidate = draft->candidate;

	memmove(record_at(draft, at + count), record_at(draft, at),
		(size_t)(candidate->count - at) * OP_BYTES);
	candidate->count += count;
	memcpy(record_at(draft, at), records, (size_t)count * OP_BYTES);
}

bool draft_op(const struct draft *draft, uint32_t at, struct op *op)
{
	uint32_t left = draft->candidate->count - at;

	return op_decode(draft->shrink->file->tables, record_at(draft, at), left, op) &&
	       op_whole(op, record_at(draft, at), left);
}

uint32_t op_pick(const struct draft *draft)
{
	return draft->settings +
	       (uint32_t)random_below(&draft->shrink->random, draft_ops(draft) - 1);
}

static void op_remove(struct draft *draft)
{
	uint32_t at = op_pick(draft), count = 1 + (uint32_t)random_below(&draft->shrink->random, 3);

	while (count-- > 0 && at + 1 < draft->candidate->count)
		record_delete(draft, at);
}

/* The value of an operand of that kind in some other op; @value if it has none. */
static uint64_t value_borrow(const struct draft *draft, const struct operand_row *operand,
			     uint64_t value)
{
	uint32_t at =
	    draft->settings + (uint32_t)random_below(&draft->shrink->random, draft_ops(draft));
	struct op op;

	if (!draft_op(draft, at, &op))
		return value;
	for (uint32_t a = 0; a < op.row->arg_count; a++)
		if (op.row->arg[a].operand == operand)
			return op.arg[a];
	return value;
}

static uint64_t value_vary(const struct draft *draft, const struct operand_row *operand,
			   uint64_t value)
{
	struct random *random = &draft->shrink->random;

	switch (random_below(random, 5)) {
	case 0:
		return operand->hi;
	case 1:
		return operand_in_range(operand, value + 1) ? value + 1 : value;
	case 2:
		return operand_in_range(operand, value - 1) ? value - 1 : value;
	case 3:
		return value_borrow(draft, operand, value);
	default:
		return operand_draw(operand, &draft->swarm, random);
	}
}

/* An operand of some op takes another value. */
static void op_vary(struct draft *draft)
{
	struct random *random = &draft->shrink->random;
	uint32_t at = draft->settings + (uint32_t)random_below(random, draft_ops(draft)), a;
	struct op op;

	if (!draft_op(draft, at, &op) || op.row->arg_count == 0)
		return;
	a = (uint32_t)random_below(random, op.row->arg_count);
	op.arg[a] = value_vary(draft, op.row->arg[a].operand, op.arg[a]);
	op_encode(&op, record_at(draft, at));
}

/* A new op that fits the slots as they are before it. */
static void op_insert(struct draft *draft)
{
	const struct tables *tables = draft->shrink->file->tables;
	uint32_t at = op_pick(draft), count;
	uint8_t records[OP_WIDE_BYTES];
	struct op op;

	draft->swarm.slots.live = 0;
	for (uint32_t i = draft->settings; i < at; i++)
		if (draft_op(draft, i, &op))
			slot_set_note(&draft->swarm.slots, &op);
	count = generate_op(tables, &draft->swarm, &draft->shrink->random, records, OP_RECORDS_MAX);
	records_insert(draft, at, records, count);
}

static void op_move(struct draft *draft)
{
	uint32_t at = op_pick(draft);
	uint8_t record[OP_BYTES];

	memcpy(record, record_at(draft, at), OP_BYTES);
	record_delete(draft, at);
	records_insert(draft, op_pick(draft), record, 1);
}

static void setting_remove(struct draft *draft, uint32_t param)
{
	for (uint32_t at = 0; at < draft->settings; at++)
		if (record_at(draft, at)[2] == param) {
			record_delete(draft, at);
			draft->settings--;
			return;
		}
}

void setting_put(struct draft *draft, uint32_t param, uint64_t value)
{
	const struct param_row *row = &draft->shrink->file->tables->param[param];
	uint8_t record[OP_BYTES];

	if ((param < 64 && draft->shrink->session->fixed >> param & 1) || value < row->lo ||
	    value > row->hi)
		return;
	setting_remove(draft, param);
	record_set(record, param, value);
	records_insert(draft, 0, record, 1);
	draft->settings++;
}

/* A setting at random. Returns: the number of parameters where the domain has none. */
static uint32_t setting_pick(const struct tables *tables, struct random *random)
{
	uint32_t settings = 0, pick = 0;

	for (uint32_t i = 0; i < tables->param_count; i++)
		settings += tables->param[i].setting;
	settings = (uint32_t)random_below(random, settings);
	while (pick < tables->param_count && (!tables->param[pick].setting || settings-- > 0))
		pick++;
	return pick;
}

/* Where limits are near a difference needs few ops: a setting takes another value, often near its least. */
static void setting_vary(struct draft *draft)
{
	const struct tables *tables = draft->shrink->file->tables;
	struct random *random = &draft->shrink->random;
	uint32_t param = setting_pick(tables, random);
	const struct param_row *row = &tables->param[param];

	if (param == tables->param_count)
		return;
	if (random_chance(random, 5))
		setting_remove(draft, param);
	else if (random_chance(random, 2))
		setting_put(draft, param, setting_draw(row, random));
	else
		setting_put(draft, param, row->lo + random_below(random, NEAR_LEAST));
}

/* What several small ops use up, one large one may use up alone. */
static void op_enlarge(struct draft *draft)
{
	uint32_t at = op_pick(draft), gone = 1 + (uint32_t)random_below(&draft->shrink->random, 4);
	struct op op;

	if (!draft_op(draft, at, &op))
		return;
	for (uint32_t a = 0; a < op.row->arg_count; a++)
		if (op.row->arg[a].operand->draw == DRAW_LOG)
			op.arg[a] = op.row->arg[a].operand->hi;
	op_encode(&op, record_at(draft, at));
	while (gone-- > 0 && at + 2 < draft->candidate->count)
		record_delete(draft, at + 1);
}

/* What only one domain can do. */
static void domain_change(struct draft *draft)
{
	static const struct {
		const char *domain;
		void (*change)(struct draft *draft);
	} changes[] = { { "buddy", change_buddy } };

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (strcmp(changes[i].domain, draft->shrink->file->tables->name) == 0)
			changes[i].change(draft);
}

static void draft_change(struct draft *draft)
{
	static void (*const change[])(struct draft * draft) = {
		op_remove, op_vary,    op_vary, op_vary,      op_insert,
		op_insert, op_enlarge, op_move, setting_vary, domain_change,
	};
	size_t pick = random_below(&draft->shrink->random, sizeof(change) / sizeof(change[0]));

	if (draft_ops(draft) > 1)
		change[pick](draft);
	else
		op_vary(draft);
}

static uint32_t settings_count(const struct candidate *candidate)
{
	uint32_t count = 0;

	while (count < candidate->count && candidate->records[(size_t)count * OP_BYTES] == OP_SET)
		count++;
	return count;
}

/* Half the time only what the case has already is put in. */
static void swarm_narrow(const struct case_file *file, struct swarm *swarm)
{
	bool used[OP_META] = { false };
	struct op op;

	for (uint32_t i = 0; i < file->record_count; i++)
		if (case_op(file, i, &op))
			used[op.row->number] = true;
	swarm->weight_sum = 0;
	for (uint32_t i = 0; i < file->tables->op_count; i++) {
		uint32_t number = file->tables->op[i].number;

		swarm->weight[number] = used[number] ? file->tables->op[i].weight : 0;
		swarm->weight_sum += swarm->weight[number];
	}
}

static struct draft draft_begin(struct shrink *shrink, uint32_t room)
{
	struct draft draft = {
		.shrink = shrink,
		.candidate = candidate_new(shrink, room + CHANGES_MAX * OP_RECORDS_MAX +
						       shrink->file->tables->param_count),
	};

	swarm_init(shrink->file->tables, &draft.swarm, &shrink->random);
	if (random_chance(&shrink->random, 2))
		swarm_narrow(shrink->file, &draft.swarm);
	return draft;
}

/* The best case with a few changes: as many ops, or fewer. */
static void candidate_near(struct shrink *shrink)
{
	struct random *random = &shrink->random;
	struct draft draft = draft_begin(shrink, shrink->file->record_count);
	uint32_t changes = 1 + (uint32_t)random_below(random, CHANGES_MAX);
	uint32_t most = case_ops(shrink->file) + shrink->slack;
	uint32_t less = (uint32_t)random_below(random, SHORTER_MAX);

	candidate_add(draft.candidate, shrink->file->records, shrink->file->record_count);
	draft.settings = settings_count(draft.candidate);
	while (changes-- > 0)
		draft_change(&draft);
	most = most > less ? most - less : 1;
	while (draft_ops(&draft) > most)
		record_delete(&draft, op_pick(&draft));
}

bool near_search(struct shrink *shrink)
{
	while (shrink->batch_count < BATCH_MAX)
		candidate_near(shrink);
	return batch_settle(shrink) >= 0;
}

/* A short case of another seed that ends as the best one does, give or take an operand. */
static void candidate_short(struct shrink *shrink)
{
	const struct case_file *file = shrink->file;
	struct random *random = &shrink->random;
	uint32_t most = case_ops(file) < SHORT_OPS ? case_ops(file) : SHORT_OPS;
	uint32_t ops = 1 + (uint32_t)random_below(random, most);
	uint32_t last = case_last_op(file);
	struct draft draft = draft_begin(shrink, ops + file->record_count - last);

	draft.candidate->count = generate_case(file->tables, random_next(random), ops,
					       shrink->session->fixed, draft.candidate->records);
	draft.settings = settings_count(draft.candidate);
	candidate_add(draft.candidate, file->records + (size_t)last * OP_BYTES,
		      file->record_count - last);
	for (uint32_t i = (uint32_t)random_below(random, 3); i > 0; i--)
		setting_vary(&draft);
}

bool short_search(struct shrink *shrink)
{
	while (shrink->batch_count < BATCH_MAX)
		candidate_short(shrink);
	return batch_settle(shrink) >= 0;
}
