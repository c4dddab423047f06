/* The op language: records, their tables, decoding and encoding. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_OP_H
#define MEMORACLE_MODEL_OP_H

#include <stddef.h>
#include <stdint.h>

#include "tables.h"
#include "bool.h"
#include "contract.acsl"

#define OP_BYTES 16u      /* kind u8, actor u8, 14 bytes of operands, little-endian */
#define OP_RECORDS_MAX 5u /* of one op: those behind the first are OP_ARG */
#define OP_WIDE_BYTES (OP_RECORDS_MAX * OP_BYTES)
#define OP_ARGS_MAX 8u
#define OPS_MAX 4096u          /* records of a case that engines make */
#define SLOTS 64u              /* results that compact ops can name */
#define SLOTS_MAX 0xffffffu    /* results that exact calls can name */
#define SLOT_NOWHERE SLOTS_MAX /* the base of an address that counts from nothing */
#define SLOT_ARENA 0u          /* VMA: slot 0 is the arena */
#define OUTCOME_VALUES 8u

/* Kinds of records: below OP_EXACT those of op.def, then + OP_EXACT those of exact.def. */
#define OP_EXACT 0x80u
/* Record kinds that are not ops. Every domain has them. */
#define OP_META 0xf0u
#define OP_SET                                                                                     \
	0xf0u /* parameter u8 in byte 2, value u64 in bytes 4..11; before the first op only */
#define OP_RESULT                                                                                  \
	0xf1u /* expectation on the op before it: err i32 in bytes 2..5, value u64 in bytes 8..15 */
#define OP_CELL                                                                                    \
	0xf2u /* expectation on the state: field u8 in byte 1, space u16 in bytes 2..3, key u32 in 4..7, value u64 in 8..15 */
#define OP_ARG 0xf3u /* more operands of the exact call before it, in bytes 1..15 */

/* How a raw operand becomes a value. */
enum operand_decode {
	DECODE_RANGE, /* lo + raw modulo (hi - lo + 1) */
	DECODE_TAIL,  /* as RANGE over lo .. hi + 64; the last 64 stand for 2^64 - 64 .. 2^64 - 1 */
	DECODE_ALL,   /* itself: any 64-bit value */
};

/* How values are written in text. */
enum form {
	FORM_DEC,
	FORM_HEX,
	FORM_SIGNED,
	FORM_SIZE,  /* decimal, with K, M, G or T where it is a multiple */
	FORM_SLOT,  /* s7 */
	FORM_ENUM,  /* one of names[], separated by blanks; index is the value */
	FORM_FLAGS, /* names[] of bits 0, 1, ..., joined by | ; 0 is "none" */
	FORM_PTR,   /* region+offset, by the domain's regions */
	FORM_CHUNK, /* of a key: address / 16 in the region whose number is the cell's space; hexadecimal */
	FORM_BASED, /* region+offset, or s7+offset: the operand behind it says which slot */
	FORM_BASE,  /* that slot, or SLOT_NOWHERE; has no name of its own in text */
};

/* How the generator draws values; interesting[] values are mixed in everywhere. */
enum draw {
	DRAW_UNIFORM,
	DRAW_LOG,   /* the exponent is uniform: small values are frequent */
	DRAW_LIVE,  /* a slot that an earlier op filled */
	DRAW_EMPTY, /* a slot that nothing lives in */
	DRAW_RARE,  /* lo nearly always */
	DRAW_PAGES, /* as LOG, but mostly whole pages */
	DRAW_FLAGS, /* an interesting value, now and then with another bit */
};

/* A row of operand.def. */
struct operand_row {
	const char *name;
	uint8_t bytes; /* 1, 2, 3, 4 or 8 */
	uint8_t decode;
	uint8_t form;
	uint8_t draw;
	uint64_t lo, hi;
	const char *names; /* FORM_ENUM, FORM_FLAGS */
	const uint64_t *interesting;
	uint32_t interesting_count;
};

/* What an op does with the slot that an operand names (for the generator, never for verdicts). */
enum slot_use {
	SLOT_NONE,
	SLOT_READS,
	SLOT_FILLS,
	SLOT_EMPTIES,
	SLOT_REFILLS, /* the result replaces what was there */
};

struct arg_row {
	const struct operand_row *operand;
	const char *name;
	uint8_t offset; /* in the op's records, as if they were one */
	uint8_t use;    /* enum slot_use */
};

