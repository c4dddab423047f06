/* show and encode: between the two forms of a case; show also makes JSON for scripts. */
/* SPDX-License-Identifier: MIT */
#include "exact.h"
#include "file.h"
#include "json_report.h"
#include "options.h"
#include "registry.h"
#include <stdlib.h>
#include <string.h>

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

/* Operands are numbers, as the record has them: a slot's number, an enum's value; "text" has the names. */
static json_t *op_json(const struct tables *tables, const struct op *op, uint32_t number)
{
	json_t *args = json_object(), *object;
	char *text = op_print(tables, op);

	for (uint32_t i = 0; i < op->row->arg_count; i++)
		(void)json_object_set_new(args, op->row->arg[i].name, json_number(op->arg[i]));
	object =
	    json_pack("{s:i, s:s, s:b, s:o, s:o, s:[]}", "op", (int)number, "call", op->row->name,
		      "exact", op->exact, "args", args, "text", json_text(text), "expect");
	free(text);
	return object;
}

/* What a record that is no op says of the op before it. */
static void expectation_add(const struct tables *tables, const struct op *op, const uint8_t *record,
			    json_t *to)
{
	const struct cell cell = { .field = record[1],
				   .space = (uint16_t)record_u64(record + 2, 2),
				   .key = (uint32_t)record_u64(record + 4, 4),
				   .value = record_u64(record + 8, 8) };
	json_t *result;

	if (record[0] == OP_CELL) {
		(void)json_array_append_new(json_object_get(to, "expect"),
					    json_cell(tables, &cell));
		return;
	}
	if (record[0] != OP_RESULT)
		return;
	result = json_object();
	json_result_fields(result, tables, op->row, (int32_t)record_u64(record + 2, 4),
			   record_u64(record + 8, 8));
	(void)json_object_set_new(to, "result", result);
}

static json_t *ops_json(const struct case_file *file)
{
	json_t *ops = json_array();
	uint32_t number = 0;
	struct op op = { 0 }, next;

	for (uint32_t i = 0; i < file->record_count; i++) {
		const uint8_t *record = file->records + (size_t)i * OP_BYTES;

		if (case_op(file, i, &next)) {
			op = next;
			(void)json_array_append_new(ops, op_json(file->tables, &op, ++number));
		} else if (number > 0) {
			expectation_add(file->tables, &op, record, json_array_get(ops, number - 1));
		}
	}
	return ops;
}

static json_t *settings_json(const struct case_file *file)
{
	json_t *settings = json_object();

	for (uint32_t i = 0; i < file->record_count; i++) {
		const uint8_t *record = file->records + (size_t)i * OP_BYTES;

		if (record[0] == OP_SET)
			(void)json_object_set_new(settings, file->tables->param[record[2]].name,
						  json_number(record_u64(record + 4, 8)));
	}
	return settings;
}

static char *case_to_json(const struct case_file *file, size_t *size)
{
	json_t *document = json_document(), *meta = json_object();
	char *text;

	for (uint32_t i = 0; i < file->meta_count; i++)
		(void)json_object_set_new(meta, file->meta[i].key, json_text(file->meta[i].value));
	(void)json_object_set_new(document, "domain", json_string(file->tables->name));
	(void)json_object_set_new(document, "meta", meta);
	(void)json_object_set_new(document, "settings", settings_json(file));
	(void)json_object_set_new(document, "ops", ops_json(file));
	text = json_print(document);
	*size = strlen(text);
	return text;
}

/* The case in exact calls, as its domain's model makes them: of any host. */
static bool exact_load(const struct options *options, struct case_file *file, struct error *error)
{
	char *name = text_format("%s/model", file->tables->name);
	const struct target_entry *target = target_named(name, error);
	struct exact_ops exact = { 0 };
	struct session session;
	bool good = false;

	free(name);
	if (target == NULL || !session_open(&session, target, NULL, options, error))
		return false;
	if (file->record_count > OPS_MAX)
		error_set(error, "--exact: more than %u records: shrink the case", OPS_MAX);
	else
		good = exact_ops_find(&exact, &session, file, error);
	if (good)
		exact_case(file, &exact);
	exact_ops_free(&exact);
	session_close(&session);
	return good;
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
	if (options->exact && !exact_load(options, &file, &error)) {
		case_free(&file);
		return error_print(&error);
	}
	text = options->format_json ? case_to_json(&file, &size) : case_to_text(&file, &size);
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
