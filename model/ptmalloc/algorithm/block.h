/* Blocks: memory in the program's hands. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_BLOCK_H
#define MEMORACLE_MODEL_PTMALLOC_BLOCK_H

#include "sys.h"

/*
 * Blocks name memory in the program's hands: below PTM_UNITS a chunk of the heap, from PTM_MAP0 on a
 * chunk with a mapping of its own, PTM_NIL none (the program gets NULL, errno is ENOMEM).
 */

/* ptm_block_ptr() - Returns: the pointer that the program holds, or 0 for PTM_NIL. */
/*@
  requires valid: \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires block: block == PTM_NIL || 1 <= block < PTM_UNITS || PTM_MAP0 <= block < PTM_MAP0 + PTM_MAPS_MAX;
  TOTAL;
  assigns         \nothing;
  ensures null:   block == PTM_NIL ==> \result == 0;
*/
uint64_t ptm_block_ptr(const struct ptm_env *e, uint32_t block);

/* ptm_usable() - Returns: bytes of @block that the program may use. Source: malloc/malloc.c:musable, glibc 2.36. */
/*@
  requires valid: \valid_read(h) && \valid_read(e);
  requires inv:   wf(*h);
  requires block: PTM_BLOCK(block);
  TOTAL;
  assigns         \nothing;
  ensures chunk:  block < PTM_UNITS ==> \result == (h->next[block] - block) * 16 - 8;
*/
uint64_t ptm_usable(const struct ptm_heap *h, const struct ptm_env *e, uint32_t block);

#endif
