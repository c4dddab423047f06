/* Parameters of the allocator. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_MALLOPT_H
#define MEMORACLE_MODEL_PTMALLOC_MALLOPT_H

#include "free.h"

/* ptm_env_init() - parameters as the settings say, and nothing else yet. @e: zeroed, or used before. */
/*@
  requires valid: \valid(e) && \valid_read(rules) && \separated(e, rules);
  requires high:  e->map_high <= PTM_MAPS_MAX;
  requires range: rules->mxfast <= 160 && rules->tcache_max <= 1032 && rules->mmap_max <= 65536 && rules->fixed_thresholds <= 1;
  PTM_TOTAL;
  assigns         *e;
  ensures none:   e->tcache == PTM_NIL && e->hole == 0 && e->span_count == 0 && e->map_high == 0 && e->brk == 0 && e->brk_floor == 0;
  ensures set:    e->trim_threshold == rules->trim_threshold && e->top_pad == rules->top_pad && e->mmap_threshold == rules->mmap_threshold &&
                  e->n_mmaps_max == rules->mmap_max && e->no_dyn_threshold == rules->fixed_thresholds;
  ensures bins:   1 <= e->tcache_bins <= PTM_TCACHE_BINS;
  PTM_MAPS_KEPT;
*/
void ptm_env_init(struct ptm_env *e, const struct ptm_rules *rules);

/* ptm_mallopt_number() - Returns: the C library's number of the operand's @parameter. */
/*@
  requires range: parameter < 8;
  PTM_TOTAL;
  assigns         \nothing;
*/
int32_t ptm_mallopt_number(uint64_t parameter);

/*
 * ptm_mallopt() - Returns: 1, or 0 if the value was refused. Consolidates first, whatever the parameter.
 * Source: malloc/malloc.c:__libc_mallopt, glibc 2.36.
 */
/*@
  PTM_OP_PRE;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_CONSOLIDATE;
  PTM_TOTAL;
  assigns         PTM_MERGES, h->fast[a][0 .. PTM_FASTBINS - 1], h->have_fast[a], e->trace, e->max_fast,
                  e->trim_threshold, e->top_pad, e->mmap_threshold, e->no_dyn_threshold, e->n_mmaps_max;
  PTM_WF;
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + PTM_STAMP_CONSOLIDATE;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
  ensures none:   \forall integer c; 0 <= c < PTM_FASTBINS ==> h->fast[a][c] == PTM_NIL;
  ensures range:  \result == 0 || \result == 1;
*/
uint64_t ptm_mallopt(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint64_t parameter,
		     int32_t value);

#endif
