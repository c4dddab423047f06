/* Parameters of the allocator. */
/* SPDX-License-Identifier: MIT */
#include "mallopt.h"

#define MAX_FAST_BYTES 160u /* MAX_FAST_SIZE */

/* As operand.def names them. */
enum parameter {
	PARAMETER_UNKNOWN,
	PARAMETER_MXFAST,
	PARAMETER_TRIM_THRESHOLD,
	PARAMETER_TOP_PAD,
	PARAMETER_MMAP_THRESHOLD,
	PARAMETER_MMAP_MAX,
	PARAMETER_CHECK_ACTION,
	PARAMETER_ARENA_TEST,
};

int32_t ptm_mallopt_number(uint64_t parameter)
{
	static const int32_t number[] = { 0, 1, -1, -2, -3, -4, -5, -7 };

	return number[parameter & 7];
}

/* Source: malloc/malloc.c:set_max_fast, glibc 2.36. */
static uint64_t max_fast(uint64_t bytes)
{
	return bytes <= 7 ? 16 : (bytes + 8) & ~(uint64_t)(PTM_UNIT_BYTES - 1);
}

void ptm_env_init(struct ptm_env *e, const struct ptm_rules *rules)
{
	e->rules = *rules;
	e->trim_threshold = rules->trim_threshold;
	e->top_pad = rules->top_pad;
	e->mmap_threshold = rules->mmap_threshold;
	e->n_mmaps_max = (int32_t)rules->mmap_max;
	e->n_mmaps = 0;
	e->max_n_mmaps = 0;
	e->no_dyn_threshold = (uint32_t)rules->fixed_thresholds;
	e->mmapped_mem = 0;
	e->max_mmapped_mem = 0;
	e->sbrk_base = 0;
	e->has_sbrk_base = false;
	e->noncontiguous = false;
	e->max_fast = max_fast(rules->mxfast);
	e->tcache_bins = ptm_request_units(rules->tcache_max) - PTM_MIN_UNITS + 1;
	e->tcache = PTM_NIL;
	e->system_mem = 0;
	e->max_system_mem = 0;
	e->brk = 0;
	e->brk_floor = 0;
	e->hole = 0;
	e->denied = 0;
	e->regions = 0;
	e->span_count = 0;
	e->span_floor = PTM_UNITS;
	while (e->map_high > 0)
		e->map[--e->map_high].bytes = 0;
	e->map_live = 0;
}

static uint64_t mxfast_set(struct ptm_env *e, uint64_t value)
{
	if (value > MAX_FAST_BYTES) {
		FIRE(e, mallopt_refused);
		return 0;
	}
	FIRE(e, mallopt_mxfast);
	e->max_fast = max_fast(value);
	return 1;
}

/* A threshold that the program sets is not adapted any more, nor is any other. */
static uint64_t *threshold(struct ptm_env *e, uint64_t parameter)
{
	if (parameter == PARAMETER_TRIM_THRESHOLD)
		return &e->trim_threshold;
	return parameter == PARAMETER_TOP_PAD ? &e->top_pad : &e->mmap_threshold;
}

uint64_t ptm_mallopt(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint64_t parameter,
		     int32_t value)
{
	FIRE(e, mallopt_consolidate);
	ptm_consolidate(h, e, a);
	switch (parameter) {
	case PARAMETER_MXFAST:
		return mxfast_set(e, (uint64_t)(int64_t)value);
	case PARAMETER_TRIM_THRESHOLD:
	case PARAMETER_TOP_PAD:
	case PARAMETER_MMAP_THRESHOLD:
		FIRE(e, mallopt_freeze);
		*threshold(e, parameter) = (uint64_t)(int64_t)value;
		e->no_dyn_threshold = 1;
		return 1;
	case PARAMETER_MMAP_MAX:
		FIRE(e, mallopt_freeze);
		e->n_mmaps_max = value;
		e->no_dyn_threshold = 1;
		return 1;
	default:
		return 1;
	}
}
