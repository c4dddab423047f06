/* replay: cases from files, on their targets, with what they expect. */
/* SPDX-License-Identifier: MIT */
#include "exact.h"
#include "json_report.h"
#include "stale.h"
#include "subject.h"
#include "trace.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SESSIONS_MAX 16u

/* What replay has of one target. */
struct replay_target {
	struct session session;
	struct finding_list findings;
	struct stale_list stale;
	double seconds, cpu_start;
};

struct replay {
	const struct options *options;
	struct replay_target *target[SESSIONS_MAX];
	uint32_t target_count;
};

/* Says what the model was told, where it was told anything. */
static void overrides_show(const struct session *session)
{
	if (session->override_count == 0 && session->fault == NULL)
		return;
	(void)printf("%s with", session->target->name);
	for (uint32_t i = 0; i < session->override_count; i++)
		(void)printf(" %s=%" PRIu64,
			     session->tables->param[session->override[i].param].name,
			     session->override[i].value);
	if (session->fault != NULL)
		(void)printf(" fault %s", session->fault);
	(void)putchar('\n');
}

static struct replay_target *replay_target(struct replay *replay, const struct target_entry *entry,
					   struct error *error)
{
	struct replay_target *target;

	for (uint32_t i = 0; i < replay->target_count; i++)
		if (replay->target[i]->session.target == entry)
			return replay->target[i];
	if (replay->target_count == SESSIONS_MAX) {
		error_set(error, "more than %u targets in one call", SESSIONS_MAX);
		return NULL;
	}
	target = memory_new(1, sizeof(*target));
	if (!session_open(&target->session, entry, replay->options->fault, replay->options,
			  error)) {
		free(target);
		return NULL;
	}
	target->cpu_start = session_cpu_seconds(&target->session);
	overrides_show(&target->session);
	replay->target[replay->target_count++] = target;
	return target;
}

static void difference_show(const char *path, const struct case_file *file,
			    const struct sighting *sighting, const struct finding *finding)
{
	char *place = sighting_place(file, sighting);

	(void)printf("diverge %s %s: op %u, %s: model %s, target %s%s%s\n", path,
		     finding->signature, finding->op_index, place, finding->want, finding->seen,
		     finding->rule[0] ? ", rule " : "", finding->rule);
	free(place);
}

/* ", 3 skipped: capacity 2, unmodelled 1, from op 4 sbrk" */
static void skipped_show(const struct session *session, const struct case_file *file)
{
	const struct result *result = &session->worker.box->result;
	const struct op_note *note = session_note(session, result->skipped_first - 1);
	uint64_t skipped = result->verdict[VERDICT_SKIPPED];
	const char *between = " ";
	struct op op;

	if (skipped == 0)
		return;
	(void)printf(", %" PRIu64 " skipped:", skipped);
	for (uint32_t i = SKIP_NO + 1; i < SKIP_COUNT; i++)
		if (result->skipped_by[i] > 0) {
			(void)printf("%s%s %" PRIu64, between, skip_name[i], result->skipped_by[i]);
			between = ", ";
		}
	if (result->skipped_first != 0 && case_op(file, result->skipped_first - 1, &op))
		(void)printf(", from op %u %s%s%s", case_op_number(file, result->skipped_first - 1),
			     op.row->name, note != NULL && note->blamed != 0 ? ", by its " : "",
			     note != NULL && note->blamed != 0
				 ? exact_arg_name(file->tables, &op, note->blamed - 1u)
				 : "");
}

/* "(5 ops, 1 skipped: unsupported 1, from op 2 mlock; 2 expectations not checked)" */
static void counts_show(const struct session *session, const struct case_file *file)
{
	const struct result *result = &session->worker.box->result;

	(void)printf("(%u ops", case_ops(file));
	skipped_show(session, file);
	if (result->stale.unchecked > 0)
		(void)printf("; %u expectations not checked", result->stale.unchecked);
	(void)printf(")\n");
}

static void agree_show(const struct replay_target *target, const char *path,
		       const struct case_file *file)
{
	const char *known = meta_get(file, "known"), *fault = meta_get(file, "fault");

	(void)printf("agree %s ", path);
	counts_show(&target->session, file);
	if (known != NULL)
		(void)printf("known: %s\n", known);
	if (fault != NULL && target->session.fault == NULL)
		(void)printf("  found under --fault %s, replayed without\n", fault);
	for (uint32_t i = 0; i < file->meta_count; i++)
		if (strncmp(file->meta[i].key, "rule.", 5) == 0 &&
		    target->session.override_count == 0)
			(void)printf("  found under --rule %s=%s, replayed without\n",
				     file->meta[i].key + 5, file->meta[i].value);
}

static void stale_tell(struct replay_target *target, const char *path, const struct case_file *file,
		       const struct sighting *sighting)
{
	uint32_t before = target->stale.count;
	uint32_t more = stale_collect(&target->stale, path, file, sighting);

	stale_show(&target->stale, before, more);
}

