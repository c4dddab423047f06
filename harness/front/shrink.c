/* shrink: the smallest case with the same signature and the same rule: fewer ops, then simpler operands. */
/* SPDX-License-Identifier: MIT */
#include "file.h"
#include "finding.h"
#include "shrink.h"
#include "subject.h"
#include "trace.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHRINK_SECONDS 1.5
#define SHORT_ENOUGH 5u
#define SEARCH_SECONDS 0.1 /* then the search goes on another way */
#define SLACK_OPS 2u
#define SLACK_STEPS 8u

/*
 * Candidates are tried under the quicker comparison where it names the same difference. Now and then the
 * result must show it under full state; if not, what was done since was in vain, and is taken back.
 */
static bool shrink_confirm(struct shrink *shrink)
{
	enum state_level level = shrink->level;
	bool open_end = shrink->open_end, holds = level_holds(shrink, STATE_FULL);
	struct case_file *from = holds ? shrink->file : &shrink->confirmed;
	struct case_file *to = holds ? &shrink->confirmed : shrink->file;

	case_free(to);
	*to = case_copy(from);
	shrink->level = level;
	shrink->open_end = open_end;
	return holds;
}

/* Runs @part with a share of the time. If it was in vain, full state is used from now on. */
static void shrink_part(struct shrink *shrink, void (*part)(struct shrink *), double share)
{
	double end = shrink->deadline, now = seconds_now();

	shrink->deadline = now + (end - now) * share;
	part(shrink);
	if (!shrink_confirm(shrink))
		shrink->level = STATE_FULL;
	shrink->deadline = end;
}

static bool records_remove(struct shrink *shrink)
{
	bool any = false;

	for (uint32_t size = shrink->file->record_count / 4; size > 1; size /= 2)
		any = chunks_remove(shrink, size) || any;
	while (chunks_remove(shrink, 1) && !time_is_up(shrink))
		any = true;
	return any;
}

static void shrink_coarsely(struct shrink *shrink)
{
	(void)settings_simplify(shrink);
	for (uint32_t size = shrink->file->record_count / 2; size > 1; size /= 2)
		(void)chunks_remove(shrink, size);
	(void)lifetimes_remove(shrink);
}

/* Rounds of moves, the cheapest first, until none helps or the time is up. */
static void shrink_rounds(struct shrink *shrink)
{
	do
		(void)records_remove(shrink);
	while (!time_is_up(shrink) && (pairs_remove(shrink) || values_enlarge(shrink) ||
				       values_transfer(shrink) || operands_simplify(shrink)));
}

/* The quickest comparison that shows the finding. */
static void level_choose(struct shrink *shrink)
{
	static const struct {
		enum state_level level;
		bool open_end;
	} choice[] = { { STATE_END, true }, { STATE_TOUCHED, true }, { STATE_TOUCHED, false } };

	for (size_t i = 0; i < sizeof(choice) / sizeof(choice[0]); i++) {
		shrink->open_end = choice[i].open_end;
		if (shrink->open_end && trace_long(shrink->file))
			continue; /* its parts end in a comparison all the same */
		if (level_holds(shrink, choice[i].level))
			return;
	}
	(void)level_holds(shrink, STATE_FULL);
}

static bool is_short(const struct shrink *shrink)
{
	return case_ops(shrink->file) <= SHORT_ENOUGH;
}

/* What lies near the best case, step by step, also where it gets no shorter by a step. */
static void search_near(struct shrink *shrink, double seconds)
{
	double end = seconds_now() + seconds;

	while (!time_is_up(shrink) && !is_short(shrink) && seconds_now() < end)
		if (near_search(shrink) && shrink_confirm(shrink))
			(void)chunks_remove(shrink, 1);
	(void)shrink_confirm(shrink);
}

/* A case of another seed that shows the finding, too. */
static bool start_anew(struct shrink *shrink)
{
	double end = seconds_now() + SEARCH_SECONDS;

	while (!time_is_up(shrink) && seconds_now() < end)
		if (short_search(shrink) && shrink_confirm(shrink))
			return true;
	return false;
}

/* The best case, grown by a few ops: the way down may end elsewhere. */
static bool start_grown(struct shrink *shrink)
{
	shrink->slack = SLACK_OPS;
	for (uint32_t i = 0; i < SLACK_STEPS && !time_is_up(shrink); i++)
		(void)near_search(shrink);
	shrink->slack = 0;
	return shrink_confirm(shrink);
}

/* Another case that shows the finding, reduced in its turn; the shorter one is kept. */
static void search_elsewhere(struct shrink *shrink, bool (*start)(struct shrink *))
{
	struct case_file best = case_copy(shrink->file);

	if (start(shrink)) {
		(void)records_remove(shrink);
		(void)shrink_confirm(shrink);
		search_near(shrink, SEARCH_SECONDS);
	}
	if (case_ops(shrink->file) > case_ops(&best)) {
		case_free(shrink->file);
		*shrink->file = case_copy(&best);
		(void)shrink_confirm(shrink);
	}
	case_free(&best);
}

/* A state that took many ops to reach may be reached in another way with a few. */
static void shrink_search(struct shrink *shrink)
{
	while (!time_is_up(shrink) && !is_short(shrink)) {
		search_elsewhere(shrink, start_anew);
		search_near(shrink, SEARCH_SECONDS);
		search_elsewhere(shrink, start_grown);
		search_near(shrink, SEARCH_SECONDS);
	}
}

