/* What the worker knows of a domain: its tables and its model. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_MODEL_H
#define MEMORACLE_MODEL_MODEL_H

#include "op.h"
#include "os.h"
#include "trace.h"
#include "view.h"

/* A row of view.def, in the order in which differences are named. */
struct field_row {
	const char *name;
	uint8_t key_form;   /* enum form */
	uint8_t value_form; /* enum form */
	const char *names;  /* of value_form ENUM or FLAGS */
	const char *doc;
};

enum rule_kind {
	RULE_PLAIN,  /* always applies */
	RULE_SWITCH, /* differs by version: a value per profile, a parameter of the rule's name */
	RULE_DEFECT, /* real behaviour that contradicts its documentation; 1 = as shipped */
	RULE_OPEN,   /* the model gives a predicate and adopts reality */
};

/* A row of rules.def. */
struct rule_row {
	const char *name;
	uint8_t kind;
	const char *source;    /* file:function, version */
	const char *statement; /* the rule, in our own words */
	const char *regress;   /* case in corpus/regress/<domain>/, without .ops, or "" */
	const char *fault;     /* fault.def row that breaks it, or "" */
};

/* A parameter: a switch, a defect, or a setting (tunable, geometry). All are u64 fields of the domain's rules struct. */
struct param_row {
	const char *name;
	uint32_t offset; /* bytes, in the rules struct */
	uint8_t
	    setting; /* 1: chosen per case (set K=V); 0: detected at the target (--rule NAME=V) */
	uint64_t initial, lo, hi;
	const char *doc;
};

/* Where pointers lie, for text: value v with base <= v < base + bytes is name+0x(v - base); with stride,
 * name#k+0x... for the k-th stride of bytes, counted from start(k) on. The first row that fits is taken; none: plain hex. */
struct region_row {
	const char *name;
	uint64_t base, bytes, stride;
	uint32_t stride_count;             /* 0: not indexed */
	uint64_t (*start)(uint64_t index); /* NULL: 0 */
	const char *doc;
};

/* What text and documents have of an operand: the last columns of its row in operand.def. */
struct operand_text {
	const struct operand_row *operand;
	bool optional;    /* text may leave it out, */
	uint64_t initial; /* and then it has this value */
	const char *doc;
};

struct tables {
	uint8_t number; /* in case headers; never reused */
	const char *name;
	const char *doc; /* what holds for all its ops */
	const struct op_row *op;
	const char *const *op_doc; /* of each op */
	uint32_t op_count;
	const struct op_row *const *op_by_kind; /* OP_META entries, NULL where unassigned */
	const struct field_row *field;
	uint32_t field_count;
	const struct rule_row *rule;
	uint32_t rule_count;
	const struct param_row *param;
	uint32_t param_count;
	const struct region_row *region;
	uint32_t region_count;
	const struct operand_text *operand_text;
	uint32_t operand_count;
	uint32_t rules_bytes; /* sizeof the domain's rules struct */
};

/* Why an op was applied to neither side. Names are in skip_name[]. */
enum skip {
	SKIP_NO,
	SKIP_CAPACITY,     /* the model's tables would overflow */
	SKIP_EMPTY_SLOT,   /* the op names a slot that holds nothing */
	SKIP_PRECONDITION, /* the case needs a rule that the target does not have */
	SKIP_UNSUPPORTED,  /* the host cannot do this op (forbidden system call) */
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

/*
 * struct model - a domain's model, as the worker drives it. The state is @bytes of zeroed, lazily
 * mapped memory that the caller owns; it holds a copy of the rules, the slots and a struct trace.
 * Order of calls for a case: reset, then for each op admit, (target applies op), step, view.
 *
 * reset:   the empty state under @rules (the domain's rules struct).
 * admit:   resolves slots into op->ref. SKIP_NO, or why the op is applied to neither side. Changes no
 *          state but scratch. Clears the trace of the op before.
 * step:    the op's effect and *want; requests go through os_request(). Stores results in slots.
 * judge:   NULL, or for ops under an open rule: 1 if *seen satisfies the model's predicate (the model
 *          adopted it, verdict open), 0 if not. Called only when want and seen differ.
 * view:    appends cells with the model's values.
 * load:    builds a state from a full view read from the real side; false if it is no state at all.
 * wf_ok:   the proved run-time form of the invariant.
 * trace:   the state's trace.
 */
struct model {
	const struct tables *tables;
	size_t bytes;
	void (*reset)(void *state, const void *rules);
	enum skip (*admit)(void *state, struct op *op);
	void (*step)(void *state, const struct op *op, struct os *os, struct outcome *want);
	int (*judge)(void *state, const struct op *op, const struct outcome *seen);
	void (*view)(const void *state, enum view_scope scope, struct view *view);
	bool (*load)(void *state, const struct view *seen);
	bool (*wf_ok)(const void *state);
	struct trace *(*trace)(void *state);
};

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
  terminates       \true;
  exits            \false;
  assigns          *op;
  ensures which:   \result == true <==> record[0] < OP_META && tables->op_by_kind[record[0]] != \null;
  ensures kind:    \result == true ==> op->row == tables->op_by_kind[record[0]] && op->kind == record[0];
  ensures ref:     \result == true ==>
                     \forall integer i; 0 <= i < op->row->arg_count ==> op->ref[i] == op->arg[i];
*/
bool op_decode(const struct tables *tables, const uint8_t record[OP_BYTES], struct op *op);

/*@
  predicate params_ok(struct tables *t) =
    \valid_read(t) && \valid_read(t->param + (0 .. t->param_count - 1)) && t->rules_bytes <= 4096
    && (\forall integer i; 0 <= i < t->param_count ==>
          t->param[i].offset / 8 < t->rules_bytes / 8 && t->param[i].lo <= t->param[i].initial <= t->param[i].hi);
*/

/*
 * params_init() - every parameter's initial value.
 * @rules: the domain's rules struct, as the array of uint64_t that it is.
 */
/*@
  requires tables: params_ok(tables);
  requires rules:  \valid(rules + (0 .. tables->rules_bytes / 8 - 1));
  requires apart:  \separated(rules + (0 .. tables->rules_bytes / 8 - 1), tables, tables->param + (0 .. tables->param_count - 1));
  terminates       \true;
  exits            \false;
  assigns          rules[0 .. tables->rules_bytes / 8 - 1];
*/
void params_init(const struct tables *tables, uint64_t *rules);

/*@
  requires tables: params_ok(tables) && param < tables->param_count;
  requires rules:  \valid_read(rules + (0 .. tables->rules_bytes / 8 - 1));
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures value:   \result == rules[tables->param[param].offset / 8];
*/
uint64_t param_get(const struct tables *tables, uint32_t param, const uint64_t *rules);

/*
 * param_set() - Returns: false, and nothing is changed, if @value is out of the row's range.
 */
/*@
  requires tables: params_ok(tables) && param < tables->param_count;
  requires rules:  \valid(rules + (0 .. tables->rules_bytes / 8 - 1));
  requires apart:  \separated(rules + (0 .. tables->rules_bytes / 8 - 1), tables, tables->param + (0 .. tables->param_count - 1));
  terminates       \true;
  exits            \false;
  assigns          rules[tables->param[param].offset / 8];
  ensures which:   \result == true <==> tables->param[param].lo <= value <= tables->param[param].hi;
  ensures set:     \result == true ==> rules[tables->param[param].offset / 8] == value;
  ensures not:     \result == false ==> rules[tables->param[param].offset / 8] == \old(rules[tables->param[param].offset / 8]);
*/
bool param_set(const struct tables *tables, uint32_t param, uint64_t *rules, uint64_t value);

#endif
