/* The view of an address space under test, from what /proc, or the kernel in process, tells of it. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_TARGET_VMA_OBSERVE_H
#define MEMORACLE_TARGET_VMA_OBSERVE_H

#include "apply.h"
#include "proc.h"

/* What the counters were before a case: those of the worker's own memory, and pages that leaked. */
struct counters_base {
	struct proc_counters counters;
	uint64_t locked;
};

/* space_sweep() - all VMAs as they are now; good until the next sweep. */
const struct proc_list *space_sweep(void);

/* space_observe() - as observe of struct target. */
void space_observe(const struct objects *objects, const struct counters_base *base,
		   const struct cell *cell, uint32_t count, uint64_t *seen);

#endif
