/* Prints the tables as documents: specs/rules.md and specs/ops.md. */
/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../front/form.h"
#include "../front/registry.h"

static const char *const rule_kind_name[] = {
	[RULE_PLAIN] = "",
	[RULE_SWITCH] = "switch",
	[RULE_DEFECT] = "defect",
	[RULE_OPEN] = "open",
};

/* Table cells may not hold a bar. */
static void cell(const char *text)
{
	for (; *text != '\0'; text++)
		(void)(*text == '|' ? fputs("\\|", stdout) : putchar(*text));
	fputs(" | ", stdout);
}

static void rules_print(const struct tables *tables)
{
	printf("\n## %s\n\n| rule | kind | what it decides | source | regress | fault |\n"
	       "|---|---|---|---|---|---|\n",
	       tables->name);
	for (uint32_t i = 0; i < tables->rule_count; i++) {
		const struct rule_row *row = &tables->rule[i];

		printf("| `%s` | ", row->name);
		cell(rule_kind_name[row->kind]);
		cell(row->statement);
		cell(row->source);
		cell(row->regress);
		cell(row->fault);
		putchar('\n');
	}
}

static void param_rows(const struct tables *tables, int setting)
{
	for (uint32_t i = 0; i < tables->param_count; i++) {
		const struct param_row *row = &tables->param[i];

		if (row->setting == setting)
			printf("| `%s` | %" PRIu64 " | %" PRIu64 " .. %" PRIu64 " | %s |\n",
			       row->name, row->initial, row->lo, row->hi, row->doc);
	}
}

/* `malloc size= dst=`, with brackets around what may be left out; then where it lies in a record. */
static void op_row_print(const struct tables *tables, uint32_t i)
{
	const struct op_row *row = &tables->op[i];

	printf("| `%s", row->name);
	for (uint32_t a = 0; a < row->arg_count; a++)
		if (row->arg[a].operand->form != FORM_BASE)
			printf(operand_text(tables, row->arg[a].operand)->optional ? " [%s=]"
										   : " %s=",
			       row->arg[a].name);
	printf("` | ");
	cell(tables->op_doc[i]);
	printf("%u | %u |", row->number, row->weight);
	for (uint32_t a = 0; a < row->arg_count; a++)
		printf(" %u:%u", row->arg[a].offset, row->arg[a].operand->bytes);
	printf(" |\n");
}

static bool is_exact(const struct op_row *row)
{
	return row->number >= OP_EXACT;
}

static void rows_print(const struct tables *tables, bool exact)
{
	printf("\n| op | what it is | kind | weight | operands in the record, byte:bytes |\n"
	       "|---|---|---|---|---|\n");
	for (uint32_t i = 0; i < tables->op_count; i++)
		if (is_exact(&tables->op[i]) == exact)
			op_row_print(tables, i);
}

/* Is this the first operand of its name and kind? */
static bool is_first(const struct tables *tables, uint32_t op, uint32_t arg)
{
	const struct arg_row *row = &tables->op[op].arg[arg];

	for (uint32_t i = 0; i < op; i++)
		for (uint32_t a = 0; a < tables->op[i].arg_count; a++)
			if (is_exact(&tables->op[i]) == is_exact(&tables->op[op]) &&
			    tables->op[i].arg[a].operand == row->operand &&
			    strcmp(tables->op[i].arg[a].name, row->name) == 0)
				return false;
	return true;
}

static void operand_ops_print(const struct tables *tables, const struct arg_row *row, bool exact)
{
	const char *between = "";

	for (uint32_t i = 0; i < tables->op_count; i++)
		for (uint32_t a = 0; a < tables->op[i].arg_count; a++) {
			if (is_exact(&tables->op[i]) != exact ||
			    tables->op[i].arg[a].operand != row->operand ||
			    strcmp(tables->op[i].arg[a].name, row->name) != 0)
				continue;
			printf("%s%s", between, tables->op[i].name);
			between = ", ";
		}
	printf(" | ");
}

static void operand_print(const struct tables *tables, const struct arg_row *arg, bool exact)
{
	const struct operand_row *operand = arg->operand;
	const struct operand_text *text = operand_text(tables, operand);
	char *values = operand_values(operand), initial[FORM_TEXT_MAX];

	printf("| `%s=` | ", arg->name);
	operand_ops_print(tables, arg, exact);
	cell(values);
	free(values);
	cell(text->optional
		 ? form_print(tables, operand->form, operand->names, text->initial, initial)
		 : "");
	cell(text->doc);
	putchar('\n');
}

static void operands_print(const struct tables *tables, bool exact)
{
	printf("\n| operand | of | values | left out: | meaning |\n|---|---|---|---|---|\n");
	for (uint32_t i = 0; i < tables->op_count; i++)
		for (uint32_t a = 0; a < tables->op[i].arg_count; a++)
			if (is_exact(&tables->op[i]) == exact &&
			    tables->op[i].arg[a].operand->form != FORM_BASE &&
			    is_first(tables, i, a))
				operand_print(tables, &tables->op[i].arg[a], exact);
}

static void regions_print(const struct tables *tables)
{
	printf("\n| pointer | where |\n|---|---|\n");
	for (uint32_t i = 0; i < tables->region_count; i++) {
		const struct region_row *row = &tables->region[i];

		printf("| `%s%s%s` | %s |\n", row->name, row->stride_count != 0 ? "#1" : "",
		       row->stride != 1 ? "+0x10" : "", row->doc);
	}
}

static void fields_print(const struct tables *tables)
{
	printf("\nState that is compared, in the order in which differences are named "
	       "(`expect FIELD KEY = VALUE`):\n\n"
	       "| field | key | value | meaning |\n|---|---|---|---|\n");
	for (uint32_t i = 0; i < tables->field_count; i++) {
		const struct field_row *row = &tables->field[i];
		char *key = form_values(tables, row->key_form, row->names);
		char *value = form_values(tables, row->value_form, row->names);

		printf("| `%s` | ", row->name);
		cell(row->key_form == FORM_PTR ? "a pointer" : key);
		cell(row->value_form == FORM_PTR ? "a pointer" : value);
		cell(row->doc);
		putchar('\n');
		free(key);
		free(value);
	}
}

static void ops_print(const struct tables *tables)
{
	printf("\n## %s (domain %u)\n\n%s\n", tables->name, tables->number, tables->doc);
	regions_print(tables);
	rows_print(tables, false);
	operands_print(tables, false);
	printf("\nExact calls, with every argument (kinds from %u on):\n", OP_EXACT);
	rows_print(tables, true);
	operands_print(tables, true);
	printf("\nSettings (`set K=V`, per case):\n\n| setting | initial | range | meaning "
	       "|\n|---|---|---|---|\n");
	param_rows(tables, 1);
	fields_print(tables);
}

int main(int argc, char **argv)
{
	bool rules = argc == 2 && strcmp(argv[1], "rules") == 0;

	printf("# %s\n\nGenerated by `make docs` from the tables under model/; do not edit.\n",
	       rules ? "Rules" : "Ops, settings and state");
	for (uint32_t d = 0; domain_tables[d] != NULL; d++)
		(rules ? rules_print : ops_print)(domain_tables[d]);
	return 0;
}
