/* A target that is linked into the fuzz binary; libFuzzer sees the model's counters where they are. */
/* SPDX-License-Identifier: MIT */
#include "../worker/coverage.h"
#include "entry.h"
#include <string.h>

#define WF_EVERY 4096 /* a check walks the whole index space: some 2 ms */

static struct lockstep lockstep;
static struct progress progress;

bool backend_open(const struct target_entry *target, const char *fault, struct error *error)
{
	(void)fault; /* the binary was built with it */
	if (lockstep_open(&lockstep) != 0)
		return error_set(error, "%s: %s", target->name, lockstep.info.why_not);
	return true;
}

const char *backend_version(void)
{
	return lockstep.info.version;
}

void backend_run(const uint8_t *records, uint32_t count, enum state_level level,
		 struct result *sums, struct sighting *sighting)
{
	uint32_t counter_count;
	const struct lockstep_options options = { .level = level, .wf_every = WF_EVERY };
	const struct case_view view = { .records = records, .count = count };
	bool agreed = lockstep_run(&lockstep, &options, &view, sums, &progress);
	const uint8_t *counters = coverage_counters(&counter_count);

	if (engine_cover != NULL)
		engine_cover(counters, counter_count);
	sighting->kind = SIGHTING_NONE;
	if (agreed) {
		lockstep_finish(&lockstep, &options, &progress);
		return;
	}
	sighting->kind = SIGHTING_DIFFERENCE;
	sighting->difference = sums->difference;
	sighting->record = sums->difference.record;
	sums->difference.kind = DIFFERENCE_NONE;
}
