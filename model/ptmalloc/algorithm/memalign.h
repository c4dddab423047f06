/* Aligned blocks. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_MEMALIGN_H
#define MEMORACLE_MODEL_PTMALLOC_MEMALIGN_H

#include "cache.h"
#include "mapped.h"

/*
 * ptm_memalign() - @bytes at a multiple of @align, or of the next power of two.
 * @err: receives EINVAL or ENOMEM where the result is PTM_NIL, otherwise 0.
 * Source: malloc/malloc.c:_mid_memalign, _int_memalign, glibc 2.36.
 */
/*@
  REQUIRES_HEAP_OS; REQUIRES_ROOM(a);
  requires err:   \valid(err) && \separated(err, h, e, os);
  TOTAL;
  assigns         GROW_FIELDS(a), e->tcache, *err;
  ENSURES_WF; ENSURES_OS; ENSURES_GIVEN;
  ensures live:   live(*h, \old(*h), \result, \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL);
  ensures err:    \result == PTM_NIL <==> *err != 0;
*/
uint32_t ptm_memalign(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		      uint64_t align, uint64_t bytes, int32_t *err);

/* ptm_posix_memalign() - as ptm_memalign(), but only powers of two that are multiples of 8. */
/*@
  REQUIRES_HEAP_OS; REQUIRES_ROOM(a);
  requires err:   \valid(err) && \separated(err, h, e, os);
  TOTAL;
  assigns         GROW_FIELDS(a), e->tcache, *err;
  ENSURES_WF; ENSURES_OS; ENSURES_GIVEN;
  ensures live:   live(*h, \old(*h), \result, \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL);
  ensures err:    \result == PTM_NIL <==> *err != 0;
*/
uint32_t ptm_posix_memalign(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
			    uint64_t align, uint64_t bytes, int32_t *err);

/* ptm_pvalloc() - whole pages on a page. Source: malloc/malloc.c:__libc_pvalloc, glibc 2.36. */
/*@
  REQUIRES_HEAP_OS; REQUIRES_ROOM(a);
  requires err:   \valid(err) && \separated(err, h, e, os);
  TOTAL;
  assigns         GROW_FIELDS(a), e->tcache, *err;
  ENSURES_WF; ENSURES_OS; ENSURES_GIVEN;
  ensures live:   live(*h, \old(*h), \result, \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL);
  ensures err:    \result == PTM_NIL <==> *err != 0;
*/
uint32_t ptm_pvalloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		     uint64_t bytes, int32_t *err);

#endif
