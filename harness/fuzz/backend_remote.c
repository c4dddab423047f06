/* A target in a worker process of its own; the model's coverage comes back through the mailbox. */
/* SPDX-License-Identifier: MIT */
#include "entry.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libFuzzer takes further counters from this section. */
__attribute__((section("__libfuzzer_extra_counters"),
	       used)) static volatile uint8_t extra_counters[COVERAGE_MAX];

static struct session session;

bool backend_open(const struct target_entry *target, const char *fault, struct error *error)
{
	static const struct options options = { .hang_seconds = 10 };
	static struct target_entry covered;

	/* The same worker with coverage counters: build/cover/T, or cover/T beside the faulty worker. */
	covered = *target;
	covered.worker = text_format(fault != NULL ? "cover/%s" : "../cover/%s", target->worker);
	return session_open(&session, &covered, fault, &options, error);
}

const char *backend_version(void)
{
	return session.info.version;
}

static void coverage_hand_over(const struct mailbox *box)
{
	memcpy((void *)extra_counters, box->coverage, box->coverage_count);
	if (engine_cover != NULL)
		engine_cover(box->coverage, box->coverage_count);
}

void backend_run(const uint8_t *records, uint32_t count, enum state_level level,
		 struct result *sums, struct sighting *sighting)
{
	struct error error;

	session_begin(&session, level)->strict = 0;
	if (!session_add(&session, records, count)) {
		sighting->kind = SIGHTING_NONE;
		return;
	}
	if (!session_go(&session, sighting, &error))
		exit(error_print(&error));
	result_add(sums, &session.worker.box->result);
	coverage_hand_over(session.worker.box);
}
