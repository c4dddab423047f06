/* Shrinking: what is tried to make a case smaller or simpler. */
/* SPDX-License-Identifier: MIT */
#include "shrink.h"
#include <stdlib.h>
#include <string.h>

#define PAIRS_RECORDS 20u
#define SIMPLER_MAX 8u
#define HEIRS 5u
#define HEIRS_LARGEST 3u

/* One round: chunks of @size records are left out, the last ones first. */
bool chunks_remove(struct shrink *shrink, uint32_t size)
{
	uint32_t end = shrink->file->record_count, start[BATCH_MAX];
	bool any = false;

	while (end > 0 && !time_is_up(shrink)) {
		uint32_t at = end;
		int found;

		while (at > 0 && shrink->batch_count < BATCH_MAX) {
			uint32_t from = at > size ? at - size : 0;

			start[shrink->batch_count] = from;
			candidate_without(shrink, from, at - from);
			at = from;
		}
		found = batch_settle(shrink);
		any = any || found >= 0;
		end = found >= 0 ? start[found] : at;
		if (end > shrink->file->record_count)
			end = shrink->file->record_count;
	}
	return any;
}

/* Which records go: all of them at once. Returns: whether the finding stays. */
static bool records_drop(struct shrink *shrink, const bool *gone)
{
	const struct case_file *file = shrink->file;
	struct candidate *candidate = candidate_new(shrink, file->record_count);

	for (uint32_t i = 0; i < file->record_count; i++)
		if (!gone[i])
			candidate_add(candidate, file->records + (size_t)i * OP_BYTES, 1);
	return candidate->count < file->record_count ? batch_settle(shrink) >= 0
						     : (batch_settle(shrink), false);
}

bool idle_remove(struct shrink *shrink, const struct op_note *note, bool failed)
{
	bool *gone = memory_new(shrink->file->record_count, sizeof(bool)), any;
	struct op op;

	for (uint32_t i = 0; i + 1 < shrink->file->record_count; i++)
		gone[i] = case_op(shrink->file, i, &op) &&
			  (note[i].verdict == VERDICT_SKIPPED || (failed && note[i].err != 0));
	any = records_drop(shrink, gone);
	free(gone);
	return any;
}

/* The ops that a slot's content came and went with. */
struct lifetime {
	uint32_t from, to; /* records */
};

/* Lifetimes that end before the last op, in order of their end. Returns: how many. */
static uint32_t lifetimes_find(const struct case_file *file, struct lifetime *lifetime)
{
	uint32_t *filled = memory_new(SLOTS_MAX, sizeof(*filled)),
		 count = 0; /* 1 + record; 0: not */
	struct op op;

	for (uint32_t i = 0; i + 1 < file->record_count; i++) {
		if (!case_op(file, i, &op))
			continue;
		for (uint32_t a = 0; a < op.row->arg_count; a++) {
			uint32_t *from = &filled[op.arg[a] % SLOTS_MAX];

			if (op.row->arg[a].use == SLOT_EMPTIES && *from != 0)
				lifetime[count++] = (struct lifetime){ *from - 1, i };
			if (op.row->arg[a].use == SLOT_EMPTIES)
				*from = 0;
			else if (op.row->arg[a].use == SLOT_FILLS)
				*from = i + 1;
		}
	}
	free(filled);
	return count;
}

bool lifetimes_remove(struct shrink *shrink)
{
	bool any = false;

	for (uint32_t size = UINT32_MAX; size > 0 && !time_is_up(shrink); size /= 2) {
		struct lifetime *lifetime =
		    memory_new(shrink->file->record_count, sizeof(struct lifetime));
		bool *gone = memory_new(shrink->file->record_count, sizeof(bool));
		uint32_t count = lifetimes_find(shrink->file, lifetime), end = count;

		size = size > count ? count : size;
		while (end > 0 && !time_is_up(shrink)) {
			uint32_t from = end > size ? end - size : 0;

			memset(gone, 0, shrink->file->record_count);
			for (uint32_t i = from; i < end; i++)
				gone[lifetime[i].from] = gone[lifetime[i].to] = true;
			if (records_drop(shrink, gone)) {
				any = true;
				count = lifetimes_find(shrink->file, lifetime);
			}
			end = from < count ? from : count;
		}
		free(lifetime);
		free(gone);
	}
	return any;
}

