/* Shrinking: candidates are tried in batches; the first that still shows the finding is adopted. */
/* SPDX-License-Identifier: MIT */
#include "shrink.h"
#include "trace.h"
#include <stdlib.h>
#include <string.h>

#define SLICE_SECONDS 0.03

static bool has_fired(const struct difference *difference, uint32_t rule)
{
	for (uint32_t i = 0; i < difference->fired_count && i < RULES_MAX; i++)
		if (difference->fired[i] == rule)
			return true;
	return false;
}

uint32_t fault_rule_find(const struct session *session, const struct sighting *sighting)
{
	const struct tables *tables = session->tables;
	const struct fault_entry *fault =
	    session->fault ? fault_find(tables->name, session->fault) : NULL;

	for (uint32_t i = 0; fault != NULL && i < tables->rule_count; i++)
		if (strcmp(tables->rule[i].name, fault->rule) == 0 &&
		    has_fired(&sighting->difference, i))
			return i;
	return RULE_NONE;
}

bool time_is_up(const struct shrink *shrink)
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
struct candidate *candidate_new(struct shrink *shrink, uint32_t count)
{
	struct candidate *candidate = &shrink->batch[shrink->batch_count++];

	candidate->records = memory_new(count, OP_BYTES);
	candidate->count = 0;
	return candidate;
}

void candidate_add(struct candidate *candidate, const uint8_t *records, uint32_t count)
{
	if (count > 0)
		memcpy(candidate->records + (size_t)candidate->count * OP_BYTES, records,
		       (size_t)count * OP_BYTES);
	candidate->count += count;
}

/* Of a planted fault the rule is known: it stands for the one cited. */
static bool same_rule(const struct shrink *shrink, const struct sighting *sighting)
{
	if (shrink->fault_rule != RULE_NONE)
		return has_fired(&sighting->difference, shrink->fault_rule);
	return strcmp(sighting_rule(shrink->file->tables, sighting), shrink->rule) == 0;
}

/* The candidate as a case, in its own memory. */
static struct case_file candidate_case(const struct shrink *shrink,
				       const struct candidate *candidate)
{
	return (struct case_file){ .tables = shrink->file->tables,
				   .records = candidate->records,
				   .record_count = candidate->count };
}

static bool same_finding(const struct shrink *shrink, const struct candidate *candidate,
			 const struct sighting *sighting)
{
	struct case_file view = candidate_case(shrink, candidate);
	char signature[SIGNATURE_MAX];

	if (sighting->kind == SIGHTING_NONE)
		return false;
	sighting_signature(&view, sighting, signature);
	return strcmp(signature, shrink->signature) == 0 && same_rule(shrink, sighting);
}

/* The op at record @last is the last one. */
static void candidate_cut(const struct shrink *shrink, struct candidate *candidate, uint32_t last)
{
	struct case_file view = candidate_case(shrink, candidate);

	case_cut(&view, last);
	candidate->count = view.record_count;
}

/* Hands over as many candidates from @from on as take about a slice of time. Returns: the next one. */
static uint32_t batch_fill(struct shrink *shrink, uint32_t from)
{
	struct request *request = session_begin(shrink->session, shrink->level);
	uint32_t most =
	    shrink->run_seconds > 0 ? (uint32_t)(SLICE_SECONDS / shrink->run_seconds) + 1 : 1;
	uint32_t i = from;

	request->wf_every = shrink->wf_every;
	request->open_end = shrink->open_end && shrink->level != STATE_FULL;
	while (i < shrink->batch_count && i - from < most &&
	       session_add(shrink->session, shrink->batch[i].records, shrink->batch[i].count))
		i++;
	return i;
}

/* The mean time of a run, recent ones weighing more. */
static void runs_note(struct shrink *shrink, uint32_t runs, double seconds)
{
	double mean = seconds / runs;

	shrink->runs += runs;
	shrink->run_seconds = shrink->run_seconds > 0 ? (3 * shrink->run_seconds + mean) / 4 : mean;
}

/* A candidate that is too long for a hand-over runs alone. */
static bool long_go(struct shrink *shrink, const struct candidate *candidate,
		    struct sighting *sighting)
{
	static const struct trace_plan whole = { 0 };
	struct case_file view = candidate_case(shrink, candidate);

	return trace_run(shrink->session, &view,
			 shrink->level == STATE_FULL ? STATE_TOUCHED : shrink->level, &whole,
			 sighting, shrink->error);
}

/*
 * Runs candidates up to the first that shows the finding, which is cut behind its op.
 * Returns: its index, or -1.
 */
static int batch_try(struct shrink *shrink)
{
	uint32_t from = 0;

	while (from < shrink->batch_count && !time_is_up(shrink)) {
		uint32_t end = batch_fill(shrink, from);
		double start = seconds_now();
		struct sighting sighting;
		bool good = end > from ? session_go(shrink->session, &sighting, shrink->error)
				       : long_go(shrink, &shrink->batch[end++], &sighting);

		if (!good) {
			shrink->failed = true;
			return -1;
		}
		if (sighting.kind == SIGHTING_NONE) {
			runs_note(shrink, end - from, seconds_now() - start);
			from = end;
			continue;
		}
		runs_note(shrink, sighting.case_index + 1, seconds_now() - start);
		from += sighting.case_index;
		if (same_finding(shrink, &shrink->batch[from], &sighting)) {
			candidate_cut(shrink, &shrink->batch[from], sighting.record);
			return (int)from;
		}
		from++;
	}
	return -1;
}

/* As a case: operands that lost their call are dropped, calls that lost operands get zeros. */
static void candidate_adopt(struct shrink *shrink, const struct candidate *candidate)
{
	struct case_file *file = shrink->file;

	file->record_count = 0;
	case_add_raw(file, candidate->records, candidate->count);
}

/* Tries the batch, adopts what still shows the finding. Returns: the index adopted, or -1. */
int batch_settle(struct shrink *shrink)
{
	int found = batch_try(shrink);

	if (found >= 0)
		candidate_adopt(shrink, &shrink->batch[found]);
	batch_clear(shrink);
	return found;
}

struct candidate *candidate_without(struct shrink *shrink, uint32_t at, uint32_t count)
{
	const struct case_file *file = shrink->file;
	struct candidate *candidate = candidate_new(shrink, file->record_count);
	uint32_t end = at + count < file->record_count ? at + count : file->record_count;

	candidate_add(candidate, file->records, at);
	candidate_add(candidate, file->records + (size_t)end * OP_BYTES, file->record_count - end);
	return candidate;
}

struct candidate *candidate_whole(struct shrink *shrink)
{
	struct candidate *candidate = candidate_new(shrink, shrink->file->record_count);

	candidate_add(candidate, shrink->file->records, shrink->file->record_count);
	return candidate;
}

/* Does the case as it is show the finding at this level? */
bool level_holds(struct shrink *shrink, enum state_level level)
{
	double deadline = shrink->deadline;
	bool holds;

	(void)candidate_whole(shrink);
	shrink->level = level;
	shrink->deadline = seconds_now() + 1e6; /* it must be known */
	holds = batch_settle(shrink) >= 0;
	shrink->deadline = deadline;
	return holds;
}
