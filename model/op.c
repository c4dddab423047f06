/* Decoding and encoding of records, and the parameters of a domain, from the tables alone. */
/* SPDX-License-Identifier: MIT */
#include "model.h"

#define TAIL_VALUES 64u

const char *const skip_name[SKIP_COUNT] = {
	[SKIP_NO] = "",
	[SKIP_CAPACITY] = "capacity",
	[SKIP_EMPTY_SLOT] = "empty_slot",
	[SKIP_PRECONDITION] = "precondition",
	[SKIP_UNSUPPORTED] = "unsupported",
	[SKIP_UNMODELLED] = "unmodelled",
};

const char *const verdict_name[VERDICT_COUNT] = {
	[VERDICT_AGREE] = "agree",
	[VERDICT_DIVERGE] = "diverge",
	[VERDICT_OPEN] = "open",
	[VERDICT_SKIPPED] = "skipped",
};

uint64_t operand_reduce(const struct operand_row *operand, uint64_t raw)
{
	uint64_t span = operand->hi - operand->lo + 1;
	uint64_t value;

	if (operand->decode == DECODE_TAIL)
		span += TAIL_VALUES;
	value = raw < span ? raw : raw % span;
	if (operand->decode == DECODE_TAIL && value >= span - TAIL_VALUES)
		return value - span;
	return operand->lo + value;
}

/* The raw form whose reduction is @value. */
static uint64_t operand_expand(const struct operand_row *operand, uint64_t value)
{
	if (operand->decode == DECODE_TAIL && value > operand->hi)
		return value + (operand->hi - operand->lo + 1 + TAIL_VALUES);
	return value - operand->lo;
}

bool operand_in_range(const struct operand_row *operand, uint64_t value)
{
	if (operand->decode == DECODE_TAIL && value >= -(uint64_t)TAIL_VALUES)
		return true;
	return operand->lo <= value && value <= operand->hi;
}

static uint64_t bytes_load(const uint8_t *from, uint32_t count)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < count; i++)
		value |= (uint64_t)from[i] << (8 * i);
	return value;
}

static void bytes_store(uint8_t *to, uint32_t count, uint64_t value)
{
	for (uint32_t i = 0; i < count; i++)
		to[i] = (uint8_t)(value >> (8 * i));
}

bool op_decode(const struct tables *tables, const uint8_t record[OP_BYTES], struct op *op)
{
	const struct op_row *row = record[0] < OP_META ? tables->op_by_kind[record[0]] : NULL;

	if (row == NULL)
		return false;
	op->row = row;
	op->kind = record[0];
	op->actor = 0; /* one actor per case in this version of the format */
	for (uint32_t i = 0; i < row->arg_count; i++) {
		const struct arg_row *arg = &row->arg[i];

		op->arg[i] = operand_reduce(arg->operand,
					    bytes_load(record + arg->offset, arg->operand->bytes));
		op->ref[i] = op->arg[i];
	}
	return true;
}

void op_encode(const struct op *op, uint8_t record[OP_BYTES])
{
	for (uint32_t i = 0; i < OP_BYTES; i++)
		record[i] = 0;
	record[0] = op->kind;
	record[1] = op->actor;
	for (uint32_t i = 0; i < op->row->arg_count; i++) {
		const struct arg_row *arg = &op->row->arg[i];

		bytes_store(record + arg->offset, arg->operand->bytes,
			    operand_expand(arg->operand, op->arg[i]));
	}
}

void params_init(const struct tables *tables, void *rules)
{
	for (uint32_t i = 0; i < tables->param_count; i++)
		(void)param_set(tables, i, rules, tables->param[i].initial);
}

int param_find(const struct tables *tables, const char *name)
{
	for (uint32_t i = 0; i < tables->param_count; i++) {
		const char *a = tables->param[i].name, *b = name;

		while (*a != '\0' && *a == *b) {
			a++;
			b++;
		}
		if (*a == *b)
			return (int)i;
	}
	return -1;
}

uint64_t param_get(const struct tables *tables, uint32_t param, const void *rules)
{
	return *(const uint64_t *)((const char *)rules + tables->param[param].offset);
}

bool param_set(const struct tables *tables, uint32_t param, void *rules, uint64_t value)
{
	const struct param_row *row = &tables->param[param];

	if (value < row->lo || value > row->hi)
		return false;
	*(uint64_t *)((char *)rules + row->offset) = value;
	return true;
}