static void candidate_without_two(struct shrink *shrink, uint32_t a, uint32_t b)
{
	const struct case_file *file = shrink->file;
	struct candidate *candidate = candidate_new(shrink, file->record_count);

	candidate_add(candidate, file->records, a);
	candidate_add(candidate, file->records + (size_t)(a + 1) * OP_BYTES, b - a - 1);
	candidate_add(candidate, file->records + (size_t)(b + 1) * OP_BYTES,
		      file->record_count - b - 1);
}

/* An allocation and its release often go only together. */
bool pairs_remove(struct shrink *shrink)
{
	uint32_t count = shrink->file->record_count;

	if (count > PAIRS_RECORDS)
		return false;
	for (uint32_t a = 0; a + 1 < count; a++) {
		for (uint32_t b = a + 1; b < count; b++) {
			candidate_without_two(shrink, a, b);
			if (shrink->batch_count < BATCH_MAX && b + 1 < count)
				continue;
			if (batch_settle(shrink) >= 0)
				return true;
			if (time_is_up(shrink))
				return false;
		}
	}
	return false;
}

/* Ops that may take over a share of one that goes: those with the largest values of the operand kind, and
 * the next ones before and behind it. */
struct heirs {
	uint32_t record[HEIRS], arg[HEIRS];
	uint64_t value[HEIRS];
	uint32_t count;
};

/* Keeps the HEIRS_LARGEST largest in front. */
static void heir_note(struct heirs *heirs, uint32_t record, uint32_t arg, uint64_t value)
{
	uint32_t at = heirs->count < HEIRS_LARGEST ? heirs->count++ : HEIRS;

	for (uint32_t i = 0; at == HEIRS && i < HEIRS_LARGEST; i++)
		if (heirs->value[i] < value)
			at = i;
	if (at == HEIRS)
		return;
	heirs->record[at] = record;
	heirs->arg[at] = arg;
	heirs->value[at] = value;
}

static int arg_find(const struct op *op, const struct operand_row *operand)
{
	for (uint32_t a = 0; a < op->row->arg_count; a++)
		if (op->row->arg[a].operand == operand && op->arg[a] <= operand->hi)
			return (int)a;
	return -1;
}

static struct heirs heirs_find(const struct shrink *shrink, const struct operand_row *operand,
			       uint32_t but)
{
	struct heirs heirs = { .count = 0 };
	uint32_t near[2] = { UINT32_MAX, UINT32_MAX };
	struct op op;

	for (uint32_t i = 0; i < shrink->file->record_count; i++) {
		int arg = i != but && case_op(shrink->file, i, &op) ? arg_find(&op, operand) : -1;

		if (arg < 0)
			continue;
		heir_note(&heirs, i, (uint32_t)arg, op.arg[arg]);
		if (i < but || near[1] == UINT32_MAX)
			near[i > but] = i;
	}
	for (uint32_t side = 0; side < 2 && heirs.count < HEIRS; side++)
		if (near[side] != UINT32_MAX && case_op(shrink->file, near[side], &op)) {
			heirs.record[heirs.count] = near[side];
			heirs.arg[heirs.count++] = (uint32_t)arg_find(&op, operand);
		}
	return heirs;
}

/* The case without @record, whose share @extra the @i-th heir takes over. */
static void candidate_transfer(struct shrink *shrink, uint32_t record, const struct heirs *heirs,
			       uint32_t i, uint64_t extra)
{
	uint32_t at = heirs->record[i] - (heirs->record[i] > record);
	struct candidate *candidate;
	struct op op;

	(void)case_op(shrink->file, heirs->record[i], &op);
	op.arg[heirs->arg[i]] += extra;
	if (extra == 0 ||
	    !operand_in_range(op.row->arg[heirs->arg[i]].operand, op.arg[heirs->arg[i]]))
		return;
	candidate = candidate_without(shrink, record, 1);
	op_encode(&op, candidate->records + (size_t)at * OP_BYTES);
}

