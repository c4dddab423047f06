/* The tables of a domain: what its .def files say, as rows. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_TABLES_H
#define MEMORACLE_MODEL_TABLES_H

#include <stdint.h>

#include "bool.h"

struct op_row;      /* op.h */
struct operand_row; /* op.h */

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

#endif
