/* More memory from the system. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_SYSMALLOC_H
#define MEMORACLE_MODEL_PTMALLOC_SYSMALLOC_H

#include "mapped.h"

/*
 * ptm_sysmalloc() - a chunk of @nb bytes that the top of arena @a cannot give: from a mapping of its
 * own, or from a top that grew or moved.
 * Returns: the block, or PTM_NIL (ENOMEM).
 * Source: malloc/malloc.c:sysmalloc, glibc 2.36.
 */
/*@ PTM_OP_PRE_OS; requires arena: a < PTM_ARENAS; PTM_OP_POST_OS; */
uint32_t ptm_sysmalloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		       uint64_t nb);

#endif
