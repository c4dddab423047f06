/* The model's own coverage counters (clang's inline 8-bit counters), where the program has them. */
/* SPDX-License-Identifier: MIT */
#include "coverage.h"
#include "sys.h"

extern uint8_t counters_start[] __asm__("__start___sancov_cntrs") __attribute__((weak));
extern uint8_t counters_stop[] __asm__("__stop___sancov_cntrs") __attribute__((weak));

/* Called by instrumented objects at start-up, for an engine that wants to know; libFuzzer brings its own. */
void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *stop);
void __sanitizer_cov_pcs_init(const uintptr_t *start, const uintptr_t *stop);

__attribute__((weak)) void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *stop)
{
	(void)start;
	(void)stop;
}

__attribute__((weak)) void __sanitizer_cov_pcs_init(const uintptr_t *start, const uintptr_t *stop)
{
	(void)start;
	(void)stop;
}

/* As many as are held and handed over. */
static size_t counters_bytes(void)
{
	size_t bytes = (size_t)(counters_stop - counters_start);

	return bytes < COVERAGE_MAX ? bytes : COVERAGE_MAX;
}

static uint8_t held[COVERAGE_MAX];

void coverage_clear(void)
{
	if (counters_start != NULL)
		memset(counters_start, 0, (size_t)(counters_stop - counters_start));
}

void coverage_hold(void)
{
	if (counters_start != NULL)
		memcpy(held, counters_start, counters_bytes());
}

void coverage_release(void)
{
	if (counters_start != NULL)
		memcpy(counters_start, held, counters_bytes());
}

const uint8_t *coverage_counters(uint32_t *count)
{
	*count = (uint32_t)counters_bytes();
	return counters_start;
}
