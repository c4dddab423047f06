/* Chunks with a mapping of their own. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_MAPPED_H
#define MEMORACLE_MODEL_PTMALLOC_MAPPED_H

#include "sys.h"

#define PTM_ENV_OS_PRE                                                                             \
	requires valid : \valid(e) && \valid(os) && \separated(e, os);                             \
	requires os : os_ok(*os)
#define PTM_ENV_OS_POST                                                                            \
	PTM_TOTAL;                                                                                 \
	assigns *e, *os;                                                                           \
	ensures os : os_ok(*os)

/*
 * ptm_map_new() - a mapping for a chunk of @nb bytes, its header's word more, in whole pages.
 * Returns: the block, or PTM_NIL if refused.
 * Source: malloc/malloc.c:sysmalloc_mmap, glibc 2.36.
 */
/*@
  PTM_ENV_OS_PRE;
  PTM_TOTAL;
  assigns         PTM_MAPS, e->trace, *os;
  ensures os:     os_ok(*os);
  ensures block:  \result == PTM_NIL || PTM_MAP0 <= \result < PTM_MAP0 + PTM_MAPS_MAX;
*/
uint32_t ptm_map_new(struct ptm_env *e, struct os *os, uint64_t nb);

/* ptm_map_shift() - the chunk of map @i begins @lead bytes further in. Source: malloc/malloc.c:_int_memalign. */
/*@
  requires valid: \valid(e);
  requires map:   i < PTM_MAPS_MAX;
  PTM_TOTAL;
  assigns         e->map[i].lead, e->trace;
*/
void ptm_map_shift(struct ptm_env *e, uint32_t i, uint64_t lead);

/*
 * ptm_map_free() - free of map @i's chunk: its size becomes the threshold where that is dynamic.
 * Source: malloc/malloc.c:__libc_free, glibc 2.36.
 */
/*@
  PTM_ENV_OS_PRE;
  requires map:   i < PTM_MAPS_MAX;
  PTM_TOTAL;
  assigns         PTM_MAPS, e->mmap_threshold, e->trim_threshold, e->trace, *os;
  ensures os:     os_ok(*os);
*/
void ptm_map_free(struct ptm_env *e, struct os *os, uint32_t i);

/* ptm_map_drop() - unmap map @i. Source: malloc/malloc.c:munmap_chunk, glibc 2.36. */
/*@
  PTM_ENV_OS_PRE;
  requires map:   i < PTM_MAPS_MAX;
  PTM_TOTAL;
  assigns         PTM_MAPS, e->trace, *os;
  ensures os:     os_ok(*os);
  ensures free:   e->map[i].bytes == 0;
*/
void ptm_map_drop(struct ptm_env *e, struct os *os, uint32_t i);

/*
 * ptm_map_resize() - map @i holds a chunk of @nb bytes, moved if need be.
 * Returns: false if refused; nothing changed then.
 * Source: malloc/malloc.c:mremap_chunk, glibc 2.36.
 */
/*@
  PTM_ENV_OS_PRE;
  requires map:   i < PTM_MAPS_MAX;
  PTM_TOTAL;
  assigns         PTM_MAPS, e->trace, *os;
  ensures os:     os_ok(*os);
*/
bool ptm_map_resize(struct ptm_env *e, struct os *os, uint32_t i, uint64_t nb);

/* ptm_map_size() - Returns: chunk size of map @i in bytes. */
/*@
  requires valid: \valid_read(e);
  requires map:   i < PTM_MAPS_MAX;
  PTM_TOTAL;
  assigns         \nothing;
  ensures exact:  e->map[i].lead <= e->map[i].bytes ==> \result == e->map[i].bytes - e->map[i].lead;
*/
uint64_t ptm_map_size(const struct ptm_env *e, uint32_t i);

#endif
