/* shrink: the smallest case with the same signature and the same rule: fewer ops, then simpler operands. */
/* SPDX-License-Identifier: MIT */
#include "file.h"
#include "finding.h"
#include "subject.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHRINK_SECONDS 1.5
#define BATCH_MAX 64u     /* at least TRANSFERS * 2 * OP_ARGS_MAX */
#define QUICK_RECORDS 24u /* from here on everything is compared after each op */
#define PAIRS_RECORDS 20u
#define SIMPLER_MAX 8u
#define TRANSFERS 3u

/* A candidate's records. */
struct candidate {
	uint8_t *records;
	uint32_t count;
};

struct shrink {
	struct session *session;
	struct case_file *file; /* the best so far */
	char signature[SIGNATURE_MAX];
	char *rule;
	enum state_level level;
	double deadline;
	struct candidate batch[BATCH_MAX];
	uint32_t batch_count;
	uint32_t runs;
	struct error *error;
	uint32_t wf_every; /* 0 unless the invariant is what fails */
	bool failed;       /* no worker any more */
};

static bool time_is_up(const struct shrink *shrink)
{
	return shrink->failed || seconds_now() > shrink->deadline;
}

static void batch_clear(struct shrink *shrink)
{
	for (uint32_t i = 0; i < shrink->batch_count; i++)
		free(shrink->batch[i].records);
	shrink->batch_count = 0;
}

/* An empty candidate with room for @count records. */
static struct candidate *batch_add(struct shrink *shrink, uint32_t count)
{
	struct candidate *candidate = &shrink->batch[shrink->batch_count++];

	candidate->records = memory_new(count, OP_BYTES);
	candidate->count = 0;
	return candidate;
}

static void candidate_add(struct candidate *candidate, const uint8_t *records, uint32_t count)
{
	if (count > 0)
		memcpy(candidate->records + (size_t)candidate->count * OP_BYTES, records,
		       (size_t)count * OP_BYTES);
	candidate->count += count;
}

static bool same_finding(const struct shrink *shrink, const struct candidate *candidate,
			 const struct sighting *sighting)
{
	struct case_file view = { .tables = shrink->file->tables,
				  .records = candidate->records,
				  .record_count = candidate->count };
	char signature[SIGNATURE_MAX];

	if (sighting->kind == SIGHTING_NONE || sighting->kind == SIGHTING_STALE)
		return false;
	sighting_signature(&view, sighting, signature);
	return strcmp(signature, shrink->signature) == 0 &&
	       strcmp(sighting_rule(view.tables, sighting), shrink->rule) == 0;
}

/*
 * Runs candidates from @from on, up to the first that shows the finding, which is cut behind its op.
 * Returns: its index, or -1.
 */
static int batch_try(struct shrink *shrink, uint32_t from)
{
	while (from < shrink->batch_count && !shrink->failed) {
		struct request *request = session_begin(shrink->session, shrink->level);
		struct sighting sighting;
		uint32_t i = from;

		request->wf_every = shrink->wf_every;
		while (
		    i < shrink->batch_count &&
		    session_add(shrink->session, shrink->batch[i].records, shrink->batch[i].count))
			i++;
		if (!session_go(shrink->session, &sighting, shrink->error)) {
			shrink->failed = true;
			return -1;
		}
		if (sighting.kind == SIGHTING_NONE) {
			shrink->runs += i - from;
			from = i;
			continue;
		}
		from += sighting.case_index;
		shrink->runs += sighting.case_index + 1;
		if (same_finding(shrink, &shrink->batch[from], &sighting)) {
			if (sighting.record + 1 < shrink->batch[from].count)
				shrink->batch[from].count = sighting.record + 1;
			return (int)from;
		}
		from++;
	}
	return -1;
}

static void candidate_adopt(struct shrink *shrink, const struct candidate *candidate)
{
	struct case_file *file = shrink->file;

	file->record_count = 0;
	case_record(file, candidate->records, candidate->count);
}

