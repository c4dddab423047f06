/* Cases that go to a worker in one hand-over. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_BATCH_H
#define MEMORACLE_FRONT_BATCH_H

#include "session.h"

#define CASE_RECORDS_MAX (OPS_MAX + 256u)

struct batch {
	uint32_t limit; /* cases in the next one */
	uint32_t count;
	uint64_t index[BATCH_CASES_MAX]; /* of each case in its campaign */
	uint32_t from[BATCH_CASES_MAX];  /* first record */
	uint32_t records[BATCH_CASES_MAX];
	uint8_t bytes[(size_t)BATCH_RECORDS_MAX * OP_BYTES];
};

/* case_seed() - of case @index of a campaign. case_length() - of the case with that seed: log-uniform, short cases reach
 * the settings, long ones the depth. */
uint64_t case_seed(uint64_t seed, uint64_t index);
uint32_t case_length(uint64_t seed);

/* batch_next() - room for the records of another case, CASE_RECORDS_MAX of them; NULL when the batch is full. */
uint8_t *batch_next(struct batch *batch);
/* batch_take() - they were filled in. */
void batch_take(struct batch *batch, uint64_t index, uint32_t records);

/* batch_case() - case @i, for the caller to free. */
struct case_file batch_case(const struct batch *batch, const struct tables *tables, uint32_t i);

/* batch_go() - hands over the cases from @from on, at the level that session_begin() was told. */
bool batch_go(const struct batch *batch, uint32_t from, struct session *session,
	      struct sighting *sighting, struct error *error);

#endif
