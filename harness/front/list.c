/* list: the targets of this host, or why not. */
/* SPDX-License-Identifier: MIT */
#include "json_report.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

static void target_print(const struct session *session)
{
	const struct tables *tables = session->tables;

	(void)printf("%-18s %s\n", session->target->name, session->info.version);
	if (session->info.package[0] != '\0')
		(void)printf("  package  %s\n", session->info.package);
	if (session->info.build_id[0] != '\0')
		(void)printf("  build-id %s\n", session->info.build_id);
	(void)printf("  profile  %s:", session_profile(session));
	for (uint32_t i = 0; i < tables->param_count; i++)
		if (!tables->param[i].setting)
			(void)printf(" %s=%" PRIu64, tables->param[i].name,
				     param_get(tables, i, session->rules));
	(void)putchar('\n');
	if (session->info.skips[0] != '\0')
		(void)printf("  skips    %s\n", session->info.skips);
}

static json_t *target_list(const struct target_entry *target, const struct options *options)
{
	struct session session;
	struct error error;
	json_t *row;

	if (!session_open(&session, target, options->fault, options, &error)) {
		(void)printf("%-18s not here: %s\n", target->name, error.text);
		return json_pack("{s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:{}, s:s, s:o}", "target",
				 target->name, "domain", target->domain, "available", 0, "version",
				 "", "package", "", "build_id", "", "profile", "", "switches",
				 "skips", "", "why_not", json_text(error.text));
	}
	target_print(&session);
	row = json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "target",
			target->name, "domain", target->domain, "available", 1, "version",
			json_text(session.info.version), "package", json_text(session.info.package),
			"build_id", json_text(session.info.build_id), "profile",
			json_text(session_profile(&session)), "switches", switches_json(&session),
			"skips", json_text(session.info.skips), "why_not", "");
	session_close(&session);
	return row;
}

int command_list(const struct options *options)
{
	json_t *document = json_document(), *targets = json_array();
	struct error error;

	for (const struct target_entry *at = target_entries; at->name != NULL; at++)
		if (options->target != NULL ? target_lookup(options->target) == at
					    : !target_is_model(at))
			(void)json_array_append_new(targets, target_list(at, options));
	(void)json_object_set_new(document, "targets", targets);
	return json_publish(document, options, &error) ? 0 : error_print(&error);
}