/* Counts every op of a case whose preconditions are not met. */
static void case_skip(struct replay_target *target, const char *path, const struct case_file *file,
		      const char *need)
{
	struct totals *totals = &target->session.totals;
	uint32_t ops = case_ops(file);

	totals->cases++;
	totals->ops += ops;
	totals->verdict[VERDICT_SKIPPED] += ops;
	totals->skipped_by[SKIP_PRECONDITION] += ops;
	(void)printf("skipped %s: needs %s\n", path, need);
}

/* What the run of a case showed. @shown: its name for people. Returns: the exit status. */
static int case_report(struct replay_target *target, const char *path, const char *shown,
		       const struct case_file *file, const struct sighting *sighting)
{
	const struct result *result = &target->session.worker.box->result;

	if (sighting->kind == SIGHTING_NONE && sighting->stale.count == 0) {
		agree_show(target, shown, file);
		return 0;
	}
	if (sighting->kind != SIGHTING_NONE)
		difference_show(shown, file, sighting,
				finding_note(&target->findings, path, file, sighting));
	stale_tell(target, path, file, sighting);
	if (result->verdict[VERDICT_SKIPPED] > 0) {
		(void)printf("  ");
		counts_show(&target->session, file);
	}
	return 1;
}

/* Of a case that ran in parts, the prefix that shows the difference is kept: it is a case of its own. */
static bool prefix_keep(const struct replay *replay, struct replay_target *target,
			const struct case_file *file, const struct sighting *sighting,
			struct error *error)
{
	struct finding_list list = { 0 };
	struct case_file prefix = *file;
	bool good;

	case_cut(&prefix, sighting->record);
	prefix = case_copy(&prefix);
	good = finding_keep(&list, replay->options->out_folder, &prefix, &target->session, sighting,
			    error);
	finding_list_free(&list);
	case_free(&prefix);
	return good;
}

/* A long case is compared as it goes; all else in full after each op, unless --state says otherwise. */
static bool case_run(const struct replay *replay, struct replay_target *target,
		     const struct case_file *file, struct sighting *sighting, struct error *error)
{
	const struct options *options = replay->options;
	struct trace_plan plan = { .part = options->full_every };
	uint32_t level = options->level_given ? options->level
			 : trace_long(file)   ? STATE_TOUCHED
					      : STATE_FULL;

	if (!trace_prefix(&target->session, file, level, &plan, sighting, error))
		return false;
	return sighting->kind == SIGHTING_NONE || !trace_long(file) ||
	       prefix_keep(replay, target, file, sighting, error);
}

static int case_replay(struct replay *replay, const char *path, const struct case_file *file,
		       const struct target_entry *entry, struct error *error)
{
	struct replay_target *target = replay_target(replay, entry, error);
	double start = seconds_now();
	char *shown, *need;
	struct sighting sighting;
	int status = 0;

	if (target == NULL)
		return 2;
	shown = text_quote(path);
	need = session_needs(&target->session, file);
	if (need != NULL)
		case_skip(target, shown, file, need);
	else if (!case_run(replay, target, file, &sighting, error))
		status = 2;
	else
		status = case_report(target, path, shown, file, &sighting);
	target->seconds += seconds_now() - start;
	free(need);
	free(shown);
	return status;
}

static int file_replay(struct replay *replay, const char *path)
{
	const struct target_entry *entry;
	struct case_file file;
	struct error error;
	int status;

	if (!subject_load(path, replay->options, &file, &entry, &error))
		return error_print(&error);
	status = case_replay(replay, path, &file, entry, &error);
	if (status == 2)
		(void)error_print(&error);
	case_free(&file);
	return status;
}

static void replay_end(struct replay *replay, json_t *results)
{
	for (uint32_t i = 0; i < replay->target_count; i++) {
		struct replay_target *target = replay->target[i];
		double cpu = session_cpu_seconds(&target->session) - target->cpu_start;

		json_t *row =
		    json_result(&target->session, 0, target->seconds, cpu, &target->findings);

		(void)json_object_set_new(row, "stale", json_stale(&target->stale));
		(void)json_array_append_new(results, row);
		stale_list_free(&target->stale);
		finding_list_free(&target->findings);
		session_close(&target->session);
		free(target);
	}
}

int command_replay(const struct options *options)
{
	struct replay replay = { .options = options };
	json_t *document = json_document(), *results = json_array();
	struct error error;
	int status = 0;

	for (int i = 0; i < options->arg_count; i++) {
		int one = file_replay(&replay, options->arg[i]);

		status = one > status ? one : status;
	}
	replay_end(&replay, results);
	(void)json_object_set_new(document, "status", json_integer(status));
	(void)json_object_set_new(document, "results", results);
	if (!json_publish(document, options, &error))
		return error_print(&error);
	return status;
}