/* Ops that did nothing, as the last run tells, go first. */
static void shrink_idle(struct shrink *shrink)
{
	size_t bytes = shrink->file->record_count * sizeof(struct op_note);
	struct op_note *note;

	if (trace_long(shrink->file))
		return;
	note = memory_new(bytes, 1);
	memcpy(note, shrink->session->worker.box->result.note, bytes);
	if (!idle_remove(shrink, note, true))
		(void)idle_remove(shrink, note, false);
	free(note);
}

static void shrink_all(struct shrink *shrink)
{
	shrink->confirmed = case_copy(shrink->file);
	level_choose(shrink);
	shrink_idle(shrink);
	shrink_part(shrink, shrink_coarsely, 0.3);
	shrink_part(shrink, shrink_rounds, 0.4);
	if (!is_short(shrink)) {
		shrink_part(shrink, shrink_search, 0.9);
		shrink_part(shrink, shrink_rounds, 1.0);
	}
	(void)level_holds(shrink, STATE_FULL);
	if (!shrink->failed)
		slots_renumber(shrink);
	case_free(&shrink->confirmed);
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

static void result_show(const struct shrink *shrink, const char *path, uint32_t ops, double seconds)
{
	const struct case_file *file = shrink->file;
	char *shown = text_quote(path);
	struct op op;

	(void)printf("%s: %u -> %u ops, %s%s%s, %u runs in %.2f s\n", shown, ops, case_ops(file),
		     shrink->signature, shrink->rule[0] ? ", rule " : "", shrink->rule,
		     shrink->runs, seconds);
	free(shown);
	if (!is_short(shrink) && time_is_up(shrink))
		(void)printf("  the time was up: --time S tries for S seconds\n");
	for (uint32_t i = 0; i < file->record_count; i++) {
		char *text;

		if (!case_op(file, i, &op))
			continue;
		text = op_print(file->tables, &op);
		(void)printf("  %s\n", text);
		free(text);
	}
}

/* Settings under which a field is looked at after every op: its difference then shows where it begins. */
static const struct {
	const char *domain, *field, *setting;
	uint64_t value;
} sights[] = {
	{ "vma", "vm_flags", "smaps", 1 },
};

/*
 * The case with the setting that shows the difference earliest, if there is one for its field. The op that
 * differs, and so the signature, may be another one then.
 */
static bool sight_sharpen(struct shrink *shrink, struct sighting *sighting)
{
	const struct tables *tables = shrink->file->tables;
	struct case_file sharper = case_copy(shrink->file);
	bool good = true;

	for (size_t i = 0; i < sizeof(sights) / sizeof(sights[0]); i++) {
		struct sighting again;

		if (strcmp(sights[i].domain, tables->name) != 0 ||
		    strcmp(sights[i].field, sighting_field(tables, sighting)) != 0)
			continue;
		case_set(&sharper, (uint32_t)param_find(tables, sights[i].setting),
			 sights[i].value);
		good = session_case(shrink->session, &sharper, STATE_FULL, &again, shrink->error);
		if (!good || again.kind != SIGHTING_DIFFERENCE ||
		    strcmp(sights[i].field, sighting_field(tables, &again)) != 0)
			break;
		case_free(shrink->file);
		*shrink->file = case_copy(&sharper);
		*sighting = again;
	}
	case_free(&sharper);
	return good;
}

/* The first look, under full state: there must be something to shrink. */
static bool shrink_begin(struct shrink *shrink, const char *path, double seconds)
{
	double start = seconds_now(), full;
	struct sighting sighting;

	expectations_drop(shrink->file);
	if (!session_case(shrink->session, shrink->file, STATE_FULL, &sighting, shrink->error))
		return false;
	if (sighting.kind == SIGHTING_NONE)
		return subject_agrees(shrink->session, shrink->file, path, shrink->error);
	if (!sight_sharpen(shrink, &sighting))
		return false;
	sighting_signature(shrink->file, &sighting, shrink->signature);
	shrink->rule = text_format("%s", sighting_rule(shrink->file->tables, &sighting));
	case_cut(shrink->file, sighting.record);
	if (sighting.kind == SIGHTING_HANG) /* each run that hangs costs this much */
		shrink->session->hang_seconds = 0.2;
	shrink->fault_rule = fault_rule_find(shrink->session, &sighting);
	shrink->wf_every = sighting.difference.kind == DIFFERENCE_WF;
	full = seconds_now() - start; /* it takes two more of these in the end */
	shrink->deadline = seconds_now() + seconds - (full < 0.4 ? 2 * full : 0.8);
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

	if (options->out_file == NULL && strcmp(options->arg[0], "-") == 0) {
		error_set(&error, "shrink of standard input needs -o OUT");
		return error_print(&error);
	}
	if (!subject_open(options, &file, &session, &error))
		return error_print(&error);
	path = out_path(options);
	ops = case_ops(&file);
	finding_settle(&file, &session);
	good = shrink_begin(&shrink, options->arg[0],
			    options->seconds > 0 ? options->seconds : SHRINK_SECONDS);
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
