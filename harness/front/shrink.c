/* shrink: the smallest case with the same signature and the same rule: fewer ops, then simpler operands. */
/* SPDX-License-Identifier: MIT */
#include "file.h"
#include "finding.h"
#include "shrink.h"
#include "subject.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHRINK_SECONDS 1.5
#define SHORT_ENOUGH 5u
#define FAR_OPS 50u /* states that few short cases reach */
#define LONG_OPS 8u /* above it, other ways to the same finding are looked for */

/*
 * Candidates are tried under the quicker comparison where it names the same difference. At the end of a
 * part the result must show it under full state; if not, the part was in vain, and full state is used
 * from now on.
 */
static void shrink_confirm(struct shrink *shrink, struct case_file *confirmed)
{
	enum state_level level = shrink->level;

	if (level_holds(shrink, STATE_FULL)) {
		case_free(confirmed);
		*confirmed = case_copy(shrink->file);
		shrink->level = level;
		return;
	}
	case_free(shrink->file);
	*shrink->file = case_copy(confirmed);
}

/* Runs @part with a share of the time. */
static void shrink_part(struct shrink *shrink, struct case_file *confirmed,
			void (*part)(struct shrink *), double share)
{
	double end = shrink->deadline, now = seconds_now();

	shrink->deadline = now + (end - now) * share;
	part(shrink);
	shrink_confirm(shrink, confirmed);
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
}

/* Rounds of moves, the cheapest first, until none helps or the time is up. */
static void shrink_rounds(struct shrink *shrink)
{
	do
		(void)records_remove(shrink);
	while (!time_is_up(shrink) && (pairs_remove(shrink) || values_enlarge(shrink) ||
				       values_transfer(shrink) || operands_simplify(shrink)));
}

static void shrink_randomly(struct shrink *shrink)
{
	while (!time_is_up(shrink))
		(void)random_moves(shrink);
}

/* The quickest comparison that shows the finding. */
static void level_choose(struct shrink *shrink)
{
	shrink->open_end = true;
	if (level_holds(shrink, STATE_TOUCHED))
		return;
	shrink->open_end = false;
	if (!level_holds(shrink, STATE_TOUCHED))
		(void)level_holds(shrink, STATE_FULL);
}

/*
 * A state that took many ops to reach may be reached in another way with a few: short cases that show the
 * finding, too, are reduced in their turn, and the shortest of all is kept.
 */
static void shrink_otherwise(struct shrink *shrink)
{
	struct case_file best = case_copy(shrink->file);

	while (!time_is_up(shrink) && case_ops(&best) > SHORT_ENOUGH && short_search(shrink)) {
		while (records_remove(shrink) | values_enlarge(shrink) | values_transfer(shrink) |
		       random_moves(shrink))
			;
		if (case_ops(shrink->file) < case_ops(&best)) {
			case_free(&best);
			best = case_copy(shrink->file);
		}
	}
	case_free(shrink->file);
	*shrink->file = best;
}

static void shrink_all(struct shrink *shrink)
{
	struct case_file confirmed = case_copy(shrink->file);

	level_choose(shrink);
	shrink_part(shrink, &confirmed, shrink_coarsely, 0.3);
	shrink_part(shrink, &confirmed, shrink_rounds, 0.4);
	if (case_ops(shrink->file) > LONG_OPS) {
		bool far = case_ops(shrink->file) > FAR_OPS;

		shrink_part(shrink, &confirmed, far ? shrink_randomly : shrink_otherwise, 0.8);
		shrink_part(shrink, &confirmed, shrink_rounds, 1.0);
	}
	(void)level_holds(shrink, STATE_FULL);
	if (!shrink->failed)
		slots_renumber(shrink);
	case_free(&confirmed);
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
	char *shown = text_quote(path);
	struct op op;

	(void)printf("%s: %u -> %u ops, %s%s%s, %u runs in %.2f s\n", shown, ops, case_ops(file),
		     shrink->signature, shrink->rule[0] ? ", rule " : "", shrink->rule,
		     shrink->runs, seconds);
	free(shown);
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
	double start = seconds_now(), full;
	struct sighting sighting;

	if (!session_case(shrink->session, shrink->file, STATE_FULL, &sighting, shrink->error))
		return false;
	if (sighting.kind == SIGHTING_NONE)
		return subject_agrees(shrink->session, shrink->file, path, shrink->error);
	sighting_signature(shrink->file, &sighting, shrink->signature);
	shrink->rule = text_format("%s", sighting_rule(shrink->file->tables, &sighting));
	if (sighting.record + 1 < shrink->file->record_count)
		shrink->file->record_count = sighting.record + 1;
	if (sighting.kind == SIGHTING_HANG) /* each run that hangs costs this much */
		shrink->session->hang_seconds = 0.2;
	shrink->fault_rule = fault_rule_find(shrink->session, &sighting);
	shrink->wf_every = sighting.difference.kind == DIFFERENCE_WF;
	expectations_drop(shrink->file);
	full = seconds_now() - start; /* it takes two more of these in the end */
	shrink->deadline = seconds_now() + SHRINK_SECONDS - (full < 0.4 ? 2 * full : 0.8);
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