/*
 * Where a sum must come out, no op can go alone: its share is added to another value of the same kind:
 * as it is, with a header and rounded up to 16 or 32, and, where values are exponents, as 1 or 2.
 */
static bool record_transfer(struct shrink *shrink, uint32_t record)
{
	struct op op;

	if (!case_op(shrink->file, record, &op))
		return false;
	for (uint32_t a = 0; a < op.row->arg_count; a++) {
		const struct operand_row *operand = op.row->arg[a].operand;
		uint64_t value = op.arg[a], rounded = (value + 23) & ~UINT64_C(15);
		struct heirs heirs;

		if (operand->draw != DRAW_LOG || value > operand->hi)
			continue;
		heirs = heirs_find(shrink, operand, record);
		for (uint32_t i = 0; i < heirs.count && shrink->batch_count + 4 < BATCH_MAX; i++) {
			candidate_transfer(shrink, record, &heirs, i, value);
			candidate_transfer(shrink, record, &heirs, i,
					   operand->hi < 64 ? 1
					   : rounded < 32   ? 32
							    : rounded);
			if (operand->hi < 64)
				candidate_transfer(shrink, record, &heirs, i, 2);
		}
	}
	return shrink->batch_count > 0 && batch_settle(shrink) >= 0;
}

/* The case with @op in place of @record and without the @count records behind it. */
static void candidate_enlarged(struct shrink *shrink, uint32_t record, uint32_t count,
			       const struct op *op)
{
	struct candidate *candidate = candidate_without(shrink, record + op->row->records, count);

	op_encode(op, candidate->records + (size_t)record * OP_BYTES);
}

/* What several small ops use up, one large one may use up alone. */
static bool record_enlarge(struct shrink *shrink, uint32_t record)
{
	struct op op, larger;

	if (!case_op(shrink->file, record, &op))
		return false;
	for (uint32_t a = 0; a < op.row->arg_count; a++) {
		const struct operand_row *operand = op.row->arg[a].operand;

		if (operand->draw != DRAW_LOG || op.arg[a] >= operand->hi)
			continue;
		for (uint32_t count = 8; count > 0; count /= 2) {
			larger = op;
			larger.arg[a] = operand->hi;
			candidate_enlarged(shrink, record, count, &larger);
			larger.arg[a] = op.arg[a] + 1;
			candidate_enlarged(shrink, record, count, &larger);
		}
	}
	return shrink->batch_count > 0 && batch_settle(shrink) >= 0;
}

bool values_enlarge(struct shrink *shrink)
{
	bool any = false;

	for (uint32_t i = 0; i + 1 < shrink->file->record_count && !time_is_up(shrink); i++)
		while (record_enlarge(shrink, i) && !time_is_up(shrink))
			any = true;
	return any;
}

bool values_transfer(struct shrink *shrink)
{
	bool any = false;

	for (uint32_t i = shrink->file->record_count; i-- > 0 && !time_is_up(shrink);)
		if (i < shrink->file->record_count)
			any = record_transfer(shrink, i) || any;
	return any;
}

/* Values that read more simply than @value, the simplest first. */
static uint32_t values_simpler(const struct operand_row *operand, uint64_t value,
			       uint64_t out[SIMPLER_MAX])
{
	uint64_t span = value - operand->lo;
	uint64_t tries[SIMPLER_MAX] = { operand->lo,
					operand->lo + 1,
					value & ~UINT64_C(0xfff),
					value & ~UINT64_C(0xff),
					value & ~UINT64_C(0xf),
					operand->lo + span / 2,
					operand->lo + span - span / 8,
					value - 1 };
	uint32_t count = 0;

	if (operand->form == FORM_SLOT)
		return 0;
	if (operand->form == FORM_FLAGS) /* bit by bit */
		for (uint32_t i = 0; i + 1 < SIMPLER_MAX; i++)
			tries[i + 1] = value & ~(UINT64_C(1) << i);
	for (uint32_t i = 0; i < SIMPLER_MAX; i++)
		if (tries[i] < value && operand_in_range(operand, tries[i]))
			out[count++] = tries[i];
	return count;
}

