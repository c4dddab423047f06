/* What a run of cases gives back: counts, the first difference, and what is needed to explain it. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_WORKER_RESULT_H
#define MEMORACLE_WORKER_RESULT_H

#include "../../model/model.h"

/* Where the two sides differ. The order is the order in which a signature names them. */
enum difference_kind {
	DIFFERENCE_NONE,
	DIFFERENCE_OUTCOME, /* value or errno: want_outcome, seen_outcome */
	DIFFERENCE_REQUEST, /* OS requests: os */
	DIFFERENCE_CELL,    /* field, space, key, want, seen */
	DIFFERENCE_WF, /* wf_ok() refused the model's state (seen 0) or the real one (seen 1) */
	DIFFERENCE_OVERFLOW, /* a view did not fit: a bug of our own, never agreement */
};

/* How the state is compared. */
enum state_level {
	STATE_END,     /* outcomes only; everything at the end of the case */
	STATE_TOUCHED, /* after each op what it touched; everything at the end */
	STATE_FULL,    /* everything after each op */
};

struct difference {
	uint32_t kind;
	uint32_t case_index; /* in the request */
	uint32_t record;     /* index of the op's record in the case */
	uint32_t rule;       /* last rule fired in the op, or RULE_NONE */
	uint16_t field, space;
	uint32_t key;
	uint64_t want, seen;
	struct outcome want_outcome, seen_outcome;
	struct os os;
	uint32_t fired_count; /* rules that fired in the op, by number */
	uint8_t fired[RULES_MAX];
};

/* How one record of the last case ended. */
struct op_note {
	uint8_t verdict; /* enum verdict; VERDICT_COUNT: not an op, or not reached */
	uint8_t skip;    /* enum skip */
	uint8_t blamed;  /* 1 + index in ref[] of the argument that is not modelled, or 0 */
	uint8_t reserved;
	int32_t err;
	uint64_t value; /* outcome.value[0] as seen */
};

#define STALE_MAX 64u
#define NOTES_MAX (1u << 16) /* records of one run; longer cases run in parts */

/*
 * struct stale - expectations that both sides contradict, where they agree with each other.
 * @unchecked: expectations that the host cannot meet: of an op that it does not support, or of the state
 *             behind one.
 * @count: may be larger than what there is room for in the arrays.
 */
struct stale {
	uint32_t count, unchecked;
	uint32_t record[STALE_MAX];
	uint64_t actual[STALE_MAX];     /* of a cell */
	struct op_note note[STALE_MAX]; /* how the op before it ended: a result's value */
};

struct result {
	uint64_t cases, ops;
	uint64_t verdict[VERDICT_COUNT];
	uint64_t skipped_by[SKIP_COUNT];
	uint64_t rule_hits[RULES_MAX];
	uint64_t wf_model, wf_target; /* wf_ok() calls on either side */
	uint64_t cells;               /* compared */
	uint64_t nanoseconds;         /* CPU time of the run, resets included */
	uint32_t skipped_first;       /* 1 + the record of the first op that was skipped, or 0 */
	struct stale stale;
	struct difference difference;
	uint32_t note_count;
	struct op_note note[NOTES_MAX];
};

/* result_init() - nothing counted yet. Notes of ops are written as a case runs. */
static inline void result_init(struct result *result)
{
	__builtin_memset(result, 0, offsetof(struct result, note));
	result->difference.rule = RULE_NONE;
}

/* result_add() - what was counted in another run too. */
static inline void result_add(struct result *sum, const struct result *more)
{
	sum->cases += more->cases;
	sum->ops += more->ops;
	sum->cells += more->cells;
	sum->wf_model += more->wf_model;
	sum->wf_target += more->wf_target;
	sum->nanoseconds += more->nanoseconds;
	for (uint32_t i = 0; i < VERDICT_COUNT; i++)
		sum->verdict[i] += more->verdict[i];
	for (uint32_t i = 0; i < SKIP_COUNT; i++)
		sum->skipped_by[i] += more->skipped_by[i];
	for (uint32_t i = 0; i < RULES_MAX; i++)
		sum->rule_hits[i] += more->rule_hits[i];
}

#endif
