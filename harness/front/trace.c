/* Cases of any length, in parts. */
/* SPDX-License-Identifier: MIT */
#include "trace.h"
#include <stdlib.h>
#include <string.h>

#define FINER 256u /* where a part differs, it is run again in so many */

bool trace_long(const struct case_file *file)
{
	return file->record_count > BATCH_RECORDS_MAX;
}

/* Where a part of at most @most records from @from on ends: before an op, so that it has all that belongs to its last. */
static uint32_t part_end(const struct case_file *file, uint32_t from, uint32_t most)
{
	uint32_t end = from + most;

	if (file->record_count - from <= most)
		return file->record_count;
	while (end > from + 1 && file->records[(size_t)end * OP_BYTES] >= OP_META)
		end--;
	return end;
}

/* The next part by the plan: those before plan->from end there. */
static uint32_t plan_end(const struct case_file *file, const struct trace_plan *plan, uint32_t from)
{
	uint32_t most =
	    plan->part != 0 && plan->part < BATCH_RECORDS_MAX ? plan->part : BATCH_RECORDS_MAX;

	if (plan->fine != 0 && from >= plan->from)
		most = plan->fine;
	else if (plan->fine != 0 && plan->from - from < most)
		most = plan->from - from;
	return part_end(file, from, most);
}

static void stale_add(struct stale *sum, const struct stale *part, uint32_t base)
{
	for (uint32_t i = 0; i < part->count && i < STALE_MAX; i++)
		if (sum->count + i < STALE_MAX) {
			sum->record[sum->count + i] = base + part->record[i];
			sum->actual[sum->count + i] = part->actual[i];
			sum->note[sum->count + i] = part->note[i];
		}
	sum->count += part->count;
	sum->unchecked += part->unchecked;
}

/* Adds what a part showed to the sums of those before; what is no sum is the last part's. */
static void part_add(struct result *sum, const struct result *part, uint32_t base)
{
	result_add(sum, part);
	if (sum->skipped_first == 0 && part->skipped_first != 0)
		sum->skipped_first = base + part->skipped_first;
	stale_add(&sum->stale, &part->stale, base);
	sum->difference = part->difference;
	sum->note_count = part->note_count;
}

static bool part_run(struct session *session, const struct case_file *file, uint32_t from,
		     uint32_t end, enum state_level level, struct sighting *sighting,
		     struct error *error)
{
	struct request *request = session_begin(session, level);

	request->strict = 1;
	request->resume = from > 0;
	request->more = end < file->record_count;
	request->dump = 1;
	request->wf_every = 1;
	return session_one(session, file->records + (size_t)from * OP_BYTES, end - from, sighting,
			   error);
}

bool trace_run(struct session *session, const struct case_file *file, enum state_level level,
	       const struct trace_plan *plan, struct sighting *sighting, struct error *error)
{
	struct case_file part = *file;
	struct result *result = &session->worker.box->result;
	size_t bytes = offsetof(struct result, note);
	struct result *sum = memory_new(1, bytes);
	uint32_t from = 0, end;
	bool good;

	if (plan->end != 0)
		case_cut(&part, plan->end - 1);
	do {
		end = plan_end(&part, plan, from);
		good = part_run(session, &part, from, end, level, sighting, error);
		part_add(sum, result, from);
		session->note_base = from;
		if (good && plan->ended != NULL)
			plan->ended(plan->context, session, from, end - from);
		if (good && sighting->kind != SIGHTING_NONE) {
			sighting->record += from;
			break;
		}
		case_drop(&part, part.records + (size_t)from * OP_BYTES,
			  (size_t)(end - from) * OP_BYTES);
		from = end;
	} while (good && from < part.record_count);
	memcpy(result, sum, bytes);
	sighting->stale = sum->stale;
	free(sum);
	return good;
}

/* Shows the difference only when a part ends, so that any op of the part may have made it? */
static bool is_late(const struct sighting *sighting)
{
	return sighting->kind == SIGHTING_DIFFERENCE &&
	       sighting->difference.kind >= DIFFERENCE_CELL;
}

bool trace_prefix(struct session *session, const struct case_file *file, enum state_level level,
		  const struct trace_plan *plan, struct sighting *sighting, struct error *error)
{
	struct trace_plan finer = { .part = plan->part };
	struct totals totals;

	if (!trace_run(session, file, level, plan, sighting, error))
		return false;
	if (plan_end(file, plan, 0) == file->record_count)
		return true;
	totals = session->totals; /* what is run again does not count */
	for (uint32_t size = BATCH_RECORDS_MAX / FINER; is_late(sighting) && size > 0;
	     size /= FINER) {
		finer.end = sighting->record + 1;
		finer.from = session->note_base;
		finer.fine = size;
		if (!trace_run(session, file, level, &finer, sighting, error))
			return false;
	}
	session->totals = totals;
	return true;
}