/*
 * struct op_row - a row of op.def, or of exact.def: the same call with every argument that it has.
 * @number:  kind of the op's first record; never reused.
 * @call:    what it is to model and target: for both rows the number in op.def.
 * @records: how many an op takes.
 */
struct op_row {
	uint8_t number;
	uint8_t call;
	uint8_t records;
	const char *name;
	uint32_t weight;
	uint8_t result_form; /* enum form of outcome.value[0] */
	uint8_t arg_count;
	struct arg_row arg[OP_ARGS_MAX];
};

/*
 * struct op - a decoded op.
 * @kind: the row's call. @exact: it is a row of exact.def.
 * @blamed: where admit() finds the op unmodelled by one of its arguments, 1 + that one's index in ref[]; else 0.
 * @arg: operand values. @ref: what the model's admit() made of them: for the target, which applies
 * ref[] only: concrete pointers, sizes and orders in the model's terms. What ref[i] means is said in
 * the domain's op.def beside the row.
 */
struct op {
	const struct op_row *row;
	uint8_t kind;
	uint8_t actor;
	bool exact;
	uint8_t blamed;
	uint64_t arg[OP_ARGS_MAX];
	uint64_t ref[OP_ARGS_MAX];
};

/* What the caller of the op sees. err is 0 or a positive errno. Unused values are 0. */
struct outcome {
	int32_t err;
	uint32_t count;
	uint64_t value[OUTCOME_VALUES];
};

/* Why an op was applied to neither side. Names are in skip_name[]. */
enum skip {
	SKIP_NO,
	SKIP_CAPACITY,     /* the model's tables would overflow */
	SKIP_EMPTY_SLOT,   /* the op names a slot that holds nothing */
	SKIP_PRECONDITION, /* the case needs a rule that the target does not have */
	SKIP_UNSUPPORTED,  /* the host cannot do this op (forbidden system call) */
	SKIP_LIMIT,        /* the op might need more than a resource limit leaves */
	SKIP_UNMODELLED, /* the op would leave what the model covers; each place is a row in the coverage table */
	SKIP_COUNT,
};

/* One line per op says how it ended. */
enum verdict {
	VERDICT_AGREE,
	VERDICT_DIVERGE,
	VERDICT_OPEN,
	VERDICT_SKIPPED,
	VERDICT_COUNT,
};

extern const char *const skip_name[SKIP_COUNT];
extern const char *const verdict_name[VERDICT_COUNT];

/*@
  predicate operand_ok(struct operand_row o) =
    1 <= o.bytes <= 8 && o.lo <= o.hi
    && (o.decode == DECODE_ALL ? o.lo == 0 && o.hi == UINT64_MAX : o.hi - o.lo + 65 <= UINT64_MAX);
  predicate args_ok(struct op_row *row) =
    \valid_read(row) && row->arg_count <= OP_ARGS_MAX && 1 <= row->records <= OP_RECORDS_MAX
    && (\forall integer i; 0 <= i < row->arg_count ==>
          \valid_read(row->arg[i].operand) && operand_ok(*row->arg[i].operand)
          && row->arg[i].offset + row->arg[i].operand->bytes <= row->records * OP_BYTES);
*/

/*
 * operand_reduce() - the value that a raw operand stands for.
 */
/*@
  requires valid:  \valid_read(operand) && operand_ok(*operand);
  TOTAL;
  assigns          \nothing;
  ensures range:   operand->decode != DECODE_TAIL ==> operand->lo <= \result <= operand->hi;
  ensures tail:    operand->lo <= \result <= operand->hi || \result > UINT64_MAX - 64;
  ensures same:    operand->lo == 0 && raw <= operand->hi ==> \result == raw;
*/
uint64_t operand_reduce(const struct operand_row *operand, uint64_t raw);

/*
 * operand_in_range() - is @value one that decoding can give?
 */
/*@
  requires valid:  \valid_read(operand);
  TOTAL;
  assigns          \nothing;
  ensures which:   \result == true <==> (operand->decode == DECODE_TAIL && value > UINT64_MAX - 64)
                                       || operand->lo <= value <= operand->hi;
*/
bool operand_in_range(const struct operand_row *operand, uint64_t value);

/*@
  predicate row_apart(struct op_row *row, struct op *op) =
    \separated(op, row)
    && (\forall integer i; 0 <= i < row->arg_count ==> \separated(op, row->arg[i].operand));
*/

