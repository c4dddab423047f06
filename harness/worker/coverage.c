/* The model's own coverage counters (clang's inline 8-bit counters), where the worker has them. */
/* SPDX-License-Identifier: MIT */
#include "coverage.h"
#include "sys.h"

extern uint8_t counters_start[] __asm__("__start___sancov_cntrs") __attribute__((weak));
extern uint8_t counters_stop[] __asm__("__stop___sancov_cntrs") __attribute__((weak));

/* Called by instrumented objects at start-up; the section's bounds serve as well. */
void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *stop);
void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *stop)
{
	(void)start;
	(void)stop;
}

void coverage_clear(void)
{
	if (&counters_start[0] != &counters_stop[0])
		memset(counters_start, 0, (size_t)(counters_stop - counters_start));
}

uint32_t coverage_copy(uint8_t *to, uint32_t max)
{
	uint32_t count = (uint32_t)(counters_stop - counters_start);

	if (count > max)
		count = max;
	if (count != 0)
		memcpy(to, counters_start, count);
	return count;
}
