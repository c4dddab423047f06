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

	return number[parameter];
}

/* Source: malloc/malloc.c:set_max_fast, glibc 2.36. */
/*@
  requires most:  bytes <= MAX_FAST_BYTES;
  PTM_TOTAL;
  assigns         \nothing;
  ensures off:    bytes <= 7 ==> \result == 16;
  ensures size:   bytes > 7 ==> \result % 16 == 0 && bytes - 8 < \result <= bytes + 8;
*/
static uint64_t max_fast(uint64_t bytes)
{
	return bytes <= 7 ? 16 : bytes + 8 - (bytes + 8) % PTM_UNIT_BYTES;
}

/* Places of mapped chunks are free again. */
/*@
  requires valid: \valid(e);
  requires high:  e->map_high <= PTM_MAPS_MAX;
  PTM_TOTAL;
  assigns         e->map_high, e->map_live, e->map[0 .. PTM_MAPS_MAX - 1].bytes;
  ensures none:   e->map_high == 0 && e->map_live == 0;
  ensures free:   \forall integer k; 0 <= k < PTM_MAPS_MAX ==> e->map[k].bytes == 0 ||
                  (k >= \old(e->map_high) && e->map[k].bytes == \old(*e).map[k].bytes);
*/
static void maps_reset(struct ptm_env *e)
{
	/*@ loop invariant high: e->map_high <= \at(e->map_high, Pre);
	    loop invariant free: \forall integer k; e->map_high <= k < PTM_MAPS_MAX ==> e->map[k].bytes == 0 ||
	      (k >= \at(e->map_high, Pre) && e->map[k].bytes == \at(*e, Pre).map[k].bytes);
	    loop assigns e->map_high, e->map[0 .. PTM_MAPS_MAX - 1].bytes;
	    loop variant e->map_high; */
	while (e->map_high > 0) {
		e->map_high--;
		e->map[e->map_high].bytes = 0;
	}
	e->map_live = 0;
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
	maps_reset(e);
}

/* M_MXFAST: 1, or 0 if @value is too large. */
/*@
  requires valid: \valid(e);
  PTM_TOTAL;
  assigns         e->max_fast, e->trace;
  ensures set:    \result == 1 <==> value <= MAX_FAST_BYTES;
  ensures range:  \result == 0 || \result == 1;
  ensures off:    value <= 7 ==> e->max_fast == 16;
  ensures size:   7 < value <= MAX_FAST_BYTES ==> e->max_fast % 16 == 0 && value - 8 < e->max_fast <= value + 8;
  ensures stay:   \result == 0 ==> e->max_fast == \old(e->max_fast);
*/
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
/*@
  requires valid: \valid(e);
  PTM_TOTAL;
  assigns         e->trim_threshold, e->top_pad, e->mmap_threshold, e->no_dyn_threshold, e->trace;
  ensures freeze: e->no_dyn_threshold == 1;
  ensures trim:   e->trim_threshold == (parameter == PARAMETER_TRIM_THRESHOLD ? value : \old(e->trim_threshold));
  ensures pad:    e->top_pad == (parameter == PARAMETER_TOP_PAD ? value : \old(e->top_pad));
  ensures mmap:   e->mmap_threshold == (parameter == PARAMETER_MMAP_THRESHOLD ? value : \old(e->mmap_threshold));
*/
static void threshold_set(struct ptm_env *e, uint64_t parameter, uint64_t value)
{
	FIRE(e, mallopt_freeze);
	e->no_dyn_threshold = 1;
	if (parameter == PARAMETER_TRIM_THRESHOLD)
		e->trim_threshold = value;
	else if (parameter == PARAMETER_TOP_PAD)
		e->top_pad = value;
	else if (parameter == PARAMETER_MMAP_THRESHOLD)
		e->mmap_threshold = value;
}

/* What the parameter is, once the fastbins are empty. */
/*@
  requires valid: \valid(e);
  PTM_TOTAL;
  assigns         e->max_fast, e->trim_threshold, e->top_pad, e->mmap_threshold, e->no_dyn_threshold, e->n_mmaps_max, e->trace;
  ensures range:  \result == 0 || \result == 1;
  ensures refuse: \result == 0 ==> parameter == PARAMETER_MXFAST && (value < 0 || value > MAX_FAST_BYTES);
  ensures maps:   e->n_mmaps_max == (parameter == PARAMETER_MMAP_MAX ? value : \old(e->n_mmaps_max));
*/
static uint64_t parameter_set(struct ptm_env *e, uint64_t parameter, int32_t value)
{
	switch (parameter) {
	case PARAMETER_MXFAST:
		return mxfast_set(e, ptm_extend(value));
	case PARAMETER_TRIM_THRESHOLD:
	case PARAMETER_TOP_PAD:
	case PARAMETER_MMAP_THRESHOLD:
		threshold_set(e, parameter, ptm_extend(value));
		return 1;
	case PARAMETER_MMAP_MAX:
		threshold_set(e, parameter, 0);
		e->n_mmaps_max = value;
		return 1;
	default:
		return 1;
	}
}

uint64_t ptm_mallopt(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint64_t parameter,
		     int32_t value)
{
	FIRE(e, mallopt_consolidate);
	ptm_consolidate(h, e, a);
	return parameter_set(e, parameter, value);
}
