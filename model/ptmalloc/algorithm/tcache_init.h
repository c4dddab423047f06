/* The thread's tcache comes to be. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_TCACHE_INIT_H
#define MEMORACLE_MODEL_PTMALLOC_TCACHE_INIT_H

#include "cache.h"

/* ptm_tcache_init() - the thread gets its tcache, if it has none yet. Source: malloc/malloc.c:tcache_init. */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_MALLOC && h->pushes < PTM_PUSHES_MAX;
  TOTAL;
  assigns         GROW_FIELDS(a), e->tcache;
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(PTM_STAMP_MALLOC, 1);
  ensures had:    \old(e->tcache) != PTM_NIL ==> e->tcache == \old(e->tcache);
  ensures used:   \old(e->tcache) == PTM_NIL && e->tcache < PTM_UNITS ==> used(*h, e->tcache) && \old(*h).st[e->tcache] != PTM_USED;
  ensures live:   live(*h, \old(*h), \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL, PTM_NIL);
  ENSURES_MAPS;
*/
void ptm_tcache_init(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a);

#endif
