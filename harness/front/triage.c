/* triage: the causes of findings. Files are grouped by target and conditions, each group goes through the steps. */
/* SPDX-License-Identifier: MIT */
#include "triage.h"
#include "file.h"
#include "json_report.h"
#include "subject.h"
#include "trace.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIE_OPS 20000u
#define CONFIRM_OPS 100000u
#define CAMPAIGN_SECONDS 3.0 /* at the end of a campaign */

bool triage_time_is_up(const struct triage *triage)
{
	return triage->limits.seconds > 0 &&
	       seconds_now() - triage->started > triage->limits.seconds;
}

/* A file that is there by another name already. */
static bool is_known(const struct triage *triage, const char *path)
{
	struct stat now, other;

	if (stat(path, &now) != 0)
		return false;
	for (uint32_t i = 0; i < triage->finding_count; i++)
		if (stat(triage->finding[i].path, &other) == 0 && other.st_dev == now.st_dev &&
		    other.st_ino == now.st_ino)
			return true;
	return false;
}

static bool file_add(struct triage *triage, const char *path, struct error *error)
{
	struct triage_finding finding = { .path = NULL };

	if (is_known(triage, path))
		return true;
	if (!subject_load(path, triage->options, &finding.file, &finding.target, error))
		return false;
	if (trace_long(&finding.file)) {
		error_set(error, "%s: a case of %u records is too long for triage: shrink it", path,
			  finding.file.record_count);
		case_free(&finding.file);
		return false;
	}
	finding.path = text_format("%s", path);
	triage->finding = memory_grow(triage->finding, triage->finding_count + 1, sizeof(finding));
	triage->finding[triage->finding_count++] = finding;
	return true;
}

static int is_case(const struct dirent *entry)
{
	return text_ends(entry->d_name, ".case") || text_ends(entry->d_name, ".ops");
}

static bool folder_add(struct triage *triage, const char *path, struct error *error)
{
	struct dirent **entry;
	int count = scandir(path, &entry, is_case, alphasort);
	bool good = count >= 0 || error_set(error, "cannot read the folder %s", path);

	for (int i = 0; i < count; i++) {
		char *file = text_format("%s/%s", path, entry[i]->d_name);

		good = good && file_add(triage, file, error);
		free(file);
		free(entry[i]);
	}
	if (count >= 0)
		free(entry);
	return good;
}

bool triage_add(struct triage *triage, const char *path, struct error *error)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode) ? folder_add(triage, path, error)
								   : file_add(triage, path, error);
}

/* What the model was told when the finding was made, as text: findings of one group share a session. */
static char *conditions_of(const struct triage_finding *finding, const char *fault)
{
	const struct case_file *file = &finding->file;
	char *text = text_format("%s %s", finding->target->name, fault ? fault : "");

	for (uint32_t i = 0; i < file->meta_count; i++) {
		char *longer;

		if (strncmp(file->meta[i].key, "rule.", 5) != 0 &&
		    strcmp(file->meta[i].key, "known") != 0)
			continue;
		longer = text_format("%s %s=%s", text, file->meta[i].key, file->meta[i].value);
		free(text);
		text = longer;
	}
	return text;
}

static void group_add(struct triage *triage, struct triage_finding *finding)
{
	const char *fault = triage->options->fault;
	struct triage_group *group;
	char *conditions;
	uint32_t i = 0;

	if (fault == NULL)
		fault = meta_get(&finding->file, "fault");
	if (fault != NULL && strcmp(fault, "none") == 0)
		fault = NULL;
	conditions = conditions_of(finding, fault);
	while (i < triage->group_count && strcmp(triage->group[i].conditions, conditions) != 0)
		i++;
	if (i == triage->group_count) {
		triage->group = memory_grow(triage->group, i + 1, sizeof(*group));
		triage->group_count++;
		triage->group[i] = (struct triage_group){ .target = finding->target,
							  .conditions = conditions,
							  .fault = fault };
	} else {
		free(conditions);
	}
	group = &triage->group[i];
	group->finding = memory_grow(group->finding, group->finding_count + 1, sizeof(finding));
	group->finding[group->finding_count++] = finding;
}

