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
  PTM_TOTAL;
  assigns         \nothing;
  ensures class:  \result ==> 2 <= n && n - 2 < PTM_TCACHE_BINS;
  ensures room:   \result ==> h->tcache_count[PTM_SELF][n - 2] < PTM_TCACHE_COUNT_MAX;
*/
bool ptm_cache_room(const struct ptm_heap *h, const struct ptm_env *e, uint64_t n);

/* ptm_cache_put() - the USED chunk @u, for which there is room, goes to the tcache. */
/*@ PTM_OP_PRE; requires used: used(*h, u);
    requires room: h->next[u] - u - 2 < PTM_TCACHE_BINS && h->tcache_count[PTM_SELF][h->next[u] - u - 2] < PTM_TCACHE_COUNT_MAX;
    PTM_OP_POST; */
void ptm_cache_put(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/* ptm_cache_get() - Returns: a chunk of @n units from the tcache, USED, or PTM_NIL if it holds none. */
/*@ PTM_OP_PRE; PTM_OP_POST; ensures used: \result == PTM_NIL || used(*h, \result); */
uint32_t ptm_cache_get(struct ptm_heap *h, struct ptm_env *e, uint64_t n);

/* ptm_fast_put() - the USED chunk @u goes to its fastbin. */
/*@ PTM_OP_PRE; requires used: used(*h, u); requires size: h->next[u] - u - 2 < PTM_FASTBINS; PTM_OP_POST; */
void ptm_fast_put(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/*
 * ptm_fast_get() - a chunk of @n units from the fastbin of arena @a; the rest of the fastbin moves to
 * the tcache while it has room, so that its order turns.
 * Returns: the chunk, USED, or PTM_NIL.
 * Source: malloc/malloc.c:_int_malloc, glibc 2.36.
 */
/*@ PTM_OP_PRE; requires arena: a < PTM_ARENAS; PTM_OP_POST; ensures used: \result == PTM_NIL || used(*h, \result); */
uint32_t ptm_fast_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint64_t n);

/* ptm_small_get() - the last chunk of the small bin of @n units; more of them move to the tcache while
 * it has room. Returns: the chunk, USED, or PTM_NIL. Source: malloc/malloc.c:_int_malloc. */
/*@ PTM_OP_PRE; requires bin: a < PTM_ARENAS && 2 <= n < PTM_LARGE; PTM_OP_POST;
    ensures used: \result == PTM_NIL || used(*h, \result); */
uint32_t ptm_small_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n);

#endif
