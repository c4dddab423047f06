/* show and encode: between the two forms of a case. */
/* SPDX-License-Identifier: MIT */
#include "case_file.h"
#include "file.h"
#include "options.h"
#include "registry.h"
#include <stdlib.h>

/* The domain that raw input is read in: that of --target. */
static bool raw_domain(const struct options *options, const struct tables **tables,
		       struct error *error)
{
	const struct target_entry *target;

	*tables = NULL;
	if (options->target == NULL)
		return true;
	target = target_named(options->target, error);
	if (target != NULL)
		*tables = domain_find(target->domain);
	return target != NULL;
}

int command_show(const struct options *options)
{
	const struct tables *raw;
	struct case_file file;
	struct error error;
	size_t size;
	char *text;
	bool good;

	if (!raw_domain(options, &raw, &error) || !case_load(options->arg[0], raw, &file, &error))
		return error_print(&error);
	text = case_to_text(&file, &size);
	good = file_write(options->out_file ? options->out_file : "-", text, size, &error);
	free(text);
	case_free(&file);
	return good ? 0 : error_print(&error);
}

int command_encode(const struct options *options)
{
	const struct tables *raw;
	struct case_file file;
	struct error error;
	uint8_t *data;
	size_t size;
	bool good;

	if (options->out_file == NULL) {
		error_set(&error, "usage: memoracle encode FILE.ops -o FILE");
		return error_print(&error);
	}
	if (!raw_domain(options, &raw, &error) || !case_load(options->arg[0], raw, &file, &error))
		return error_print(&error);
	data = case_to_bytes(&file, &size);
	good = file_write(options->out_file, data, size, &error);
	free(data);
	case_free(&file);
	return good ? 0 : error_print(&error);
}
