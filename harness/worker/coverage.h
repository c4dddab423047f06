/* The model's own coverage counters, where the worker was built with them. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_WORKER_COVERAGE_H
#define MEMORACLE_WORKER_COVERAGE_H

#include <stdint.h>

void coverage_clear(void);
/* coverage_copy() - Returns: how many counters were copied. */
uint32_t coverage_copy(uint8_t *to, uint32_t max);

#endif
