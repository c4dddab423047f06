/* The tcache and the fastbins, as operations use them. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_CACHE_H
#define MEMORACLE_MODEL_PTMALLOC_CACHE_H

#include "note.h"

/*
 * ptm_cache_room() - Returns: may the thread's tcache take a chunk of @n units now?
 * Source: malloc/malloc.c:_int_free, _int_malloc, glibc 2.36.
 */
/*@
  requires valid: \valid_read(h) && \valid_read(e);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> cacheable(*h, e->tcache, e->tcache_bins, e->rules.tcache_count, n);
*/
bool ptm_cache_room(const struct ptm_heap *h, const struct ptm_env *e, uint64_t n);

/*
 * ptm_cache_put() - the USED chunk @u, for which there is room, goes to the tcache.
 */
/*@
  REQUIRES_HEAP;
  requires used:  used(*h, u);
  requires class: h->next[u] - u - 2 < PTM_TCACHE_BINS;
  requires room:  h->tcache_count[PTM_SELF][h->next[u] - u - 2] < PTM_TCACHE_COUNT_MAX;
  TOTAL;
  assigns         h->fd[u], h->bk[u], h->st[u], h->thread[u], h->bin[u], h->tcache[PTM_SELF][h->next[u] - u - 2],
                  h->tcache_count[PTM_SELF][h->next[u] - u - 2], e->trace;
  ENSURES_WF;
  ensures first:  h->st[u] == PTM_TCACHE && h->tcache[PTM_SELF][h->next[u] - u - 2] == u;
  ensures count:  h->tcache_count[PTM_SELF][h->next[u] - u - 2] == \old(h->tcache_count[PTM_SELF][h->next[u] - u - 2]) + 1;
*/
void ptm_cache_put(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/*
 * ptm_cache_get() - the first chunk of @n units of the tcache.
 * Returns: the chunk, USED, or PTM_NIL if there is none.
 */
/*@
  REQUIRES_HEAP;
  TOTAL;
  assigns         h->st[0 .. PTM_UNITS - 1], h->tcache[PTM_SELF][0 .. PTM_TCACHE_BINS - 1],
                  h->tcache_count[PTM_SELF][0 .. PTM_TCACHE_BINS - 1], e->trace;
  ENSURES_WF;
  ensures used:   \result != PTM_NIL ==> used(*h, \result) && h->next[\result] == \result + n && \old(*h).st[\result] == PTM_TCACHE;
  ensures first:  \result != PTM_NIL ==> \result == \old(*h).tcache[PTM_SELF][n - 2];
  ensures none:   \result == PTM_NIL <==> e->tcache == PTM_NIL || n < 2 || n - 2 >= e->tcache_bins || n - 2 >= PTM_TCACHE_BINS ||
                  \old(*h).tcache_count[PTM_SELF][n - 2] == 0;
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != \result ==> h->st[k] == \old(*h).st[k];
*/
uint32_t ptm_cache_get(struct ptm_heap *h, struct ptm_env *e, uint64_t n);

/*
 * ptm_fast_put() - the USED chunk @u goes to its fastbin.
 */
/*@
  REQUIRES_HEAP;
  requires used:  used(*h, u);
  requires size:  h->next[u] - u - 2 < PTM_FASTBINS;
  requires room:  h->pushes < PTM_PUSHES_MAX;
  TOTAL;
  assigns         h->fd[u], h->bk[u], h->st[u], h->fast[h->arena[u]][h->next[u] - u - 2], h->have_fast[h->arena[u]], h->pushes, e->trace;
  ENSURES_WF;
  ensures pushes: h->pushes == \old(h->pushes) + 1;
  ensures first:  h->st[u] == PTM_FAST && h->fast[h->arena[u]][h->next[u] - u - 2] == u && h->have_fast[h->arena[u]] == 1;
*/
void ptm_fast_put(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/*
 * ptm_fast_get() - a chunk of @n units from the fastbin of arena @a; the rest of the fastbin moves to
 * the tcache while it has room, so that its order turns.
 * Returns: the chunk, USED, or PTM_NIL.
 * Source: malloc/malloc.c:_int_malloc, glibc 2.36.
 */
/*@
  REQUIRES_HEAP;
  requires size:  a < PTM_ARENAS && 2 <= n <= PTM_UNITS;
  TOTAL;
  assigns         h->fd[0 .. PTM_NODES - 1], h->bk[0 .. PTM_NODES - 1], h->st[0 .. PTM_UNITS - 1], h->thread[0 .. PTM_UNITS - 1],
                  h->bin[0 .. PTM_NODES - 1], h->fast[a][0 .. PTM_FASTBINS - 1], h->tcache[PTM_SELF][0 .. PTM_TCACHE_BINS - 1],
                  h->tcache_count[PTM_SELF][0 .. PTM_TCACHE_BINS - 1], e->trace;
  ENSURES_WF;
  ensures used:   \result != PTM_NIL ==> used(*h, \result) && h->next[\result] == \result + n && \old(*h).st[\result] == PTM_FAST;
  ensures first:  \result != PTM_NIL ==> \result == \old(*h).fast[a][n - 2];
  ensures live:   live(*h, \old(*h), \result, PTM_NIL) && holes(*h, \old(*h));
*/
uint32_t ptm_fast_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint64_t n);

/*
 * ptm_small_get() - the last chunk of the small bin of @n units of arena @a; more of them move to the
 * tcache while it has room.
 * Returns: the chunk, USED, or PTM_NIL.
 * Source: malloc/malloc.c:_int_malloc, glibc 2.36.
 */
/*@
  REQUIRES_HEAP;
  requires bin:   a < PTM_ARENAS && 2 <= n < PTM_LARGE;
  TOTAL;
  assigns         LINK_FIELDS, h->st[0 .. PTM_UNITS - 1], h->thread[0 .. PTM_UNITS - 1], h->bin[0 .. PTM_NODES - 1],
                  h->tcache[PTM_SELF][n - 2], h->tcache_count[PTM_SELF][n - 2], e->trace;
  ENSURES_WF;
  ensures used:   \result != PTM_NIL ==> used(*h, \result) && h->next[\result] == \result + n && \old(*h).st[\result] == PTM_FREE;
  ensures last:   \result != PTM_NIL ==> \result == \old(*h).bk[head(a, n)];
  ensures none:   \result == PTM_NIL <==> \old(*h).bk[head(a, n)] == head(a, n);
  ensures live:   live(*h, \old(*h), \result, PTM_NIL) && holes(*h, \old(*h));
*/
uint32_t ptm_small_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n);

#endif
