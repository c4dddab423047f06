/* A chunk comes back: tcache, fastbin, or merged into a bin or the top, which may be trimmed. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_INT_FREE_H
#define MEMORACLE_MODEL_PTMALLOC_INT_FREE_H

#include "cache.h"

/*
 * ptm_int_free() - the USED chunk @u of arena @a is freed.
 * @trim: may the top be trimmed now?
 * Source: malloc/malloc.c:_int_free, glibc 2.36.
 */
/*@
  REQUIRES_HEAP_OS;
  requires used:  used(*h, u);
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_FREE && h->pushes < PTM_PUSHES_MAX;
  TOTAL;
  assigns         FREE_FIELDS(a);
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(PTM_STAMP_FREE, 1);
  ensures live:   live(*h, \old(*h), u, PTM_NIL);
  ensures gone:   h->st[u] != PTM_USED;
  ensures cached: cacheable(\old(*h), e->tcache, e->tcache_bins, e->rules.tcache_count, \old(h->next[u]) - u) ==> h->st[u] == PTM_TCACHE;
  ensures fast:   !cacheable(\old(*h), e->tcache, e->tcache_bins, e->rules.tcache_count, \old(h->next[u]) - u) &&
                  (\old(h->next[u]) - u) * 16 <= e->max_fast && \old(h->next[u]) - u - 2 < PTM_FASTBINS ==> h->st[u] == PTM_FAST;
*/
void ptm_int_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t u,
		  bool trim);

#endif
