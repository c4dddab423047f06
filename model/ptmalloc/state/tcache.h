/* Primitives on tcaches: of a thread, chunks of any arena. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_TCACHE_H
#define MEMORACLE_MODEL_PTMALLOC_TCACHE_H

#include "../state.h"

/*
 * ptm_tcache_put() - the USED chunk @u becomes the first of thread @t's tcache class of its size.
 * Source: malloc/malloc.c:tcache_put, glibc 2.36.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires used:  used(*h, u);
  requires class: t < PTM_THREADS && h->next[u] - u - 2 < PTM_TCACHE_BINS;
  requires room:  h->tcache_count[t][h->next[u] - u - 2] < PTM_TCACHE_COUNT_MAX;
  TOTAL;
  assigns         h->fd[u], h->bk[u], h->st[u], h->thread[u], h->bin[u], h->tcache[t][h->next[u] - u - 2], h->tcache_count[t][h->next[u] - u - 2];
  ENSURES_WF;
  ensures first:  h->st[u] == PTM_TCACHE && h->tcache[t][h->next[u] - u - 2] == u && h->thread[u] == t && h->bin[u] == h->next[u] - u - 2;
  ensures next:   h->fd[u] == \old(h->tcache[t][h->next[u] - u - 2]);
  ensures count:  h->tcache_count[t][h->next[u] - u - 2] == \old(h->tcache_count[t][h->next[u] - u - 2]) + 1;
*/
void ptm_tcache_put(struct ptm_heap *h, uint32_t t, uint32_t u);

/*
 * ptm_tcache_get() - the first chunk of thread @t's tcache class @c, which is not empty, becomes USED.
 * Returns: the chunk.
 * Source: malloc/malloc.c:tcache_get, glibc 2.36.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires some:  t < PTM_THREADS && c < PTM_TCACHE_BINS && h->tcache_count[t][c] != 0;
  TOTAL;
  assigns         h->st[h->tcache[t][c]], h->tcache[t][c], h->tcache_count[t][c];
  ENSURES_WF;
  ensures first:  \result == \old(h->tcache[t][c]) && \result < PTM_UNITS && h->st[\result] == PTM_USED && h->next[\result] == \result + c + 2 &&
                  \old(*h).st[\result] == PTM_TCACHE;
  ensures next:   h->tcache[t][c] == h->fd[\result];
  ensures count:  h->tcache_count[t][c] == \old(h->tcache_count[t][c]) - 1;
*/
uint32_t ptm_tcache_get(struct ptm_heap *h, uint32_t t, uint32_t c);

#endif
