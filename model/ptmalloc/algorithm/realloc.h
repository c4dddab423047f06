/* A block changes its size, and perhaps its place. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_REALLOC_H
#define MEMORACLE_MODEL_PTMALLOC_REALLOC_H

#include "cache.h"
#include "mapped.h"

/*
 * ptm_realloc() - @block, not PTM_NIL, to @bytes, which is not 0.
 * Returns: the block that holds the contents now, or PTM_NIL (ENOMEM; @block is as it was).
 * Source: malloc/malloc.c:__libc_realloc, _int_realloc, glibc 2.36.
 */
/*@
  REQUIRES_HEAP_OS; REQUIRES_ROOM(a);
  requires block: PTM_BLOCK(block);
  TOTAL;
  assigns         CALL_FIELDS(a);
  ENSURES_WF; ENSURES_OS; ENSURES_GIVEN;
  ensures size:   \result < PTM_UNITS ==> bytes + 8 <= 16 * (h->next[\result] - \result);
  ensures live:   live3(*h, \old(*h), block, \result, \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL);
  ensures maps:   mappings(\old(*e)) && (block < PTM_UNITS || \old(e->map[block - PTM_MAP0].bytes) != 0) ==> mappings(*e);
*/
uint32_t ptm_realloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		     uint32_t block, uint64_t bytes);

#endif
