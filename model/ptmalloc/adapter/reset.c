/* The state of the model as a case begins. */
/* SPDX-License-Identifier: MIT */
#include "reset.h"
#include "../algorithm/mallopt.h"
#include "../state/arith.h"
#include "../state/heap_reset.h"

/* Places of mapped chunks are free again. */
/*@
  requires valid: \valid(e);
  requires high:  e->map_high <= PTM_MAPS_MAX;
  TOTAL;
  assigns         e->map_high, e->map_live, e->map_free, e->map[0 .. PTM_MAPS_MAX - 1].bytes;
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
	e->map_free = PTM_MAPS_MAX;
}

/* What stands beside the heap, under @rules. */
/*@
  requires valid: \valid(e) && \valid_read(rules) && \separated(e, rules);
  requires high:  e->map_high <= PTM_MAPS_MAX;
  requires range: rules->mxfast <= 160 && rules->tcache_max <= 1032 && rules->mmap_max <= INT32_MAX && rules->fixed_thresholds <= 1;
  TOTAL;
  assigns         *e;
  ensures none:   e->tcache == PTM_NIL && e->hole == 0 && e->span_count == 0 && e->map_high == 0 && e->brk == 0 && e->brk_floor == 0;
  ensures set:    e->trim_threshold == rules->trim_threshold && e->top_pad == rules->top_pad && e->mmap_threshold == rules->mmap_threshold &&
                  e->n_mmaps_max == rules->mmap_max && e->no_dyn_threshold == rules->fixed_thresholds;
  ensures bins:   1 <= e->tcache_bins <= PTM_TCACHE_BINS;
  ENSURES_MAPS;
*/
static void env_reset(struct ptm_env *e, const struct ptm_rules *rules)
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
	e->max_fast = ptm_max_fast(rules->mxfast);
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

void ptm_reset(struct ptm *m, const struct ptm_rules *rules)
{
	ptm_heap_reset(&m->heap);
	env_reset(&m->env, rules);
	trace_reset(&m->env.trace);
	m->slot_high = 0;
	m->ops = 0;
}
