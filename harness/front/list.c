/* list: the targets of this host, or why not. */
/* SPDX-License-Identifier: MIT */
#include "guest.h"
#include "json_report.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *switches_json(const struct session *session)
{
	json_t *object = json_object();

	for (uint32_t i = 0; i < session->tables->param_count; i++)
		if (!session->tables->param[i].setting)
			(void)json_object_set_new(object, session->tables->param[i].name,
						  json_integer((json_int_t)param_get(
						      session->tables, i, session->rules)));
	return object;
}

static const char *row_text(const json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

static void row_print(const json_t *row)
{
	const char *name, *package = row_text(row, "package"), *build = row_text(row, "build_id");
	json_t *value;

	if (!json_is_true(json_object_get(row, "available"))) {
		(void)printf("%-18s not here: %s\n", row_text(row, "target"),
			     row_text(row, "why_not"));
		return;
	}
	(void)printf("%-18s %s\n", row_text(row, "target"), row_text(row, "version"));
	if (package[0] != '\0')
		(void)printf("  package  %s\n", package);
	if (build[0] != '\0')
		(void)printf("  build-id %s\n", build);
	(void)printf("  profile  %s:", row_text(row, "profile"));
	json_object_foreach(json_object_get(row, "switches"), name, value)(void)
	    printf(" %s=%" JSON_INTEGER_FORMAT, name, json_integer_value(value));
	(void)putchar('\n');
	if (row_text(row, "skips")[0] != '\0')
		(void)printf("  skips    %s\n", row_text(row, "skips"));
}

static json_t *target_row(const struct target_entry *target, const struct options *options)
{
	struct session session;
	struct error error;
	json_t *row;

	if (!session_open(&session, target, options->fault, options, &error))
		return json_pack("{s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:{}, s:s, s:o}", "target",
				 target->name, "domain", target->domain, "available", 0, "version",
				 "", "package", "", "build_id", "", "profile", "", "switches",
				 "skips", "", "why_not", json_text(error.text));
	row = json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "target",
			target->name, "domain", target->domain, "available", 1, "version",
			json_text(session.info.version), "package", json_text(session.info.package),
			"build_id", json_text(session.info.build_id), "profile",
			json_text(session_profile(&session)), "switches", switches_json(&session),
			"skips", json_text(session.info.skips), "why_not", "");
	session_close(&session);
	return row;
}

/*
 * A guest takes seconds to boot: what it said is kept beside its kernel, until that, QEMU, the worker or the way it is
 * booted is another.
 */
static json_t *guest_row(const struct target_entry *target, const struct options *options)
{
	char *worker = worker_path(target, NULL), *path = guest_file(target->release, "list.json");
	char *key = guest_key(target->release, worker);
	json_t *kept = json_load_file(path, 0, NULL), *row;
	bool plain = options->fault == NULL && options->profile == NULL &&
		     options->assign_count == 0 && key != NULL;

	if (plain && json_is_string(json_object_get(kept, "key")) &&
	    strcmp(row_text(kept, "key"), key) == 0) {
		row = json_incref(json_object_get(kept, "row"));
	} else {
		json_t *fresh;

		row = target_row(target, options);
		fresh = json_pack("{s:s, s:O}", "key", key ? key : "", "row", row);
		if (plain && json_is_true(json_object_get(row, "available")))
			(void)json_dump_file(fresh, path, 0);
		json_decref(fresh);
	}
	json_decref(kept);
	free(key);
	free(path);
	free(worker);
	return row;
}

static void row_add(json_t *targets, json_t *row)
{
	row_print(row);
	(void)fflush(stdout); /* the next one may take its time */
	(void)json_array_append_new(targets, row);
}

static void guests_add(json_t *targets, const struct target_entry *base,
		       const struct options *options)
{
	for (size_t i = 0; guest_releases[i] != NULL; i++) {
		char *name = text_format("%s@%s", base->name, guest_releases[i]);

		row_add(targets, guest_row(target_lookup(name), options));
		free(name);
	}
}

/* Kernel code of the releases that were built. */
static void sources_add(json_t *targets, const struct target_entry *base,
			const struct options *options)
{
	for (size_t i = 0; guest_releases[i] != NULL; i++) {
		char *name = text_format("%s@%s", base->name, guest_releases[i]);
		const struct target_entry *target = target_lookup(name);
		char *worker = target ? worker_path(target, NULL) : NULL;

		if (target != NULL && access(worker, X_OK) == 0)
			row_add(targets, target_row(target, options));
		free(worker);
		free(name);
	}
}

static void targets_add(json_t *targets, const struct options *options)
{
	for (const struct target_entry *at = target_entries; at->name != NULL; at++)
		if (!target_is_model(at))
			row_add(targets, target_row(at, options));
	for (const struct target_entry *at = target_entries;
	     at->name != NULL && !options->no_guests; at++)
		if (target_is_source(at))
			sources_add(targets, at, options);
	for (const struct target_entry *at = guest_entries; at->name != NULL && !options->no_guests;
	     at++)
		guests_add(targets, at, options);
}

int command_list(const struct options *options)
{
	const struct target_entry *named = options->target ? target_lookup(options->target) : NULL;
	json_t *document = json_document(), *targets = json_array();
	struct error error;

	if (options->target == NULL)
		targets_add(targets, options);
	else if (named != NULL)
		row_add(targets, target_row(named, options));
	(void)json_object_set_new(document, "targets", targets);
	return json_publish(document, options, &error) ? 0 : error_print(&error);
}
