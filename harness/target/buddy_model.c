/* buddy/model: a copy of the buddy model as the real side. Below it, the first reclaim frees what the op says. */
/* SPDX-License-Identifier: MIT */
#include "model/real.h"

#define REF_RECLAIMED 2

extern const struct model model_buddy;

static uint64_t reclaimed;

static int system_open(void)
{
	return 0;
}

static void system_reset(void)
{
}

static void system_begin(const struct op *op, struct os *os)
{
	(void)os;
	reclaimed = op->ref[REF_RECLAIMED];
}

static void system_request(struct os *os, uint32_t kind, const uint64_t arg[OS_ARGS])
{
	uint64_t result = kind == OS_RECLAIM ? reclaimed : 0;

	if (kind == OS_RECLAIM)
		reclaimed = 0;
	if (os->seen_count == OS_EVENTS_MAX)
		return;
	os->seen[os->seen_count++] =
	    (struct os_event){ .kind = kind, .arg = { arg[0], arg[1], arg[2] }, .result = result };
}

const struct real_system real_system = { system_open, system_reset, system_begin, system_request };
const struct target worker_target = REAL_TARGET("buddy/model", model_buddy);
