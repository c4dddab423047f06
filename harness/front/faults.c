/* faults: the rows of a domain's fault.def. */
/* SPDX-License-Identifier: MIT */
#include "json_report.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *fault_json(const struct fault_entry *fault)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "name", fault->name, "domain",
			 fault->domain, "file", fault->file, "function", fault->function, "rule",
			 fault->rule, "equivalent",
			 fault->argument ? json_text(fault->argument) : json_null());
}

int command_faults(const struct options *options)
{
	json_t *document, *faults;
	struct error error;

	if (domain_find(options->arg[0]) == NULL) {
		char *known = domain_names();

		error_set(&error, "unknown domain `%.60s`; known: %s", options->arg[0], known);
		free(known);
		return error_print(&error);
	}
	document = json_document();
	faults = json_array();
	for (const struct fault_entry *at = fault_entries; at->name != NULL; at++) {
		if (strcmp(at->domain, options->arg[0]) != 0)
			continue;
		(void)printf("%-28s %s:%s  rule %s%s%s\n", at->name, at->file, at->function,
			     at->rule, at->argument ? "  equivalent: " : "",
			     at->argument ? at->argument : "");
		(void)json_array_append_new(faults, fault_json(at));
	}
	(void)json_object_set_new(document, "faults", faults);
	return json_publish(document, options, &error) ? 0 : error_print(&error);
}