/* Tries the batch, adopts what still shows the finding. Returns: the index adopted, or -1. */
static int batch_settle(struct shrink *shrink)
{
	int found = batch_try(shrink, 0);

	if (found >= 0)
		candidate_adopt(shrink, &shrink->batch[found]);
	batch_clear(shrink);
	return found;
}

static void candidate_without(struct shrink *shrink, uint32_t at, uint32_t count)
{
	const struct case_file *file = shrink->file;
	struct candidate *candidate = batch_add(shrink, file->record_count);
	uint32_t end = at + count < file->record_count ? at + count : file->record_count;

	candidate_add(candidate, file->records, at);
	candidate_add(candidate, file->records + (size_t)end * OP_BYTES, file->record_count - end);
}

/* One round: chunks of @size records are left out, the last ones first. */
static bool chunks_remove(struct shrink *shrink, uint32_t size)
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

static void records_remove(struct shrink *shrink)
{
	uint32_t size = shrink->file->record_count / 2;

	for (; size > 1; size /= 2)
		(void)chunks_remove(shrink, size);
	while (chunks_remove(shrink, 1) && !time_is_up(shrink))
		;
}

static void candidate_without_two(struct shrink *shrink, uint32_t a, uint32_t b)
{
	const struct case_file *file = shrink->file;
	struct candidate *candidate = batch_add(shrink, file->record_count);

	candidate_add(candidate, file->records, a);
	candidate_add(candidate, file->records + (size_t)(a + 1) * OP_BYTES, b - a - 1);
	candidate_add(candidate, file->records + (size_t)(b + 1) * OP_BYTES,
		      file->record_count - b - 1);
}

/* An allocation and its release often go only together. */
static bool pairs_remove(struct shrink *shrink)
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

/* The ops with the largest values of one operand kind. */
struct largest {
	uint32_t record[TRANSFERS], arg[TRANSFERS];
	uint64_t value[TRANSFERS];
	uint32_t count;
};

static void largest_note(struct largest *largest, uint32_t record, uint32_t arg, uint64_t value)
{
	uint32_t at = largest->count < TRANSFERS ? largest->count++ : TRANSFERS;

	for (uint32_t i = 0; at == TRANSFERS && i < TRANSFERS; i++)
		if (largest->value[i] < value)
			at = i;
	if (at == TRANSFERS)
		return;
	largest->record[at] = record;
	largest->arg[at] = arg;
	largest->value[at] = value;
}

static struct largest largest_find(const struct shrink *shrink, const struct operand_row *operand,
				   uint32_t but)
{
	struct largest largest = { .count = 0 };
	struct op op;

	for (uint32_t i = 0; i < shrink->file->record_count; i++) {
		if (i == but || !case_op(shrink->file, i, &op))
			continue;
		for (uint32_t a = 0; a < op.row->arg_count; a++)
			if (op.row->arg[a].operand == operand && op.arg[a] <= operand->hi)
				largest_note(&largest, i, a, op.arg[a]);
	}
	return largest;
}

/* The case without @record, whose share @extra another op takes over. */
static void candidate_transfer(struct shrink *shrink, uint32_t record, const struct largest *to,
			       uint32_t i, uint64_t extra)
{
	struct candidate *candidate;
	struct op op;
	uint32_t at = to->record[i] - (to->record[i] > record);

	(void)case_op(shrink->file, to->record[i], &op);
	op.arg[to->arg[i]] += extra;
	if (!operand_in_range(op.row->arg[to->arg[i]].operand, op.arg[to->arg[i]]))
		return;
	candidate_without(shrink, record, 1);
	candidate = &shrink->batch[shrink->batch_count - 1];
	op_encode(&op, candidate->records + (size_t)at * OP_BYTES);
}

/*
 * Where a sum must come out, no op can go alone: its share, as it is or with a header and rounded up to
 * 16 or 32, is added to one of the largest values of the same kind.
 */
