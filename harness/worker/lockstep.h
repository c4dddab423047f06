/* The lockstep loop: one model, one real target, op by op. The only place that compares them. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_WORKER_LOCKSTEP_H
#define MEMORACLE_WORKER_LOCKSTEP_H

#include "../target.h"
#include "result.h"

#define RULES_BYTES_MAX 2048u
#define CELLS_MAX (1u << 18)

/* A parameter set from outside the case (--rule, --set, --profile). */
struct override {
	uint32_t param;
	uint32_t reserved;
	uint64_t value;
};

struct lockstep_options {
	uint32_t level;    /* enum state_level */
	uint32_t wf_every; /* call wf_ok() in every n-th case; 0: never */
	uint32_t strict;   /* 0: raw fuzz input, expectations are dropped */
	uint32_t open_end; /* nothing is compared at the end of the case */
	uint32_t resume;   /* the case goes on: both sides are as the part before left them */
	uint32_t more;     /* another part of the case follows */
	uint32_t override_count;
	const struct override *override;
};

/* struct lockstep - all that the loop needs; some 10 MiB, more for models with large views, mostly untouched. */
struct lockstep {
	void *state;                         /* the model's */
	void *mirror;                        /* a second one, for load() */
	uint64_t base[RULES_BYTES_MAX / 8];  /* as detected at the target */
	uint64_t rules[RULES_BYTES_MAX / 8]; /* of this case */
	uint64_t case_number;
	struct target_info info;
	struct outcome want, seen;
	struct os os;
	struct result again; /* of a case that runs once more */
	struct view want_view;
	uint64_t *seen_value; /* of the cells in want_view, on the real side */
	struct cell *seen_cell;
};

/* One case, or a part of one: @count records. */
struct case_view {
	const uint8_t *records;
	uint32_t count;
	uint32_t index;
};

/* Told the record index before each op, so that a crash can be charged. */
struct progress {
	volatile uint32_t case_index;
	volatile uint32_t record;
	volatile uint32_t phase; /* enum progress_phase */
};

enum progress_phase { PHASE_IDLE, PHASE_RESET, PHASE_APPLY, PHASE_MODEL, PHASE_OBSERVE };

/*
 * lockstep_open() - makes worker_target ready; detects its switches into ls->base.
 * Returns: 0, or -errno with ls->info.why_not set.
 */
int lockstep_open(struct lockstep *ls);

/*
 * lockstep_run() - one case on both sides; adds to *result.
 * Returns: true while both agree, also where a case expects something else (result->stale); false on a
 * difference (result->difference).
 */
bool lockstep_run(struct lockstep *ls, const struct lockstep_options *options,
		  const struct case_view *view, struct result *result, struct progress *progress);

/*
 * lockstep_resolve() - runs a case and stores the resolved ops that were applied, for replay on one
 * side alone. @result is scratch.
 * Returns: how many.
 */
uint32_t lockstep_resolve(struct lockstep *ls, const struct lockstep_options *options,
			  const struct case_view *view, struct result *result, struct op *ops,
			  uint32_t ops_max);

/* lockstep_apply_alone() - reset and resolved ops on the target alone (the baseline of measurements). */
void lockstep_apply_alone(struct lockstep *ls, const struct op *ops, uint32_t count);

/*
 * lockstep_finish() - after a case that agreed, and after lockstep_dump(): has the target anything to say against its end?
 * In as many cases as wf_ok() is called in. It ends the process if so.
 */
void lockstep_finish(const struct lockstep *ls, const struct lockstep_options *options,
		     struct progress *progress);

/* lockstep_dump() - the model's full view into want_view. Returns: the same cells of the real side. */
struct view lockstep_dump(struct lockstep *ls);

#endif
