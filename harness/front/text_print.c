/* Cases as text: the canonical form, from the tables. */
/* SPDX-License-Identifier: MIT */
#include "case_file.h"
#include "form.h"
#include "registry.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void op_write(FILE *out, const struct tables *tables, const struct op *op)
{
	char text[FORM_TEXT_MAX];

	(void)fputs(op->row->name, out);
	for (uint32_t i = 0; i < op->row->arg_count; i++) {
		const struct arg_row *arg = &op->row->arg[i];
		const struct operand_text *known = operand_text(tables, arg->operand);

		if (known->optional && op->arg[i] == known->initial)
			continue;
		(void)fprintf(
		    out, " %s=%s", arg->name,
		    form_print(tables, arg->operand->form, arg->operand->names, op->arg[i], text));
	}
}

char *op_print(const struct tables *tables, const struct op *op)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return text_format("%s", op->row->name);
	op_write(out, tables, op);
	(void)fclose(out);
	return text;
}

const char *result_print(const struct tables *tables, const struct op_row *row, int32_t err,
			 uint64_t value, char *out)
{
	char text[FORM_TEXT_MAX];
	const char *name = errno_name(err);

	if (err == 0)
		return form_print(tables, row->result_form, "", value, out);
	(void)snprintf(out, FORM_TEXT_MAX, name ? "%s" : "errno%s", name ? name : "");
	if (name == NULL)
		(void)snprintf(out, FORM_TEXT_MAX, "errno%d", err);
	if (value != 0)
		(void)snprintf(out + strlen(out), FORM_TEXT_MAX - strlen(out), " %.900s",
			       form_print(tables, row->result_form, "", value, text));
	return out;
}

static void meta_write(FILE *out, const struct meta_line *line)
{
	if (strcmp(line->key, "profile") == 0)
		(void)fprintf(out, "profile %s\n", line->value);
	else if (strncmp(line->key, "need.", 5) == 0)
		(void)fprintf(out, "need %s=%s\n", line->key + 5, line->value);
	else
		(void)fprintf(out, "meta %s=%s\n", line->key, line->value);
}

static void set_write(FILE *out, const struct tables *tables, const uint8_t *record)
{
	(void)fprintf(out, "set %s=%" PRIu64 "\n", tables->param[record[2]].name,
		      record_u64(record + 4, 8));
}

static void cell_write(FILE *out, const struct tables *tables, const uint8_t *record)
{
	const struct field_row *field = &tables->field[record[1]];
	uint16_t space = (uint16_t)record_u64(record + 2, 2);
	uint32_t key = (uint32_t)record_u64(record + 4, 4);
	char text[FORM_TEXT_MAX];

	(void)fprintf(out, "expect %s", field->name);
	if (space != 0)
		(void)fprintf(out, "[%u]", space);
	(void)fprintf(out, " %s = ", key_print(tables, field, space, key, text));
	(void)fprintf(out, "%s\n", cell_print(tables, field, record_u64(record + 8, 8), text));
}

/* One line per record; an expected result stands on its op's line. */
static void records_write(FILE *out, const struct case_file *file)
{
	char text[FORM_TEXT_MAX];
	bool open = false; /* an op's line is not ended yet */
	struct op op = { 0 };

	for (uint32_t i = 0; i < file->record_count; i++) {
		const uint8_t *record = file->records + (size_t)i * OP_BYTES;

		if (open && record[0] != OP_RESULT)
			(void)fputc('\n', out);
		open = false;
		if (record[0] == OP_SET) {
			set_write(out, file->tables, record);
		} else if (record[0] == OP_CELL) {
			cell_write(out, file->tables, record);
		} else if (record[0] == OP_RESULT) {
			(void)fprintf(out, " -> %s\n",
				      result_print(file->tables, op.row,
						   (int32_t)record_u64(record + 2, 4),
						   record_u64(record + 8, 8), text));
		} else if (op_decode(file->tables, record, &op)) {
			op_write(out, file->tables, &op);
			open = true;
		}
	}
	if (open)
		(void)fputc('\n', out);
}

char *case_to_text(const struct case_file *file, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	if (out == NULL)
		abort();
	(void)fprintf(out, "domain %s\n", file->tables->name);
	for (uint32_t i = 0; i < file->meta_count; i++)
		meta_write(out, &file->meta[i]);
	records_write(out, file);
	(void)fclose(out);
	return text;
}
