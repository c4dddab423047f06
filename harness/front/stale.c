/* Stale expectations: what a case expects and both sides contradict. Neither a difference nor a finding. */
/* SPDX-License-Identifier: MIT */
#include "stale.h"
#include "form.h"
#include <stdio.h>
#include <stdlib.h>

/* The record's op, which stands before it. */
static bool op_before(const struct case_file *file, uint32_t record, uint32_t *index, struct op *op)
{
	for (*index = record; (*index)-- > 0;)
		if (case_op(file, *index, op))
			return true;
	return false;
}

static void result_fill(struct stale_row *row, const struct case_file *file, uint32_t record,
			const struct op_note *note)
{
	const uint8_t *bytes = file->records + (size_t)record * OP_BYTES;
	char text[FORM_TEXT_MAX];
	uint32_t index;
	struct op op;

	if (!op_before(file, record, &index, &op))
		abort(); /* record_check() has seen to it */
	row->field = text_format("outcome");
	row->expected =
	    text_format("%s", result_print(file->tables, op.row, (int32_t)record_u64(bytes + 2, 4),
					   record_u64(bytes + 8, 8), text));
	if (note->verdict == VERDICT_SKIPPED)
		row->actual =
		    text_format("skipped: %s", skip_name[note->skip < SKIP_COUNT ? note->skip : 0]);
	else
		row->actual = text_format(
		    "%s", result_print(file->tables, op.row, note->err, note->value, text));
	row->moved = op.row->result_form == FORM_PTR &&
		     pointer_moved(file->tables, record_u64(bytes + 8, 8), note->value);
}

static void cell_fill(struct stale_row *row, const struct case_file *file, uint32_t record,
		      uint64_t actual)
{
	const uint8_t *bytes = file->records + (size_t)record * OP_BYTES;
	const struct field_row *field = &file->tables->field[bytes[1]];
	struct cell cell = { .field = bytes[1],
			     .space = (uint16_t)record_u64(bytes + 2, 2),
			     .key = (uint32_t)record_u64(bytes + 4, 4) };
	char text[FORM_TEXT_MAX];

	row->field = cell_name(file->tables, &cell);
	row->expected =
	    text_format("%s", cell_print(file->tables, field, record_u64(bytes + 8, 8), text));
	row->actual = text_format("%s", cell_print(file->tables, field, actual, text));
	row->moved = field->value_form == FORM_PTR &&
		     pointer_moved(file->tables, record_u64(bytes + 8, 8), actual);
}

uint32_t stale_collect(struct stale_list *list, const char *path, const struct case_file *file,
		       const struct sighting *sighting)
{
	const struct stale *stale = &sighting->stale;
	uint32_t count = stale->count < STALE_MAX ? stale->count : STALE_MAX;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t record = stale->record[i];
		struct stale_row *row;

		list->row = memory_grow(list->row, list->count + 1, sizeof(*row));
		row = &list->row[list->count++];
		*row = (struct stale_row){ .path = text_format("%s", path),
					   .line = case_line(file, record),
					   .op_index = case_op_number(file, record) };
		if (file->records[(size_t)record * OP_BYTES] == OP_RESULT)
			result_fill(row, file, record, &stale->note[i]);
		else
			cell_fill(row, file, record, stale->actual[i]);
	}
	return stale->count - count;
}

void stale_show(const struct stale_list *list, uint32_t from, uint32_t more)
{
	for (uint32_t i = from; i < list->count; i++) {
		const struct stale_row *row = &list->row[i];
		char *path = text_quote(row->path);

		(void)printf("stale expectation %s:%u: op %u, %s: both sides show %s, the file "
			     "expects %s%s\n",
			     path, row->line, row->op_index, row->field, row->actual, row->expected,
			     row->moved ? " (offsets count from where the mapping begins now)"
					: "");
		free(path);
	}
	if (more > 0)
		(void)printf("  ... %u more\n", more);
}

void stale_list_free(struct stale_list *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		free(list->row[i].path);
		free(list->row[i].field);
		free(list->row[i].expected);
		free(list->row[i].actual);
	}
	free(list->row);
	*list = (struct stale_list){ 0 };
}
