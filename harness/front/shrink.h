/* Shrinking: a case, the finding it must keep, and candidates that are tried in batches. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_SHRINK_H
#define MEMORACLE_FRONT_SHRINK_H

#include "../gen/random.h"
#include "session.h"

#define BATCH_MAX 128u

/* A candidate's records. */
struct candidate {
	uint8_t *records;
	uint32_t count;
};

struct shrink {
	struct session *session;
	struct case_file *file;     /* the best so far */
	struct case_file confirmed; /* the best that shows the finding under full state */
	char signature[SIGNATURE_MAX];
	char *rule;
	uint32_t fault_rule; /* of a planted fault that is seen to act; else RULE_NONE */
	enum state_level level;
	double deadline;
	struct candidate batch[BATCH_MAX];
	uint32_t batch_count;
	uint32_t runs;
	double run_seconds; /* of one run, on average */
	bool open_end;      /* the finding shows before the end of the case is compared */
	uint32_t slack;     /* ops that cases near the best one may have more than it */
	struct random random;
	struct error *error;
	uint32_t wf_every; /* 0 unless the invariant is what fails */
	bool failed;       /* no worker any more */
};

/* fault_rule_find() - the planted fault's rule if it fired in the op that differs, else RULE_NONE. */
uint32_t fault_rule_find(const struct session *session, const struct sighting *sighting);

bool time_is_up(const struct shrink *shrink);

/* candidate_new() - an empty candidate of the batch with room for @count records. */
struct candidate *candidate_new(struct shrink *shrink, uint32_t count);
void candidate_add(struct candidate *candidate, const uint8_t *records, uint32_t count);
/* candidate_without() - the best case but for @count records from @at on. */
struct candidate *candidate_without(struct shrink *shrink, uint32_t at, uint32_t count);
/* candidate_whole() - the best case, for a change of one record. */
struct candidate *candidate_whole(struct shrink *shrink);

/*
 * batch_settle() - tries the batch in order, adopts the first candidate that still shows the finding,
 * cut behind its op, and clears the batch.
 * Returns: its index, or -1.
 */
int batch_settle(struct shrink *shrink);

/* level_holds() - does the best case show the finding at this level? It is the level from now on. */
bool level_holds(struct shrink *shrink, enum state_level level);

/* Moves. Each tries what it is named for until nothing comes of it or the time is up, and tells whether
 * anything came of it. */
bool chunks_remove(struct shrink *shrink, uint32_t size);
bool lifetimes_remove(struct shrink *shrink);
bool pairs_remove(struct shrink *shrink);
bool values_enlarge(struct shrink *shrink);
bool values_transfer(struct shrink *shrink);
bool operands_simplify(struct shrink *shrink);
bool settings_simplify(struct shrink *shrink);
void slots_renumber(struct shrink *shrink);

/*
 * idle_remove() - all ops at once that @note says were skipped, with @failed those too that gave an errno.
 */
bool idle_remove(struct shrink *shrink, const struct op_note *note, bool failed);

/* near_search() - one batch of cases near the best one, no longer than it. Equals are adopted too. */
bool near_search(struct shrink *shrink);

/* short_search() - one batch of short generated cases; one that shows the finding takes the best one's place. */
bool short_search(struct shrink *shrink);

#endif
