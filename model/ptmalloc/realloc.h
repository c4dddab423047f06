/* A block changes its size, and perhaps its place. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_REALLOC_H
#define MEMORACLE_MODEL_PTMALLOC_REALLOC_H

#include "malloc.h"
#include "mapped.h"

/*
 * ptm_realloc() - @block, not PTM_NIL, to @bytes, which is not 0.
 * Returns: the block that holds the contents now, or PTM_NIL (ENOMEM; @block is as it was).
 * Source: malloc/malloc.c:__libc_realloc, _int_realloc, glibc 2.36.
 */
/*@ PTM_OP_PRE_OS; requires arena: a < PTM_ARENAS;
    requires block: used(*h, block) || PTM_MAP0 <= block < PTM_MAP0 + PTM_MAPS_MAX; PTM_OP_POST_OS; */
uint32_t ptm_realloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		     uint32_t block, uint64_t bytes);

#endif
