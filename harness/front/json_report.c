/* The JSON documents that scripts read. */
/* SPDX-License-Identifier: MIT */
#include "json_report.h"
#include "file.h"
#include "form.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

json_t *json_document(void)
{
	json_t *document = json_object();

	(void)json_object_set_new(document, "schema", json_integer(1));
	return document;
}

json_t *json_text(const char *text)
{
	json_t *json = json_string(text);
	char *copy;

	if (json != NULL)
		return json;
	copy = text_format("%s", text);
	for (char *at = copy; *at != '\0'; at++)
		if ((unsigned char)*at >= 0x80)
			*at = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

char *json_print(json_t *document)
{
	char *text = json_dumps(document, JSON_INDENT(1)), *line;

	if (text == NULL)
		abort();
	line = text_format("%s\n", text);
	free(text);
	json_decref(document);
	return line;
}

json_t *json_number(uint64_t value)
{
	char text[24];

	if (value < UINT64_C(1) << 53)
		return json_integer((json_int_t)value);
	(void)snprintf(text, sizeof(text), "0x%" PRIx64, value);
	return json_string(text);
}

void json_result_fields(json_t *object, const struct tables *tables, const struct op_row *row,
			int32_t err, uint64_t value)
{
	char text[FORM_TEXT_MAX];
	const char *name = errno_name(err);

	(void)form_print(tables, row->result_form, "", value, text);
	(void)json_object_set_new(object, "value", json_text(text));
	(void)json_object_set_new(object, "err", name != NULL ? json_text(name) : json_null());
}

json_t *json_cell(const struct tables *tables, const struct cell *cell)
{
	const struct field_row *field = &tables->field[cell->field];
	char key[FORM_TEXT_MAX], value[FORM_TEXT_MAX];

	return json_pack("{s:s, s:i, s:s, s:s}", "field", field->name, "space", (int)cell->space,
			 "key", key_print(tables, field, cell->space, cell->key, key), "value",
			 cell_print(tables, field, cell->value, value));
}

json_t *json_state(const struct state_pair *pair)
{
	json_t *cells = json_array();

	for (uint32_t i = 0; i < pair->count; i++)
		if (!state_repeated(pair, i))
			(void)json_array_append_new(
			    cells, json_cell(pair->tables, &pair->want[pair->order[i]]));
	return cells;
}

bool json_publish(json_t *document, const struct options *options, struct error *error)
{
	char *text = json_print(document);
	bool good = true;

	if (options->json != NULL)
		good = options->json_fd >= 0 ? fd_write(options->json_fd, text, strlen(text), error)
					     : file_write(options->json, text, strlen(text), error);
	free(text);
	return good;
}

static json_t *json_counts(const char *const name[], const uint64_t count[], uint32_t from,
			   uint32_t to)
{
	json_t *object = json_object();

	for (uint32_t i = from; i < to; i++)
		(void)json_object_set_new(object, name[i], json_integer((json_int_t)count[i]));
	return object;
}

static json_t *json_rules(const struct session *session)
{
	json_t *object = json_object();

	for (uint32_t i = 0; i < session->tables->rule_count; i++)
		(void)json_object_set_new(object, session->tables->rule[i].name,
					  json_integer((json_int_t)session->totals.rule_hits[i]));
	return object;
}

static json_t *json_overrides(const struct session *session)
{
	json_t *object = json_object();

	for (uint32_t i = 0; i < session->override_count; i++)
		(void)json_object_set_new(object,
					  session->tables->param[session->override[i].param].name,
					  json_integer((json_int_t)session->override[i].value));
	return object;
}

static json_t *json_finding(const struct finding *finding)
{
	json_t *repeats = finding->repeats ? json_text(finding->repeats) : json_null();
	json_t *beside = finding->beside ? json_text(finding->beside) : json_null();

	return json_pack("{s:o, s:o, s:o, s:I, s:o, s:o, s:I, s:o, s:o}", "file",
			 json_text(finding->path), "signature", json_text(finding->signature),
			 "rule", json_text(finding->rule), "op_index",
			 (json_int_t)finding->op_index, "want", json_text(finding->want), "seen",
			 json_text(finding->seen), "count", (json_int_t)finding->count, "repeats",
			 repeats, "beside", beside);
}

json_t *json_result(const struct session *session, uint64_t seed, double seconds,
		    double cpu_seconds, const struct finding_list *findings)
{
	const struct totals *totals = &session->totals;
	json_t *rows = json_array();
	double rate = seconds > 0 ? (double)totals->ops / seconds : 0;

	for (uint32_t i = 0; i < findings->count; i++)
		(void)json_array_append_new(rows, json_finding(&findings->finding[i]));
	return json_pack(
	    "{s:s, s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:f, s:f, s:f, s:o, s:o, s:o, s:o}", "target",
	    session->target->name, "version", json_text(session->info.version), "profile",
	    json_text(session_profile(session)), "seed", (json_int_t)seed, "ops",
	    (json_int_t)totals->ops, "cases", (json_int_t)totals->cases, "verdicts",
	    json_counts(verdict_name, totals->verdict, 0, VERDICT_COUNT), "skipped_by",
	    json_counts(skip_name, totals->skipped_by, SKIP_NO + 1, SKIP_COUNT), "seconds", seconds,
	    "cpu_seconds", cpu_seconds, "ops_per_s", rate, "rules", json_rules(session),
	    "overrides", json_overrides(session), "fault",
	    session->fault ? json_text(session->fault) : json_null(), "findings", rows);
}

json_t *json_stale(const struct stale_list *list)
{
	json_t *rows = json_array();

	for (uint32_t i = 0; i < list->count; i++) {
		const struct stale_row *row = &list->row[i];

		(void)json_array_append_new(
		    rows,
		    json_pack("{s:o, s:I, s:I, s:o, s:o, s:o}", "file", json_text(row->path),
			      "line", (json_int_t)row->line, "op_index", (json_int_t)row->op_index,
			      "field", json_text(row->field), "expected", json_text(row->expected),
			      "actual", json_text(row->actual)));
	}
	return rows;
}
