/* Primitives with the trace: the same moves, noted. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_NOTE_H
#define MEMORACLE_MODEL_PTMALLOC_NOTE_H

#include "env.h"

/* ptm_take() - the FREE chunk @u leaves its bin and is USED. Source: malloc/malloc.c:unlink_chunk. */
/*@ PTM_OP_PRE; requires free: isfree(*h, u); PTM_OP_POST; ensures used: used(*h, u); */
void ptm_take(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/* ptm_give() - the USED chunk @u goes to the head of the unsorted bin. */
/*@ PTM_OP_PRE; requires used: used(*h, u); PTM_OP_POST; ensures free: isfree(*h, u); */
void ptm_give(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/* ptm_sort() - the USED chunk @u goes to the bin of its size. */
/*@ PTM_OP_PRE; requires used: used(*h, u); PTM_OP_POST; ensures free: isfree(*h, u); */
void ptm_sort(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/* ptm_cut() - the USED chunk @u keeps @n units. Returns: the USED remainder. */
/*@ PTM_OP_PRE; requires used: used(*h, u); requires fits: 2 <= n && u + n + 2 <= h->next[u];
    PTM_OP_POST; ensures used: used(*h, u) && used(*h, \result); */
uint32_t ptm_cut(struct ptm_heap *h, struct ptm_env *e, uint32_t u, uint32_t n);

/* ptm_join() - the USED chunk @u absorbs the USED chunk after it. */
/*@ PTM_OP_PRE; requires used: used(*h, u) && used(*h, h->next[u]); PTM_OP_POST; ensures used: used(*h, u); */
void ptm_join(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/* ptm_group_next(), ptm_group_prev() - in a large bin, from the first chunk of a size to the first
 * chunk of the next smaller (larger) size, round the end. */
uint32_t ptm_group_next(const struct ptm_heap *h, uint32_t u);
uint32_t ptm_group_prev(const struct ptm_heap *h, uint32_t u);
/* ptm_group_first() - is @u the first of its size in its large bin? */
bool ptm_group_first(const struct ptm_heap *h, uint32_t u);

/* ptm_hold() - a chunk came to be USED in place: note it. */
static inline void ptm_hold(const struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	TOUCH(e, u);
	TOUCH(e, h->next[u]);
}

#endif
