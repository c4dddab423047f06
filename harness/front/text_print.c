/* Cases as text: the canonical form, from the tables. */
/* SPDX-License-Identifier: MIT */
#include "case_file.h"
#include "form.h"
#include "registry.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool arg_left_out(const struct tables *tables, const struct op *op, uint32_t i)
{
	const struct operand_row *operand = op->row->arg[i].operand;
	const struct operand_text *known = operand_text(tables, operand);

	if (operand->form == FORM_BASED && !arg_left_out(tables, op, i + 1))
		return false;
	return known->optional && op->arg[i] == known->initial;
}

const char *arg_print(const struct tables *tables, const struct op *op, uint32_t i, char *out)
{
	const struct operand_row *operand = op->row->arg[i].operand;

	if (operand->form == FORM_BASED)
		return based_print(tables, op->arg[i], op->arg[i + 1], out);
	return form_print(tables, operand->form, operand->names, op->arg[i], out);
}

static bool is_plain(uint8_t form)
{
	return form == FORM_DEC || form == FORM_SIZE || form == FORM_SIGNED || form == FORM_HEX ||
	       form == FORM_SLOT;
}

/* What operand @to reads where text says what operand @i of @op is. Returns: false if it could not say so. */
static bool value_narrow(const struct tables *tables, const struct op *op, uint32_t i,
			 const struct operand_row *to, uint64_t *value)
{
	char text[FORM_TEXT_MAX];

	*value = op->arg[i];
	if (!is_plain(op->row->arg[i].operand->form) || !is_plain(to->form)) {
		(void)arg_print(tables, op, i, text);
		if (!form_parse(tables, to->form, to->names, text, strlen(text), value))
			return false;
	}
	return operand_in_range(to, *value);
}

static int arg_named(const struct op_row *row, const char *name)
{
	for (uint32_t i = 0; i < row->arg_count; i++)
		if (strcmp(row->arg[i].name, name) == 0)
			return (int)i;
	return -1;
}

bool op_reads_compact(const struct tables *tables, const struct op *op)
{
	struct op narrow = { .row = tables->op_by_kind[op->row->call] };
	uint32_t given = 0;

	for (uint32_t i = 0; i < op->row->arg_count; i++) {
		int to = arg_named(narrow.row, op->row->arg[i].name);

		if (arg_left_out(tables, op, i))
			continue;
		if (to < 0 ||
		    !value_narrow(tables, op, i, narrow.row->arg[to].operand, &narrow.arg[to]))
			return false;
		given |= 1u << to;
	}
	return args_complete(tables, &narrow, given);
}

static void op_write(FILE *out, const struct tables *tables, const struct op *op)
{
	char text[FORM_TEXT_MAX];

	(void)fprintf(out, "%s%s", op->exact && op_reads_compact(tables, op) ? "exact " : "",
		      op->row->name);
	for (uint32_t i = 0; i < op->row->arg_count; i++)
		if (op->row->arg[i].operand->form != FORM_BASE && !arg_left_out(tables, op, i))
			(void)fprintf(out, " %s=%s", op->row->arg[i].name,
				      arg_print(tables, op, i, text));
}

char *op_print(const struct tables *tables, const struct op *op)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = memory_open(&text, &size);

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

		if (record[0] == OP_ARG)
			continue;
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
		} else if (case_op(file, i, &op)) {
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
	FILE *out = memory_open(&text, size);

	(void)fprintf(out, "domain %s\n", file->tables->name);
	for (uint32_t i = 0; i < file->meta_count; i++)
		meta_write(out, &file->meta[i]);
	records_write(out, file);
	(void)fclose(out);
	return text;
}
