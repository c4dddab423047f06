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
/*@ PTM_OP_PRE; requires used: used(*h, u); PTM_OP_POST; */
uint32_t ptm_merge(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/*
 * ptm_consolidate() - every fastbin chunk of arena @a is merged: classes ascending, each list from its
 * first chunk on.
 * Source: malloc/malloc.c:malloc_consolidate, glibc 2.36.
 */
/*@ PTM_OP_PRE; requires arena: a < PTM_ARENAS; PTM_OP_POST; ensures none: h->have_fast[a] == 0; */
void ptm_consolidate(struct ptm_heap *h, struct ptm_env *e, uint32_t a);

/*
 * ptm_int_free() - the USED chunk @u of arena @a is freed.
 * @trim: may the top be trimmed now?
 * Source: malloc/malloc.c:_int_free, glibc 2.36.
 */
/*@ PTM_OP_PRE_OS; requires used: used(*h, u); requires arena: a < PTM_ARENAS; PTM_OP_POST_OS; */
void ptm_int_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t u,
		  bool trim);

#endif
