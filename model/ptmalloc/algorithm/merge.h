/* A chunk merges with its free neighbours; fastbins are emptied so. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_MERGE_H
#define MEMORACLE_MODEL_PTMALLOC_MERGE_H

#include "cache.h"

/*
 * ptm_merge() - the USED chunk @u merges with its free neighbours, then becomes (part of) the top or
 * goes to the head of the unsorted bin.
 * Returns: units of the merged chunk, the top included.
 * Source: malloc/malloc.c:_int_free, glibc 2.36.
 */
/*@
  REQUIRES_HEAP;
  requires used:  used(*h, u);
  requires room:  h->hi < PTM_STAMP_MAX;
  TOTAL;
  assigns         MERGE_FIELDS, e->trace;
  ENSURES_WF; ENSURES_LISTS_KEPT;
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
  REQUIRES_HEAP;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_CONSOLIDATE;
  TOTAL;
  assigns         MERGE_FIELDS, h->fast[a][0 .. PTM_FASTBINS - 1], h->have_fast[a], e->trace;
  ENSURES_WF;
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + PTM_STAMP_CONSOLIDATE;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
  ensures none:   \forall integer c; 0 <= c < PTM_FASTBINS ==> h->fast[a][c] == PTM_NIL;
  ensures clear:  h->have_fast[a] == 0;
*/
void ptm_consolidate(struct ptm_heap *h, struct ptm_env *e, uint32_t a);

#endif