/*
 * op_records() - how many records the op at @record has: its first, and what OP_ARG records of it are there.
 * @left: records from @record on.
 */
/*@
  requires row:    \valid_read(row) && 1 <= row->records <= OP_RECORDS_MAX;
  requires record: 1 <= left && \valid_read(record + (0 .. left * OP_BYTES - 1));
  TOTAL;
  assigns          \nothing;
  ensures some:    1 <= \result <= row->records && \result <= left;
  ensures args:    \forall integer k; 1 <= k < \result ==> record[k * OP_BYTES] == OP_ARG;
  ensures all:     \result < row->records && \result < left ==> record[\result * OP_BYTES] != OP_ARG;
*/
uint32_t op_records(const struct op_row *row, const uint8_t *record, uint32_t left);

/*
 * op_decode_row() - op_decode() when the row is known. Operands in records that are missing are decoded from zeros.
 */
/*@
  requires row:    args_ok(row);
  requires record: 1 <= left && \valid_read(record + (0 .. left * OP_BYTES - 1));
  requires op:     \valid(op) && \separated(op, record + (0 .. left * OP_BYTES - 1)) && row_apart(row, op);
  TOTAL;
  assigns          *op;
  ensures kind:    op->row == row && op->kind == row->call && op->actor == 0;
  ensures exact:   op->exact == true <==> row->number != row->call;
  ensures ref:     \forall integer i; 0 <= i < row->arg_count ==> op->ref[i] == op->arg[i];
*/
void op_decode_row(const struct op_row *row, const uint8_t *record, uint32_t left, struct op *op);

/*
 * op_encode() - the canonical records of @op, op->row->records of them (unused bytes are 0).
 */
/*@
  requires op:     \valid_read(op) && args_ok(op->row);
  requires values: \forall integer i; 0 <= i < op->row->arg_count ==>
                     op->row->arg[i].operand->lo <= op->arg[i] <= op->row->arg[i].operand->hi
                     || (op->row->arg[i].operand->decode == DECODE_TAIL && op->arg[i] > UINT64_MAX - 64);
  requires record: \valid(record + (0 .. op->row->records * OP_BYTES - 1)) && \separated(op, record + (0 .. op->row->records * OP_BYTES - 1))
                   && \separated(op->row, record + (0 .. op->row->records * OP_BYTES - 1))
                   && (\forall integer i; 0 <= i < op->row->arg_count ==>
                         \separated(op->row->arg[i].operand, record + (0 .. op->row->records * OP_BYTES - 1)));
  TOTAL;
  assigns          record[0 .. op->row->records * OP_BYTES - 1];
  ensures kinds:   record[0] == op->row->number
                   && \forall integer k; 1 <= k < op->row->records ==> record[k * OP_BYTES] == OP_ARG;
*/
void op_encode(const struct op *op, uint8_t *record);

/*@
  predicate kinds_ok(struct tables *t, struct op *op) =
    \valid_read(t) && \valid_read(t->op_by_kind + (0 .. OP_META - 1))
    && \separated(op, t, t->op_by_kind + (0 .. OP_META - 1))
    && (\forall integer k; 0 <= k < OP_META && t->op_by_kind[k] != \null ==>
          args_ok(t->op_by_kind[k]) && row_apart(t->op_by_kind[k], op));
*/

/*
 * op_decode() - total: any bytes.
 * @left: records from @record on.
 * Returns: false if the kind is not an op of the domain (the record is dropped).
 */
/*@
  requires tables: kinds_ok(tables, op);
  requires record: 1 <= left && \valid_read(record + (0 .. left * OP_BYTES - 1));
  requires op:     \valid(op) && \separated(op, record + (0 .. left * OP_BYTES - 1));
  TOTAL;
  assigns          *op;
  ensures which:   \result == true <==> record[0] < OP_META && tables->op_by_kind[record[0]] != \null;
  ensures kind:    \result == true ==> op->row == tables->op_by_kind[record[0]] && op->kind == op->row->call;
  ensures ref:     \result == true ==>
                     \forall integer i; 0 <= i < op->row->arg_count ==> op->ref[i] == op->arg[i];
*/
bool op_decode(const struct tables *tables, const uint8_t *record, uint32_t left, struct op *op);

#endif
