/* A chunk for a request out of the bins and the top. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_FIND_H
#define MEMORACLE_MODEL_PTMALLOC_FIND_H

#include "cache.h"

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
/*@ PTM_OP_PRE; requires req: \valid(r) && \separated(h, e, r); requires arena: a < PTM_ARENAS;
    PTM_TOTAL; assigns *h, *e, *r; PTM_WF; ensures used: \result == PTM_NIL || used(*h, \result); */
uint32_t ptm_unsorted_scan(struct ptm_heap *h, struct ptm_env *e, uint32_t a,
			   struct ptm_request *r);

/* ptm_large_get() - best fit in the large bin of @n units. Returns: a USED chunk, or PTM_NIL. */
/*@ PTM_OP_PRE; requires arena: a < PTM_ARENAS; requires large: PTM_LARGE <= n; PTM_OP_POST;
    ensures used: \result == PTM_NIL || used(*h, \result); */
uint32_t ptm_large_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n);

/* ptm_larger_get() - the last chunk of the first bin above that of @n units which is not empty. Returns: a USED chunk, or PTM_NIL. */
/*@ PTM_OP_PRE; requires arena: a < PTM_ARENAS; requires min: 2 <= n; PTM_OP_POST;
    ensures used: \result == PTM_NIL || used(*h, \result); */
uint32_t ptm_larger_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n);

/* ptm_top_get() - @n units from the top, of which a minimal chunk must stay. Returns: a USED chunk, or PTM_NIL. */
/*@ PTM_OP_PRE; requires arena: a < PTM_ARENAS; requires min: 2 <= n; PTM_OP_POST;
    ensures used: \result == PTM_NIL || used(*h, \result); */
uint32_t ptm_top_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n);

#endif
