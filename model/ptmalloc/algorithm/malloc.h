/* malloc() and calloc(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_MALLOC_H
#define MEMORACLE_MODEL_PTMALLOC_MALLOC_H

#include "cache.h"

/* ptm_malloc() - Source: malloc/malloc.c:__libc_malloc, glibc 2.36. */
/*@
  REQUIRES_HEAP_OS; REQUIRES_ROOM(a);
  TOTAL;
  assigns         GROW_FIELDS(a), e->tcache;
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(2 * PTM_STAMP_MALLOC, 2); ENSURES_GIVEN;
  ensures taken:  \result < PTM_UNITS ==> \old(*h).st[\result] != PTM_USED && bytes + 8 <= 16 * (h->next[\result] - \result);
  ensures live:   live(*h, \old(*h), \result, \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL);
  ENSURES_MAPS;
*/
uint32_t ptm_malloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		    uint64_t bytes);

/* ptm_calloc() - never takes from the tcache. Source: malloc/malloc.c:__libc_calloc, glibc 2.36. */
/*@
  REQUIRES_HEAP_OS; REQUIRES_ROOM(a);
  TOTAL;
  assigns         GROW_FIELDS(a), e->tcache;
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(2 * PTM_STAMP_MALLOC, 2); ENSURES_GIVEN;
  ensures taken:  \result < PTM_UNITS ==> \old(*h).st[\result] != PTM_USED && count * bytes + 8 <= 16 * (h->next[\result] - \result);
  ensures live:   live(*h, \old(*h), \result, \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL);
  ENSURES_MAPS;
*/
uint32_t ptm_calloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		    uint64_t count, uint64_t bytes);

#endif
