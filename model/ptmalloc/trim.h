/* Memory goes back to the system. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_TRIM_H
#define MEMORACLE_MODEL_PTMALLOC_TRIM_H

#include "sys.h"

/*
 * ptm_top_trim() - all of arena @a's top but @pad bytes and a minimal chunk, in whole pages.
 * Returns: did the break move?
 * Source: malloc/malloc.c:systrim, glibc 2.36.
 */
/*@ PTM_OP_PRE_OS; requires arena: a < PTM_ARENAS; PTM_OP_POST_OS; */
bool ptm_top_trim(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint64_t pad);

/*
 * ptm_trim() - malloc_trim(@pad) of arena @a: whole pages inside free chunks, then the top.
 * Returns: was anything given back?
 * Source: malloc/malloc.c:mtrim, glibc 2.36.
 */
/*@ PTM_OP_PRE_OS; requires arena: a < PTM_ARENAS; PTM_OP_POST_OS; */
bool ptm_trim(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint64_t pad);

/* ptm_trim_pages() - bytes of whole pages inside the FREE chunk @u that malloc_trim gives back; *@from is their pointer. */
uint64_t ptm_trim_pages(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
			uint64_t *from);

#endif