static bool record_transfer(struct shrink *shrink, uint32_t record)
{
	struct op op;

	if (!case_op(shrink->file, record, &op))
		return false;
	for (uint32_t a = 0; a < op.row->arg_count; a++) {
		const struct operand_row *operand = op.row->arg[a].operand;
		uint64_t value = op.arg[a], rounded = (value + 23) & ~UINT64_C(15);
		struct largest largest;

		if (operand->draw != DRAW_LOG || value > operand->hi)
			continue;
		largest = largest_find(shrink, operand, record);
		for (uint32_t i = 0; i < largest.count; i++) {
			candidate_transfer(shrink, record, &largest, i, value);
			candidate_transfer(shrink, record, &largest, i,
					   rounded < 32 ? 32 : rounded);
		}
	}
	return shrink->batch_count > 0 && batch_settle(shrink) >= 0;
}

static bool values_transfer(struct shrink *shrink)
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
	struct candidate *candidate = batch_add(shrink, shrink->file->record_count);

	candidate_add(candidate, shrink->file->records, shrink->file->record_count);
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
		candidate = batch_add(shrink, shrink->file->record_count);
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

static bool operands_simplify(struct shrink *shrink)
{
	bool any = false;

	for (uint32_t i = 0; i < shrink->file->record_count && !time_is_up(shrink); i++)
		any = record_simplify(shrink, i) || any;
	return any;
}

/* Slots numbered in the order in which they are met, if the finding does not mind. */
static void slots_renumber(struct shrink *shrink)
{
	struct candidate *candidate = batch_add(shrink, shrink->file->record_count);
	uint64_t number[SLOTS] = { 0 }, next = 1;
	struct op op;

	candidate_add(candidate, shrink->file->records, shrink->file->record_count);
	for (uint32_t i = 0; i < candidate->count; i++) {
		if (!case_op(shrink->file, i, &op))
			continue;
		for (uint32_t a = 0; a < op.row->arg_count; a++) {
			const struct operand_row *operand = op.row->arg[a].operand;
			uint64_t slot = op.arg[a] % SLOTS;

			if (operand->form != FORM_SLOT || slot == 0)
				continue;
			if (number[slot] == 0)
				number[slot] = next++;
			if (number[slot] < SLOTS && operand_in_range(operand, number[slot]))
				op.arg[a] = number[slot];
		}
		op_encode(&op, candidate->records + (size_t)i * OP_BYTES);
	}
	(void)batch_settle(shrink);
}

/* Does the case as it is show the finding at this level? */
static bool level_holds(struct shrink *shrink, enum state_level level)
{
	struct candidate *candidate = batch_add(shrink, shrink->file->record_count);

	candidate_add(candidate, shrink->file->records, shrink->file->record_count);
	shrink->level = level;
	return batch_settle(shrink) >= 0;
}

/* Large cases shrink under the quicker comparison as long as it names the same difference. */
static void shrink_quickly(struct shrink *shrink)
{
	struct case_file before = case_copy(shrink->file);
	uint32_t size = shrink->file->record_count / 2;

	if (shrink->file->record_count > QUICK_RECORDS && level_holds(shrink, STATE_TOUCHED))
		for (; size > 0 && shrink->file->record_count > QUICK_RECORDS; size /= 2)
			(void)chunks_remove(shrink, size);
	if (!level_holds(shrink, STATE_FULL)) {
		case_free(shrink->file);
		*shrink->file = before;
		return;
	}
	case_free(&before);
}

static void shrink_all(struct shrink *shrink)
{
	shrink_quickly(shrink);
	do
		records_remove(shrink);
	while (!time_is_up(shrink) &&
	       (pairs_remove(shrink) || values_transfer(shrink) || operands_simplify(shrink)));
	if (!shrink->failed)
		slots_renumber(shrink);
}

/* Expectations do not survive the loss of ops. */
static void expectations_drop(struct case_file *file)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < file->record_count; i++) {
		const uint8_t *record = file->records + (size_t)i * OP_BYTES;

		if (record[0] == OP_RESULT || record[0] == OP_CELL)
			continue;
		memmove(file->records + (size_t)kept++ * OP_BYTES, record, OP_BYTES);
	}
	file->record_count = kept;
}

