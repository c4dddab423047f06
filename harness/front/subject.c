/* A case from a file together with the target that it is for. */
/* SPDX-License-Identifier: MIT */
#include "subject.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool target_built(const struct target_entry *target)
{
	char *path = worker_path(target, NULL);
	bool built = access(path, X_OK) == 0;

	free(path);
	return built;
}

/* Can it run here? Asked when nobody named a target, once for all cases. */
static bool target_runs(const struct target_entry *target, const struct options *options)
{
	static const struct target_entry *runs;

	if (target != runs && target_built(target) && session_able(target, options->hang_seconds))
		runs = target;
	return target == runs;
}

/* The recorded target, else the domain's first one that can run here, else its default, which says why it cannot. */
static const struct target_entry *target_choose(const struct case_file *file,
						const struct options *options)
{
	const char *recorded = meta_get(file, "target");
	const struct target_entry *target = recorded ? target_lookup(recorded) : NULL;

	/* A program of this domain runs on the running kernel. */
	if (options->program && strcmp(file->tables->name, "vma") == 0)
		return target_lookup("vma/live");
	if (target != NULL && strcmp(target->domain, file->tables->name) == 0 &&
	    target_built(target))
		return target;
	for (target = target_entries; target->name != NULL; target++)
		if (strcmp(target->domain, file->tables->name) == 0 && !target_is_model(target) &&
		    target_runs(target, options))
			return target;
	return target_default(file->tables->name);
}

bool subject_load(const char *path, const struct options *options, struct case_file *file,
		  const struct target_entry **target, struct error *error)
{
	const struct target_entry *chosen = NULL;
	const struct tables *raw = NULL;

	if (options->target != NULL) {
		chosen = target_named(options->target, error);
		if (chosen == NULL)
			return false;
		raw = domain_find(chosen->domain);
	}
	if (!case_load(path, raw, file, error))
		return false;
	if (chosen == NULL && target != NULL)
		chosen = target_choose(file, options);
	if (target != NULL)
		*target = chosen;
	if (chosen == NULL && target != NULL)
		error_set(error, "%s: domain %s has no target", path, file->tables->name);
	else if (chosen != NULL && strcmp(chosen->domain, file->tables->name) != 0)
		error_set(error, "%s is of domain %s, target %s is of domain %s", path,
			  file->tables->name, chosen->name, chosen->domain);
	else
		return true;
	case_free(file);
	return false;
}

bool subject_rules(struct session *session, const struct case_file *file, struct error *error)
{
	const char *known = meta_get(file, "known");

	for (uint32_t i = 0; i < file->meta_count; i++)
		if (strncmp(file->meta[i].key, "rule.", 5) == 0 &&
		    !session_override(session, file->meta[i].key + 5, file->meta[i].value, error))
			return false;
	return known == NULL || session->fault != NULL || param_find(session->tables, known) < 0 ||
	       session_override(session, known, "off", error);
}

const char *subject_known(const struct session *session, const struct case_file *file)
{
	const char *known = meta_get(file, "known");
	int param = known != NULL ? param_find(session->tables, known) : -1;

	for (uint32_t i = 0; i < session->override_count; i++)
		if ((int)session->override[i].param == param && session->override[i].value == 0)
			return known;
	return NULL;
}

bool subject_agrees(const struct session *session, const struct case_file *file, const char *path,
		    struct error *error)
{
	const char *known = subject_known(session, file);

	if (known != NULL)
		return error_set(error, "%s: %s does not show the known defect %s", path,
				 session->target->name, known);
	return error_set(error,
			 "%s: model and %s agree, there is nothing to show; give the --fault or "
			 "--rule under which it differs",
			 path, session->target->name);
}

bool subject_open(const struct options *options, struct case_file *file, struct session *session,
		  struct error *error)
{
	const struct target_entry *target;
	const char *fault = options->fault;
	char *need;

	if (!subject_load(options->arg[0], options, file, &target, error))
		return false;
	if (fault == NULL)
		fault = meta_get(file, "fault");
	if (!session_open(session, target, fault, options, error)) {
		case_free(file);
		return false;
	}
	need = session_needs(session, file);
	if (need != NULL)
		error_set(error, "%s needs %s", options->arg[0], need);
	else if (options->assign_count != 0 || options->profile != NULL ||
		 subject_rules(session, file, error))
		return true;
	free(need);
	session_close(session);
	case_free(file);
	return false;
}

const struct profile_entry *subject_profile(const struct tables *tables, const char *name,
					    struct error *error)
{
	const struct profile_entry *profile = profile_find(tables->name, name);
	char *known;

	if (profile != NULL)
		return profile;
	known = profile_names(tables->name);
	error_set(error, "unknown profile `%.60s`; known for %s: %s", name ? name : "",
		  tables->name, known);
	free(known);
	return NULL;
}

const struct target_entry *subject_alone(const struct profile_entry *profile,
					 const struct options *options, struct error *error)
{
	char *name = text_format("%s/model%s%s", profile->domain, profile->switches[0] ? "@" : "",
				 profile->switches);
	const struct target_entry *target;

	for (uint32_t i = 0; i < options->assign_count; i++) {
		const struct assign *assign = &options->assign[i];
		char *longer;

		if (assign->setting)
			continue;
		longer = text_format("%s%s%s", name, strchr(name, '@') ? "," : "@", assign->name);
		free(name);
		name = longer;
	}
	for (char *at = strchr(name, ' '); at != NULL; at = strchr(at, ' '))
		*at = ',';
	target = target_lookup(name);
	free(name);
	if (target == NULL)
		error_set(error, "domain %s has no model to ask: run `make`", profile->domain);
	return target;
}
