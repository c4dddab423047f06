/* The model's own coverage counters, where the program was built with them; otherwise there are none. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_WORKER_COVERAGE_H
#define MEMORACLE_WORKER_COVERAGE_H

#include <stdint.h>

/* More counters than any model has: engines look at all of them for every case. */
#define COVERAGE_MAX (1u << 15)

/*
 * What engines are told must be a function of the case. A reset cleans up after the case before, and the
 * invariant is checked now and then: what the model does there does not count.
 */

/* coverage_clear() - counts from here on; called once everything is reset. */
void coverage_clear(void);
/* coverage_hold(), coverage_release() - what is counted between them is forgotten. */
void coverage_hold(void);
void coverage_release(void);

/* coverage_counters() - the counters. Returns: how many there are in *count, at most COVERAGE_MAX. */
const uint8_t *coverage_counters(uint32_t *count);

#endif