static char *out_path(const struct options *options)
{
	const char *path = options->arg[0], *dot = strrchr(path, '.');
	size_t length = dot && !strchr(dot, '/') ? (size_t)(dot - path) : strlen(path);

	if (options->out_file != NULL)
		return text_format("%s", options->out_file);
	return text_format("%.*s.min.case", (int)length, path);
}

static bool case_write(const struct case_file *file, const char *path, struct error *error)
{
	size_t size;
	void *data = text_ends(path, ".ops") ? (void *)case_to_text(file, &size)
					     : (void *)case_to_bytes(file, &size);
	bool good = file_write(path, data, size, error);

	free(data);
	return good;
}

static void result_show(const struct shrink *shrink, const char *path, uint32_t ops, double seconds)
{
	const struct case_file *file = shrink->file;
	struct op op;

	(void)printf("%s: %u -> %u ops, %s%s%s, %u runs in %.2f s\n", path, ops, case_ops(file),
		     shrink->signature, shrink->rule[0] ? ", rule " : "", shrink->rule,
		     shrink->runs, seconds);
	for (uint32_t i = 0; i < file->record_count; i++) {
		char *text;

		if (!case_op(file, i, &op))
			continue;
		text = op_print(file->tables, &op);
		(void)printf("  %s\n", text);
		free(text);
	}
}

/* The first look, under full state: there must be something to shrink. */
static bool shrink_begin(struct shrink *shrink, const char *path)
{
	struct sighting sighting;

	if (!session_case(shrink->session, shrink->file, STATE_FULL, &sighting, shrink->error))
		return false;
	if (sighting.kind == SIGHTING_NONE || sighting.kind == SIGHTING_STALE)
		return error_set(
		    shrink->error,
		    "%s: model and %s agree, there is nothing to shrink; give the --fault "
		    "or --rule under which it differs",
		    path, shrink->session->target->name);
	sighting_signature(shrink->file, &sighting, shrink->signature);
	shrink->rule = text_format("%s", sighting_rule(shrink->file->tables, &sighting));
	if (sighting.record + 1 < shrink->file->record_count)
		shrink->file->record_count = sighting.record + 1;
	if (sighting.kind == SIGHTING_HANG) /* each run that hangs costs this much */
		shrink->session->hang_seconds = 0.2;
	shrink->wf_every = sighting.difference.kind == DIFFERENCE_WF;
	expectations_drop(shrink->file);
	shrink->deadline = SHRINK_SECONDS + seconds_now();
	return shrink->file->record_count > 0 || error_set(shrink->error, "%s has no ops", path);
}

/* The result, looked at once more: the metadata tells what it shows now. */
static bool shrink_end(struct shrink *shrink, const char *path)
{
	struct sighting sighting;

	if (shrink->failed ||
	    !session_case(shrink->session, shrink->file, STATE_FULL, &sighting, shrink->error))
		return false;
	if (sighting.kind == SIGHTING_NONE)
		return error_set(shrink->error, "%s: the difference does not repeat reliably",
				 path);
	finding_describe(shrink->file, shrink->session, &sighting);
	return case_write(shrink->file, path, shrink->error);
}

int command_shrink(const struct options *options)
{
	struct case_file file;
	struct session session;
	struct error error;
	struct shrink shrink = { .session = &session, .file = &file, .error = &error };
	double start = seconds_now();
	char *path;
	uint32_t ops;
	bool good;

	if (!subject_open(options, &file, &session, &error))
		return error_print(&error);
	path = out_path(options);
	ops = case_ops(&file);
	finding_settle(&file, &session);
	good = shrink_begin(&shrink, options->arg[0]);
	if (good) {
		shrink_all(&shrink);
		good = shrink_end(&shrink, path);
	}
	if (good)
		result_show(&shrink, path, ops, seconds_now() - start);
	session_close(&session);
	free(shrink.rule);
	free(path);
	case_free(&file);
	return good ? 0 : error_print(&error);
}
