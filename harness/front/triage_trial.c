/* triage: a campaign under a cause, of new cases and of variants of the findings that it explains. */
/* SPDX-License-Identifier: MIT */
#include "triage.h"
#include "batch.h"
#include "../gen/generate.h"
#include "../gen/mutate.h"
#include <stdlib.h>
#include <string.h>

#define TRIAL_SEED 1000003u
#define TRIAL_CASES 32u /* in one hand-over */

/* A seed that none of the findings came from. */
static uint64_t seed_choose(const struct triage_group *group)
{
	uint64_t seed = TRIAL_SEED;

	for (uint32_t i = 0; i < group->finding_count; i++) {
		const char *used = meta_get(&group->finding[i]->file, "seed");

		if (used != NULL && strtoull(used, NULL, 10) == seed) {
			seed++;
			i = UINT32_MAX; /* from the first one again */
		}
	}
	return seed;
}

/* The @index-th finding that the cause explains, or NULL if it explains none. */
static const struct case_file *explained_find(const struct triage_group *group,
					      const struct cause *cause, uint64_t index)
{
	uint32_t count = cause_explains(group, cause);

	if (count == 0)
		return NULL;
	index %= count;
	for (uint32_t i = 0; i < group->finding_count; i++)
		if (cause->explains[i] && index-- == 0)
			return &group->finding[i]->file;
	return NULL;
}

/* Every other case is a variant of a finding: near it a wrong cause soon shows. */
static uint32_t case_make(const struct triage_group *group, const struct cause *cause,
			  uint64_t seed, uint64_t index, uint8_t *records)
{
	const struct tables *tables = group->base.tables;
	const struct case_file *near = index % 2 ? explained_find(group, cause, index / 2) : NULL;
	size_t bytes;

	seed = case_seed(seed, index);
	if (near == NULL)
		return generate_case(tables, seed, case_length(seed), group->base.fixed, records);
	bytes = (size_t)near->record_count * OP_BYTES;
	memcpy(records, near->records, bytes);
	return (uint32_t)(mutate_case(tables, records, bytes, (size_t)CASE_RECORDS_MAX * OP_BYTES,
				      seed) /
			  OP_BYTES);
}

/* The signature is that of --state full. */
static bool difference_note(struct session *session, struct trial *trial,
			    const struct case_file *file, const struct sighting *first,
			    struct error *error)
{
	struct sighting full;

	if (!session_case(session, file, STATE_FULL, &full, error))
		return false;
	trial->differs = true;
	sighting_signature(file, full.kind != SIGHTING_NONE ? &full : first, trial->signature);
	return true;
}

static uint64_t ops_agreed(const struct session *session)
{
	return session->totals.verdict[VERDICT_AGREE] + session->totals.verdict[VERDICT_OPEN];
}

static bool batch_try(struct session *session, struct trial *trial, const struct batch *batch,
		      struct error *error)
{
	uint64_t before = ops_agreed(session);
	struct sighting sighting;
	struct case_file file;
	bool good;

	session_begin(session, STATE_TOUCHED);
	if (!batch_go(batch, 0, session, &sighting, error))
		return false;
	trial->agreed += ops_agreed(session) - before;
	if (sighting.kind == SIGHTING_NONE)
		return true;
	file = batch_case(batch, session->tables, sighting.case_index);
	good = difference_note(session, trial, &file, &sighting, error);
	case_free(&file);
	return good;
}

bool trial_run(struct triage_group *group, struct cause *cause, uint64_t ops, struct error *error)
{
	struct session *session = cause_enter(group, cause, error);
	struct batch *batch = memory_new(1, sizeof(*batch));
	uint64_t seed = seed_choose(group), index = 0;
	bool good = session != NULL;
	uint8_t *records;

	cause->trial = (struct trial){ 0 };
	batch->limit = TRIAL_CASES;
	while (good && !cause->trial.differs && cause->trial.agreed < ops) {
		batch->count = 0;
		while ((records = batch_next(batch)) != NULL) {
			batch_take(batch, index, case_make(group, cause, seed, index, records));
			index++;
		}
		good = batch_try(session, &cause->trial, batch, error);
	}
	free(batch);
	return good;
}