static void candidate_with(struct shrink *shrink, uint32_t record, const struct op *op)
{
	struct candidate *candidate = candidate_whole(shrink);

	op_encode(op, candidate->records + (size_t)record * OP_BYTES);
}

/* One operand of one op. Returns: whether it became simpler. */
static bool operand_simplify(struct shrink *shrink, uint32_t record, uint32_t arg)
{
	uint64_t simpler[SIMPLER_MAX];
	uint32_t count;
	struct op op;

	if (!case_op(shrink->file, record, &op))
		return false;
	count = values_simpler(op.row->arg[arg].operand, op.arg[arg], simpler);
	for (uint32_t i = 0; i < count; i++) {
		op.arg[arg] = simpler[i];
		candidate_with(shrink, record, &op);
	}
	return batch_settle(shrink) >= 0;
}

static bool setting_simplify(struct shrink *shrink, uint32_t record)
{
	const uint8_t *bytes = shrink->file->records + (size_t)record * OP_BYTES;
	const struct param_row *row = &shrink->file->tables->param[bytes[2]];
	uint64_t value = record_u64(bytes + 4, 8);
	uint64_t tries[] = { row->lo, row->lo + (value - row->lo) / 2, value & ~UINT64_C(0xfff) };

	for (uint32_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct candidate *candidate;

		if (tries[i] >= value || tries[i] < row->lo)
			continue;
		candidate = candidate_new(shrink, shrink->file->record_count);
		candidate_add(candidate, shrink->file->records, shrink->file->record_count);
		record_set(candidate->records + (size_t)record * OP_BYTES, bytes[2], tries[i]);
	}
	return batch_settle(shrink) >= 0;
}

static bool record_simplify(struct shrink *shrink, uint32_t record)
{
	bool any = false;
	struct op op;

	if (shrink->file->records[(size_t)record * OP_BYTES] == OP_SET) {
		while (record < shrink->file->record_count && setting_simplify(shrink, record) &&
		       !time_is_up(shrink))
			any = true;
		return any;
	}
	if (!case_op(shrink->file, record, &op))
		return false;
	for (uint32_t arg = 0; arg < op.row->arg_count; arg++)
		while (!time_is_up(shrink) && operand_simplify(shrink, record, arg))
			any = true;
	return any;
}

bool settings_simplify(struct shrink *shrink)
{
	bool any = false;

	for (uint32_t i = 0; i < shrink->file->record_count && !time_is_up(shrink); i++)
		if (shrink->file->records[(size_t)i * OP_BYTES] == OP_SET)
			any = record_simplify(shrink, i) || any;
	return any;
}

bool operands_simplify(struct shrink *shrink)
{
	bool any = false;

	for (uint32_t i = 0; i < shrink->file->record_count && !time_is_up(shrink); i++)
		any = record_simplify(shrink, i) || any;
	return any;
}

/* The slots of one op, numbered in the order in which they are met. */
static void op_renumber(struct op *op, uint32_t *number, uint32_t *next)
{
	for (uint32_t a = 0; a < op->row->arg_count; a++) {
		const struct operand_row *operand = op->row->arg[a].operand;
		uint64_t slot = op->arg[a];

		if ((operand->form != FORM_SLOT && operand->form != FORM_BASE) || slot == 0 ||
		    slot >= SLOTS_MAX)
			continue;
		if (number[slot] == 0)
			number[slot] = (*next)++;
		if (operand_in_range(operand, number[slot]))
			op->arg[a] = number[slot];
	}
}

/* All slots so, if the finding does not mind. */
void slots_renumber(struct shrink *shrink)
{
	struct candidate *candidate = candidate_whole(shrink);
	uint32_t *number = memory_new(SLOTS_MAX, sizeof(*number)), next = 1;
	struct op op;

	for (uint32_t i = 0; i < candidate->count; i++) {
		if (!case_op(shrink->file, i, &op))
			continue;
		op_renumber(&op, number, &next);
		op_encode(&op, candidate->records + (size_t)i * OP_BYTES);
	}
	free(number);
	(void)batch_settle(shrink);
}
