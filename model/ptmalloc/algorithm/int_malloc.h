/* A chunk for a request: fastbins, bins, the top, the system. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_INT_MALLOC_H
#define MEMORACLE_MODEL_PTMALLOC_INT_MALLOC_H

#include "cache.h"

/*
 * ptm_int_malloc() - a block of at least @bytes from arena @a.
 * Source: malloc/malloc.c:_int_malloc, glibc 2.36.
 */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_MALLOC && h->pushes < PTM_PUSHES_MAX;
  TOTAL;
  assigns         GROW_FIELDS(a);
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(PTM_STAMP_MALLOC, 1);
  ensures block:  \result <= PTM_NIL || PTM_MAP0 <= \result < PTM_MAP0 + PTM_MAPS_MAX;
  ensures used:   \result < PTM_UNITS ==> used(*h, \result) && bytes + 8 <= 16 * (h->next[\result] - \result);
  ensures taken:  \result < PTM_UNITS ==> \old(*h).st[\result] != PTM_USED;
  ensures live:   live(*h, \old(*h), \result, PTM_NIL);
  ENSURES_MAPS;
*/
uint32_t ptm_int_malloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
			uint64_t bytes);

#endif
