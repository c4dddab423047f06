/* free(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_FREE_H
#define MEMORACLE_MODEL_PTMALLOC_FREE_H

#include "cache.h"

/* ptm_free() - @block is not PTM_NIL. Source: malloc/malloc.c:__libc_free, glibc 2.36. */
/*@
  REQUIRES_HEAP_OS; REQUIRES_ROOM(a);
  requires block: PTM_BLOCK(block);
  TOTAL;
  assigns         CALL_FIELDS(a);
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(PTM_STAMP_MALLOC + PTM_STAMP_FREE, 2);
  ensures gone:   block < PTM_UNITS ==> h->st[block] != PTM_USED;
  ensures live:   live(*h, \old(*h), block, \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL);
  ENSURES_MAPS;
*/
void ptm_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t block);

#endif
