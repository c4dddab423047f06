/* Decoding and encoding of records, from the tables alone. */
/* SPDX-License-Identifier: MIT */
#include "op.h"

#define TAIL_VALUES 64u

const char *const skip_name[SKIP_COUNT] = {
	[SKIP_NO] = "",
	[SKIP_CAPACITY] = "capacity",
	[SKIP_EMPTY_SLOT] = "empty_slot",
	[SKIP_PRECONDITION] = "precondition",
	[SKIP_UNSUPPORTED] = "unsupported",
	[SKIP_LIMIT] = "limit",
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
	uint64_t plain = operand->hi - operand->lo + 1;
	uint64_t tail = operand->decode == DECODE_TAIL ? TAIL_VALUES : 0;
	uint64_t value = raw < plain + tail ? raw : raw % (plain + tail);

	if (value < plain)
		return operand->lo + value;
	return UINT64_MAX - (TAIL_VALUES - 1) + (value - plain);
}

/*
 * operand_expand() - the raw form whose reduction is @value.
 */
/*@
  requires valid:  \valid_read(operand) && operand_ok(*operand);
  requires range:  operand->lo <= value <= operand->hi
                   || (operand->decode == DECODE_TAIL && value > UINT64_MAX - 64);
  TOTAL;
  assigns          \nothing;
  ensures plain:   operand->lo <= value <= operand->hi ==> \result == value - operand->lo;
  ensures tail:    value > operand->hi ==>
                     \result == operand->hi - operand->lo + 1 + (value - (UINT64_MAX - 63));
*/
static uint64_t operand_expand(const struct operand_row *operand, uint64_t value)
{
	if (value >= operand->lo && value <= operand->hi)
		return value - operand->lo;
	return operand->hi - operand->lo + 1 + (value - (UINT64_MAX - (TAIL_VALUES - 1)));
}

bool operand_in_range(const struct operand_row *operand, uint64_t value)
{
	if (operand->decode == DECODE_TAIL && value > UINT64_MAX - TAIL_VALUES)
		return true;
	return operand->lo <= value && value <= operand->hi;
}

/*
 * bytes_load() - a little-endian number.
 */
/*@
  requires from:   \valid_read(from + (0 .. count - 1));
  requires count:  count <= 8;
  TOTAL;
  assigns          \nothing;
*/
static uint64_t bytes_load(const uint8_t *from, uint32_t count)
{
	uint64_t value = 0;
	uint32_t i = count;

	/*@
	  loop invariant i: i <= count;
	  loop assigns i, value;
	  loop variant i;
	*/
	while (i > 0) {
		i--;
		value = value % (UINT64_MAX / 256 + 1) * 256 + from[i];
	}
	return value;
}

/*
 * bytes_store() - the low @count bytes of @value, little-endian.
 */
/*@
  requires to:     \valid(to + (0 .. count - 1));
  requires count:  count <= 8;
  TOTAL;
  assigns          to[0 .. count - 1];
*/
static void bytes_store(uint8_t *to, uint32_t count, uint64_t value)
{
	uint32_t i;

	/*@
	  loop invariant i: 0 <= i <= count;
	  loop assigns i, value, to[0 .. count - 1];
	  loop variant count - i;
	*/
	for (i = 0; i < count; i++) {
		to[i] = (uint8_t)(value % 256);
		value = value / 256;
	}
}

bool op_decode(const struct tables *tables, const uint8_t record[OP_BYTES], struct op *op)
{
	const struct op_row *row = record[0] < OP_META ? tables->op_by_kind[record[0]] : NULL;

	if (row == NULL)
		return false;
	op_decode_row(row, record, op);
	return true;
}

void op_decode_row(const struct op_row *row, const uint8_t record[OP_BYTES], struct op *op)
{
	uint32_t i;

	op->row = row;
	op->kind = record[0];
	op->actor = 0; /* one actor per case in this version of the format */
	/*@
	  loop invariant i: 0 <= i <= row->arg_count;
	  loop invariant ref: \forall integer k; 0 <= k < i ==> op->ref[k] == op->arg[k];
	  loop assigns i, op->arg[0 .. OP_ARGS_MAX - 1], op->ref[0 .. OP_ARGS_MAX - 1];
	  loop variant row->arg_count - i;
	*/
	for (i = 0; i < row->arg_count; i++) {
		const struct operand_row *operand = row->arg[i].operand;

		op->arg[i] = operand_reduce(
		    operand, bytes_load(record + row->arg[i].offset, operand->bytes));
		op->ref[i] = op->arg[i];
	}
}

void op_encode(const struct op *op, uint8_t record[OP_BYTES])
{
	uint32_t i;

	/*@
	  loop invariant i: 0 <= i <= OP_BYTES;
	  loop assigns i, record[0 .. OP_BYTES - 1];
	  loop variant OP_BYTES - i;
	*/
	for (i = 0; i < OP_BYTES; i++)
		record[i] = 0;
	record[0] = op->kind;
	record[1] = op->actor;
	/*@
	  loop invariant i: 0 <= i <= op->row->arg_count;
	  loop assigns i, record[0 .. OP_BYTES - 1];
	  loop variant op->row->arg_count - i;
	*/
	for (i = 0; i < op->row->arg_count; i++) {
		const struct operand_row *operand = op->row->arg[i].operand;

		bytes_store(record + op->row->arg[i].offset, operand->bytes,
			    operand_expand(operand, op->arg[i]));
	}
}