/* Is there a cause for every finding? */
static bool causes_suffice(const struct triage_group *group)
{
	for (uint32_t i = 0; i < group->finding_count; i++) {
		uint32_t k = 0;

		while (k < group->cause_count && !group->cause[k].explains[i])
			k++;
		if (group->finding[i]->state == TRIAGE_DIFFERS && k == group->cause_count)
			return false;
	}
	return true;
}

static void step_try(struct triage *triage, struct triage_group *group,
		     void (*causes_add)(struct triage_group *group))
{
	uint32_t first = group->cause_count;

	causes_add(group);
	if (triage->limits.link)
		workers_link(triage, group);
	group_try(triage, group, first);
}

/* Each step is for what those before it do not explain. */
static bool group_run(struct triage *triage, struct triage_group *group, struct error *error)
{
	if (!group_open(group, triage->options, error))
		return false;
	if (!causes_suffice(group))
		step_try(triage, group, group_undoes);
	if (!causes_suffice(group))
		step_try(triage, group, group_causes);
	if (!group_cover(triage, group, error))
		return false;
	if (!causes_suffice(group))
		step_try(triage, group, group_pairs);
	return group_cover(triage, group, error) && group_together(triage, group, error);
}

bool triage_run(struct triage *triage, struct error *error)
{
	bool good = true;

	triage->started = seconds_now();
	triage->progress = isatty(STDERR_FILENO) != 0;
	for (uint32_t i = 0; i < triage->finding_count; i++)
		group_add(triage, &triage->finding[i]);
	for (uint32_t i = 0; good && i < triage->group_count; i++)
		good = group_run(triage, &triage->group[i], error);
	triage->seconds = seconds_now() - triage->started;
	return good;
}

static void group_free(struct triage_group *group)
{
	session_close(&group->session);
	if (group->other_open)
		session_close(&group->other);
	for (uint32_t i = 0; i < group->cause_count; i++) {
		free(group->cause[i].explains);
		free(group->cause[i].moves);
	}
	if (group->together != NULL)
		free(group->together->explains);
	free(group->together);
	free(group->cause);
	free(group->named);
	free(group->finding);
	free(group->conditions);
}

void triage_free(struct triage *triage)
{
	for (uint32_t i = 0; i < triage->group_count; i++)
		group_free(&triage->group[i]);
	for (uint32_t i = 0; i < triage->finding_count; i++) {
		case_free(&triage->finding[i].file);
		free(triage->finding[i].path);
	}
	free(triage->group);
	free(triage->finding);
}

int command_triage(const struct options *options)
{
	struct triage triage = {
		.options = options,
		.limits = { .link = true,
			    .tie_ops = TIE_OPS,
			    .confirm_ops = options->ops ? options->ops : CONFIRM_OPS,
			    .seconds = options->seconds },
	};
	struct error error;
	int status = 0;

	for (int i = 0; i < options->arg_count; i++)
		if (!triage_add(&triage, options->arg[i], &error))
			status = error_print(&error);
	if (!triage_run(&triage, &error))
		status = error_print(&error);
	if (status == 0)
		status = triage_status(&triage);
	triage_print(&triage);
	if (!json_publish(triage_json(&triage, status), options, &error))
		status = error_print(&error);
	triage_free(&triage);
	return status;
}

void triage_campaign(const struct finding_list *findings, double hang_seconds)
{
	const struct options options = { .hang_seconds = hang_seconds };
	struct triage triage = {
		.options = &options,
		.limits = { .tie_ops = TIE_OPS, .seconds = CAMPAIGN_SECONDS },
	};
	struct error error;
	bool good = true;

	for (uint32_t i = 0; good && i < findings->count; i++)
		good = triage_add(&triage, findings->finding[i].path, &error);
	if (good && triage_run(&triage, &error))
		triage_print(&triage);
	else
		(void)error_print(&error);
	triage_free(&triage);
}

void triage_explain(const struct options *options)
{
	struct triage triage = { .options = options, .limits = { .seconds = CAMPAIGN_SECONDS } };
	struct error error;

	if (triage_add(&triage, options->arg[0], &error) && triage_run(&triage, &error))
		triage_causes_print(&triage);
	triage_free(&triage);
}
