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
	uint64_t tail = operand->decode == DECODE_TAIL ? TAIL_VALUES : 0, plain, value;

	if (operand->decode == DECODE_ALL)
		return raw;
	plain = operand->hi - operand->lo + 1;
	value = raw < plain + tail ? raw : raw % (plain + tail);
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

/* Of the widths that most operands have: a constant makes a single load of the loop. */
/*@
  requires from:   \valid_read(from + (0 .. count - 1));
  requires count:  count <= 8;
  TOTAL;
  assigns          \nothing;
*/
static uint64_t number_load(const uint8_t *from, uint32_t count)
{
	if (count == 1)
		return from[0];
	return count == 4 ? bytes_load(from, 4) : bytes_load(from, count);
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

uint32_t op_records(const struct op_row *row, const uint8_t *record, uint32_t left)
{
	uint32_t most = row->records < left ? row->records : left, i = 1;

	/*@
	  loop invariant some: 1 <= i <= most;
	  loop invariant args: \forall integer k; 1 <= k < i ==> record[k * OP_BYTES] == OP_ARG;
	  loop assigns i;
	  loop variant most - i;
	*/
	while (i < most && record[i * OP_BYTES] == OP_ARG)
		i++;
	return i;
}

bool op_decode(const struct tables *tables, const uint8_t *record, uint32_t left, struct op *op)
{
	const struct op_row *row = record[0] < OP_META ? tables->op_by_kind[record[0]] : NULL;

	if (row == NULL)
		return false;
	op_decode_row(row, record, left, op);
	return true;
}

/* The operands of @row, which lie in @bytes. */
/*@
  requires row:    args_ok(row);
  requires bytes:  \valid_read(bytes + (0 .. row->records * OP_BYTES - 1));
  requires op:     \valid(op) && \separated(op, bytes + (0 .. row->records * OP_BYTES - 1)) && row_apart(row, op);
  TOTAL;
  assigns          op->arg[0 .. OP_ARGS_MAX - 1], op->ref[0 .. OP_ARGS_MAX - 1];
  ensures ref:     \forall integer i; 0 <= i < row->arg_count ==> op->ref[i] == op->arg[i];
*/
static void args_decode(const struct op_row *row, const uint8_t *bytes, struct op *op)
{
	uint32_t i;

	/*@
	  loop invariant i: 0 <= i <= row->arg_count;
	  loop invariant ref: \forall integer k; 0 <= k < i ==> op->ref[k] == op->arg[k];
	  loop assigns i, op->arg[0 .. OP_ARGS_MAX - 1], op->ref[0 .. OP_ARGS_MAX - 1];
	  loop variant row->arg_count - i;
	*/
	for (i = 0; i < row->arg_count; i++) {
		const struct operand_row *operand = row->arg[i].operand;

		op->arg[i] = operand_reduce(
		    operand, number_load(bytes + row->arg[i].offset, operand->bytes));
		op->ref[i] = op->arg[i];
	}
}

/* The first @count bytes of @wide are those of @record, the others 0. */
/*@
  requires record: count <= OP_WIDE_BYTES && \valid_read(record + (0 .. count - 1));
  requires wide:   \valid(wide + (0 .. OP_WIDE_BYTES - 1))
                   && \separated(wide + (0 .. OP_WIDE_BYTES - 1), record + (0 .. count - 1));
  TOTAL;
  assigns          wide[0 .. OP_WIDE_BYTES - 1];
  ensures there:   \forall integer k; 0 <= k < count ==> wide[k] == record[k];
  ensures missing: \forall integer k; count <= k < OP_WIDE_BYTES ==> wide[k] == 0;
*/
static void wide_gather(const uint8_t *record, uint32_t count, uint8_t wide[OP_WIDE_BYTES])
{
	uint32_t i;

	/*@
	  loop invariant i:       0 <= i <= OP_WIDE_BYTES;
	  loop invariant there:   \forall integer k; 0 <= k < i && k < count ==> wide[k] == record[k];
	  loop invariant missing: \forall integer k; count <= k < i ==> wide[k] == 0;
	  loop assigns i, wide[0 .. OP_WIDE_BYTES - 1];
	  loop variant OP_WIDE_BYTES - i;
	*/
	for (i = 0; i < OP_WIDE_BYTES; i++)
		wide[i] = i < count ? record[i] : 0;
}

void op_decode_row(const struct op_row *row, const uint8_t *record, uint32_t left, struct op *op)
{
	uint8_t wide[OP_WIDE_BYTES];

	op->row = row;
	op->kind = row->call;
	op->exact = row->number != row->call;
	op->blamed = 0;
	op->actor = 0; /* one actor per case in this version of the format */
	if (row->records == 1) {
		args_decode(row, record, op);
		return;
	}
	wide_gather(record, op_records(row, record, left) * OP_BYTES, wide);
	args_decode(row, wide, op);
}

/* All bytes 0 but those that tell the kind. */
/*@
  requires count:  1 <= count <= OP_RECORDS_MAX;
  requires record: \valid(record + (0 .. count * OP_BYTES - 1));
  TOTAL;
  assigns          record[0 .. count * OP_BYTES - 1];
*/
static void records_clear(uint8_t *record, uint32_t count)
{
	uint32_t i;

	/*@
	  loop invariant i: 0 <= i <= count * OP_BYTES;
	  loop assigns i, record[0 .. count * OP_BYTES - 1];
	  loop variant count * OP_BYTES - i;
	*/
	for (i = 0; i < count * OP_BYTES; i++)
		record[i] = 0;
}

/* Kinds come last: no operand may take their place. */
/*@
  requires count:  1 <= count <= OP_RECORDS_MAX;
  requires record: \valid(record + (0 .. count * OP_BYTES - 1));
  TOTAL;
  assigns          record[0 .. count * OP_BYTES - 1];
  ensures kinds:   record[0] == number
                   && \forall integer k; 1 <= k < count ==> record[k * OP_BYTES] == OP_ARG;
*/
static void kinds_store(uint8_t *record, uint32_t count, uint8_t number)
{
	uint32_t i;

	record[0] = number;
	/*@
	  loop invariant i: 1 <= i <= count;
	  loop invariant first: record[0] == number;
	  loop invariant kinds: \forall integer k; 1 <= k < i ==> record[k * OP_BYTES] == OP_ARG;
	  loop assigns i, record[1 .. count * OP_BYTES - 1];
	  loop variant count - i;
	*/
	for (i = 1; i < count; i++)
		record[i * OP_BYTES] = OP_ARG;
}

void op_encode(const struct op *op, uint8_t *record)
{
	const struct op_row *row = op->row;
	uint32_t count = row->records, i;

	records_clear(record, count);
	record[1] = op->actor;
	/*@
	  loop invariant i: 0 <= i <= row->arg_count;
	  loop invariant row: args_ok(row) && row->records == count;
	  loop assigns i, record[0 .. count * OP_BYTES - 1];
	  loop variant row->arg_count - i;
	*/
	for (i = 0; i < row->arg_count; i++) {
		const struct operand_row *operand = row->arg[i].operand;

		bytes_store(record + row->arg[i].offset, operand->bytes,
			    operand_expand(operand, op->arg[i]));
	}
	kinds_store(record, count, row->number);
}
