/* A chunk for a request out of the bins and the top. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_FIND_H
#define MEMORACLE_MODEL_PTMALLOC_FIND_H

#include "cache.h"

#define PTM_STAMP_SCAN 20010 /* stamps that a scan of the unsorted bin gives */

/*
 * struct ptm_request - a request under way.
 * @n:      units wanted; more than any chunk has stands for all such numbers.
 * @cached: a chunk of exactly this size went to the tcache meanwhile.
 * @seen:   chunks that were sorted into bins meanwhile.
 */
struct ptm_request {
	uint32_t n;
	bool cached;
	uint64_t seen;
};

/*
 * ptm_unsorted_scan() - serve @r from the unsorted bin of arena @a, from its tail on: the last remainder if
 * it is alone, an exact fit; every other chunk goes to the bin of its size.
 * Returns: a USED chunk, or PTM_NIL.
 * Source: malloc/malloc.c:_int_malloc, glibc 2.36.
 */
/*@
  REQUIRES_HEAP;
  requires req:   \valid(r) && \separated(h, e, r) && 2 <= r->n <= PTM_UNITS && r->seen <= 0xffffffff;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_SCAN;
  TOTAL;
  assigns         FIND_FIELDS, r->cached, r->seen, e->trace;
  ENSURES_WF; ENSURES_FOUND(r->n);
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + PTM_STAMP_SCAN;
  ensures seen:   \old(r->seen) <= r->seen <= \old(r->seen) + 10000;
*/
uint32_t ptm_unsorted_scan(struct ptm_heap *h, struct ptm_env *e, uint32_t a,
			   struct ptm_request *r);

/*
 * ptm_large_get() - best fit in the large bin of @n units of arena @a.
 * Returns: a USED chunk, or PTM_NIL.
 * Source: malloc/malloc.c:_int_malloc, glibc 2.36.
 */
/*@
  REQUIRES_HEAP;
  requires large: a < PTM_ARENAS && PTM_LARGE <= n <= PTM_UNITS;
  requires room:  h->hi < PTM_STAMP_MAX;
  TOTAL;
  assigns         FIND_FIELDS, e->trace;
  ENSURES_WF; ENSURES_FOUND(n);
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + 1;
*/
uint32_t ptm_large_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n);

/*
 * ptm_larger_get() - the last chunk of the first bin above that of @n units which is not empty.
 * Returns: a USED chunk, or PTM_NIL.
 * Source: malloc/malloc.c:_int_malloc, glibc 2.36.
 */
/*@
  REQUIRES_HEAP;
  requires size:  a < PTM_ARENAS && 2 <= n <= PTM_UNITS;
  requires room:  h->hi < PTM_STAMP_MAX;
  TOTAL;
  assigns         FIND_FIELDS, e->trace;
  ENSURES_WF; ENSURES_FOUND(n);
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + 1;
  ensures rest:   \result != PTM_NIL && n < PTM_LARGE && \old(*h).next[\result] - \result - n >= 2 ==> h->last_remainder[a] == \result + n;
  ensures stays:  \result == PTM_NIL || n >= PTM_LARGE || \old(*h).next[\result] - \result - n < 2 ==>
                  h->last_remainder[a] == \old(h->last_remainder[a]);
*/
uint32_t ptm_larger_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n);

/*
 * ptm_top_get() - @n units from the top, of which a minimal chunk must stay.
 * Returns: a USED chunk, or PTM_NIL.
 * Source: malloc/malloc.c:_int_malloc, glibc 2.36.
 */
/*@
  REQUIRES_HEAP;
  requires size:  a < PTM_ARENAS && 2 <= n <= PTM_UNITS;
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], h->top[a], e->trace;
  ENSURES_WF; ENSURES_FOUND(n);
  ensures none:   \result == PTM_NIL <==> \old(h->top[a]) == PTM_NIL || \old(h->next[h->top[a]] - h->top[a]) < n + 2;
  ensures first:  \result != PTM_NIL ==> \result == \old(h->top[a]) && h->next[\result] == \result + n;
  ensures small:  \result == PTM_NIL ==> h->top[a] == PTM_NIL || h->next[h->top[a]] - h->top[a] < n + 2;
*/
uint32_t ptm_top_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n);

#endif
