/* A chunk comes back: tcache, fastbin, or merged into a bin or the top. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_FREE_H
#define MEMORACLE_MODEL_PTMALLOC_FREE_H

#include "cache.h"

/*
 * ptm_merge() - the USED chunk @u merges with its free neighbours, then becomes (part of) the top or
 * goes to the head of the unsorted bin.
 * Returns: units of the merged chunk, the top included.
 * Source: malloc/malloc.c:_int_free, glibc 2.36.
 */
/*@
  PTM_OP_PRE;
  requires used:  used(*h, u);
  requires room:  h->hi < PTM_STAMP_MAX;
  PTM_TOTAL;
  assigns         PTM_MERGES, e->trace;
  PTM_WF; PTM_KEEP_LISTS;
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + 1;
  ensures live:   live(*h, \old(*h), u, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
  ensures gone:   h->st[u] != PTM_USED;
  ensures start:  \forall integer v; v == (\old(*h).st[\old(h->prev[u])] == PTM_FREE ? \old(h->prev[u]) : u) ==>
                  (h->st[v] == PTM_TOP || (h->st[v] == PTM_FREE && h->fd[head(h->arena[v], PTM_UNSORTED)] == v)) && \result == h->next[v] - v;
*/
uint32_t ptm_merge(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/*
 * ptm_consolidate() - every fastbin chunk of arena @a is merged: classes ascending, each list from its
 * first chunk on.
 * Source: malloc/malloc.c:malloc_consolidate, glibc 2.36.
 */
/*@
  PTM_OP_PRE;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_CONSOLIDATE;
  PTM_TOTAL;
  assigns         PTM_MERGES, h->fast[a][0 .. PTM_FASTBINS - 1], h->have_fast[a], e->trace;
  PTM_WF;
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + PTM_STAMP_CONSOLIDATE;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
  ensures none:   \forall integer c; 0 <= c < PTM_FASTBINS ==> h->fast[a][c] == PTM_NIL;
  ensures clear:  h->have_fast[a] == 0;
*/
void ptm_consolidate(struct ptm_heap *h, struct ptm_env *e, uint32_t a);

/*
 * ptm_int_free() - the USED chunk @u of arena @a is freed.
 * @trim: may the top be trimmed now?
 * Source: malloc/malloc.c:_int_free, glibc 2.36.
 */
/*@
  PTM_OP_PRE_OS;
  requires used:  used(*h, u);
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_FREE && h->pushes < PTM_PUSHES_MAX;
  PTM_TOTAL;
  assigns         PTM_FREES;
  PTM_WF; PTM_OS_KEPT; PTM_BUDGET(PTM_STAMP_FREE, 1);
  ensures live:   live(*h, \old(*h), u, PTM_NIL);
  ensures gone:   h->st[u] != PTM_USED;
  ensures cached: cacheable(\old(*h), e->tcache, e->tcache_bins, e->rules.tcache_count, \old(h->next[u]) - u) ==> h->st[u] == PTM_TCACHE;
  ensures fast:   !cacheable(\old(*h), e->tcache, e->tcache_bins, e->rules.tcache_count, \old(h->next[u]) - u) &&
                  (\old(h->next[u]) - u) * 16 <= e->max_fast && \old(h->next[u]) - u - 2 < PTM_FASTBINS ==> h->st[u] == PTM_FAST;
*/
void ptm_int_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t u,
		  bool trim);

#endif
