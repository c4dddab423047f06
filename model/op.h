/* The op language: records, their tables, decoding and encoding. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_OP_H
#define MEMORACLE_MODEL_OP_H

#include <stddef.h>
#include <stdint.h>

#include "tables.h"
#include "bool.h"
#include "contract.acsl"

#define OP_BYTES 16u /* kind u8, actor u8, 14 bytes of operands, little-endian */
#define OP_ARGS_MAX 8u
#define OPS_MAX 4096u /* records of one case */
#define SLOTS 64u     /* results that later ops can name */
#define SLOT_ARENA 0u /* VMA: slot 0 is the arena */
#define OUTCOME_VALUES 8u

/* Record kinds that are not ops. Every domain has them; ops have kinds below OP_META. */
#define OP_META 0xf0u
#define OP_SET                                                                                     \
	0xf0u /* parameter u8 in byte 2, value u64 in bytes 4..11; before the first op only */
#define OP_RESULT                                                                                  \
	0xf1u /* expectation on the op before it: err i32 in bytes 2..5, value u64 in bytes 8..15 */
#define OP_CELL                                                                                    \
	0xf2u /* expectation on the state: field u8 in byte 1, space u16 in bytes 2..3, key u32 in 4..7, value u64 in 8..15 */

/* How a raw operand becomes a value. */
enum operand_decode {
	DECODE_RANGE, /* lo + raw modulo (hi - lo + 1) */
	DECODE_TAIL,  /* as RANGE over lo .. hi + 64; the last 64 stand for 2^64 - 64 .. 2^64 - 1 */
};

/* How values are written in text. */
enum form {
	FORM_DEC,
	FORM_HEX,
	FORM_SIGNED,
	FORM_SLOT,  /* s7 */
	FORM_ENUM,  /* one of names[], separated by blanks; index is the value */
	FORM_FLAGS, /* names[] of bits 0, 1, ..., joined by | ; 0 is "none" */
	FORM_PTR,   /* region+offset, by the domain's regions */
	FORM_CHUNK, /* of a key: address / 16 in the region whose number is the cell's space; hexadecimal */
};

/* How the generator draws values; interesting[] values are mixed in everywhere. */
enum draw {
	DRAW_UNIFORM,
	DRAW_LOG,   /* the exponent is uniform: small values are frequent */
	DRAW_LIVE,  /* a slot that an earlier op filled */
	DRAW_EMPTY, /* a slot that nothing lives in */
	DRAW_RARE,  /* lo nearly always */
};

/* A row of operand.def. */
struct operand_row {
	const char *name;
	uint8_t bytes; /* 1, 2, 4 or 8 */
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
	uint8_t offset; /* in the record */
	uint8_t use;    /* enum slot_use */
};

/* A row of op.def. */
struct op_row {
	uint8_t number; /* never reused */
	const char *name;
	uint32_t weight;
	uint8_t result_form; /* enum form of outcome.value[0] */
	uint8_t arg_count;
	struct arg_row arg[OP_ARGS_MAX];
};

/*
 * struct op - a decoded record.
 * @arg: operand values. @ref: what the model's admit() made of them: for the target, which applies
 * ref[] only: concrete pointers, sizes and orders in the model's terms. What ref[i] means is said in
 * the domain's op.def beside the row.
 */
struct op {
	const struct op_row *row;
	uint8_t kind;
	uint8_t actor;
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
    (o.bytes == 1 || o.bytes == 2 || o.bytes == 4 || o.bytes == 8) && o.lo <= o.hi
    && o.hi - o.lo + 65 <= UINT64_MAX;
  predicate args_ok(struct op_row *row) =
    \valid_read(row) && row->arg_count <= OP_ARGS_MAX
    && (\forall integer i; 0 <= i < row->arg_count ==>
          \valid_read(row->arg[i].operand) && operand_ok(*row->arg[i].operand)
          && row->arg[i].offset + row->arg[i].operand->bytes <= OP_BYTES);
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

/*
 * op_decode_row() - op_decode() when the row is known.
 */
/*@
  requires row:    args_ok(row);
  requires record: \valid_read(record + (0 .. OP_BYTES - 1));
  requires op:     \valid(op) && \separated(op, record + (0 .. OP_BYTES - 1))
                   && \separated(op, row)
                   && (\forall integer i; 0 <= i < row->arg_count ==> \separated(op, row->arg[i].operand));
  TOTAL;
  assigns          *op;
  ensures kind:    op->row == row && op->kind == record[0] && op->actor == 0;
  ensures ref:     \forall integer i; 0 <= i < row->arg_count ==> op->ref[i] == op->arg[i];
*/
void op_decode_row(const struct op_row *row, const uint8_t record[OP_BYTES], struct op *op);

/*
 * op_encode() - the canonical record of @op (unused bytes are 0).
 */
/*@
  requires op:     \valid_read(op) && args_ok(op->row);
  requires values: \forall integer i; 0 <= i < op->row->arg_count ==>
                     op->row->arg[i].operand->lo <= op->arg[i] <= op->row->arg[i].operand->hi
                     || (op->row->arg[i].operand->decode == DECODE_TAIL && op->arg[i] > UINT64_MAX - 64);
  requires record: \valid(record + (0 .. OP_BYTES - 1)) && \separated(op, record + (0 .. OP_BYTES - 1))
                   && \separated(op->row, record + (0 .. OP_BYTES - 1))
                   && (\forall integer i; 0 <= i < op->row->arg_count ==>
                         \separated(op->row->arg[i].operand, record + (0 .. OP_BYTES - 1)));
  TOTAL;
  assigns          record[0 .. OP_BYTES - 1];
*/
void op_encode(const struct op *op, uint8_t record[OP_BYTES]);

/*@
  predicate row_apart(struct op_row *row, struct op *op) =
    \separated(op, row)
    && (\forall integer i; 0 <= i < row->arg_count ==> \separated(op, row->arg[i].operand));
  predicate kinds_ok(struct tables *t, struct op *op) =
    \valid_read(t) && \valid_read(t->op_by_kind + (0 .. OP_META - 1))
    && \separated(op, t, t->op_by_kind + (0 .. OP_META - 1))
    && (\forall integer k; 0 <= k < OP_META && t->op_by_kind[k] != \null ==>
          args_ok(t->op_by_kind[k]) && row_apart(t->op_by_kind[k], op));
*/

/*
 * op_decode() - total: any 16 bytes.
 * Returns: false if the kind is not an op of the domain (the record is dropped).
 */
/*@
  requires tables: kinds_ok(tables, op);
  requires record: \valid_read(record + (0 .. OP_BYTES - 1));
  requires op:     \valid(op) && \separated(op, record + (0 .. OP_BYTES - 1));
  TOTAL;
  assigns          *op;
  ensures which:   \result == true <==> record[0] < OP_META && tables->op_by_kind[record[0]] != \null;
  ensures kind:    \result == true ==> op->row == tables->op_by_kind[record[0]] && op->kind == record[0];
  ensures ref:     \result == true ==>
                     \forall integer i; 0 <= i < op->row->arg_count ==> op->ref[i] == op->arg[i];
*/
bool op_decode(const struct tables *tables, const uint8_t record[OP_BYTES], struct op *op);

#endif
