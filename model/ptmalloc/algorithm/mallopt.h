/* Parameters of the allocator. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_MALLOPT_H
#define MEMORACLE_MODEL_PTMALLOC_MALLOPT_H

#include "cache.h"

#define MAX_FAST_BYTES 160u /* MAX_FAST_SIZE */

/* ptm_mallopt_number() - Returns: the C library's number of the operand's @parameter. */
/*@
  requires range: parameter < 8;
  TOTAL;
  assigns         \nothing;
*/
int32_t ptm_mallopt_number(uint64_t parameter);

/*
 * ptm_mallopt() - Returns: 1, or 0 if the value was refused. Consolidates first, whatever the parameter.
 * Source: malloc/malloc.c:__libc_mallopt, glibc 2.36.
 */
/*@
  REQUIRES_HEAP;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_CONSOLIDATE;
  TOTAL;
  assigns         MERGE_FIELDS, h->fast[a][0 .. PTM_FASTBINS - 1], h->have_fast[a], e->trace, e->max_fast,
                  e->trim_threshold, e->top_pad, e->mmap_threshold, e->no_dyn_threshold, e->n_mmaps_max;
  ENSURES_WF;
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + PTM_STAMP_CONSOLIDATE;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
  ensures none:   \forall integer c; 0 <= c < PTM_FASTBINS ==> h->fast[a][c] == PTM_NIL;
  ensures range:  \result == 0 || \result == 1;
*/
uint64_t ptm_mallopt(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint64_t parameter,
		     int32_t value);

/* ptm_max_fast() - global_max_fast for chunks of @bytes. Source: malloc/malloc.c:set_max_fast, glibc 2.36. */
/*@
  requires most:  bytes <= MAX_FAST_BYTES;
  TOTAL;
  assigns         \nothing;
  ensures off:    bytes <= 7 ==> \result == 16;
  ensures size:   bytes > 7 ==> \result % 16 == 0 && bytes - 8 < \result <= bytes + 8;
*/
uint64_t ptm_max_fast(uint64_t bytes);

#endif
