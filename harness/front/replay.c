/* replay: cases from files, on their targets, with what they expect. */
/* SPDX-License-Identifier: MIT */
#include "json_report.h"
#include "form.h"
#include "subject.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SESSIONS_MAX 16u

/* What replay has of one target. */
struct replay_target {
	struct session session;
	struct finding_list findings;
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

/* What an expectation said and what both sides show instead. */
static void stale_show(const char *path, const struct case_file *file,
		       const struct sighting *sighting)
{
	const uint8_t *record = file->records + (size_t)sighting->stale.record * OP_BYTES;
	const struct stale *stale = &sighting->stale;

	(void)printf("stale expectation %s: op %u", path,
		     case_op_number(file, sighting->stale.record));
	if (record[0] == OP_CELL) {
		const struct field_row *field = &file->tables->field[record[1]];
		char want[FORM_TEXT_MAX], seen[FORM_TEXT_MAX];

		(void)printf(", %s: the case expects %s, both sides show %s\n", field->name,
			     cell_print(file->tables, field, stale->expected, want),
			     cell_print(file->tables, field, stale->actual, seen));
		return;
	}
	(void)printf(": the case expects 0x%" PRIx64 ", both sides show 0x%" PRIx64 "%s\n",
		     stale->expected, stale->actual,
		     stale->actual == CELL_ABSENT ? " (the op was skipped)" : "");
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

static void agree_show(const struct replay_target *target, const char *path,
		       const struct case_file *file)
{
	const char *known = meta_get(file, "known"), *fault = meta_get(file, "fault");

	(void)printf("agree %s (%u ops)\n", path, case_ops(file));
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

/* Counts every op of a case whose preconditions are not met. */
static void case_skip(struct replay_target *target, const char *path, const struct case_file *file,
		      const char *need)
{
	struct totals *totals = &target->session.totals;
	uint32_t ops = case_ops(file);
	const char *value = need + strlen(need) + 1;
	char *key = text_format("need.%s", need);

	value = meta_get(file, key);
	totals->cases++;
	totals->ops += ops;
	totals->verdict[VERDICT_SKIPPED] += ops;
	totals->skipped_by[SKIP_PRECONDITION] += ops;
	(void)printf("skipped %s: needs %s=%s, which %s does not have\n", path, need, value,
		     target->session.target->name);
	free(key);
}

static int case_replay(struct replay *replay, const char *path, const struct case_file *file,
		       const struct target_entry *entry, struct error *error)
{
	struct replay_target *target = replay_target(replay, entry, error);
	const struct options *options = replay->options;
	double start = seconds_now();
	struct sighting sighting;
	const char *need;
	bool good;

	if (target == NULL)
		return 2;
	need = session_needs(&target->session, file);
	if (need != NULL) {
		case_skip(target, path, file, need);
		return 0;
	}
	good = session_case(&target->session, file,
			    options->level_given ? options->level : STATE_FULL, &sighting, error);
	target->seconds += seconds_now() - start;
	if (!good)
		return 2;
	if (sighting.kind == SIGHTING_NONE) {
		agree_show(target, path, file);
		return 0;
	}
	if (sighting.kind == SIGHTING_STALE)
		stale_show(path, file, &sighting);
	else
		difference_show(path, file, &sighting,
				finding_note(&target->findings, path, file, &sighting));
	return 1;
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

		(void)json_array_append_new(
		    results,
		    json_result(&target->session, 0, target->seconds, cpu, &target->findings));
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
