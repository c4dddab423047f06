/* Parameters of the allocator. */
/* SPDX-License-Identifier: MIT */
#include "mallopt.h"
#include "merge.h"

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

uint64_t ptm_max_fast(uint64_t bytes)
{
	return bytes <= 7 ? 16 : bytes + 8 - (bytes + 8) % PTM_UNIT_BYTES;
}

/* M_MXFAST: 1, or 0 if @value is too large. */
/*@
  requires valid: \valid(e);
  TOTAL;
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
	e->max_fast = ptm_max_fast(value);
	return 1;
}

/* A threshold that the program sets is not adapted any more, nor is any other. */
/*@
  requires valid: \valid(e);
  TOTAL;
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
  TOTAL;
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
