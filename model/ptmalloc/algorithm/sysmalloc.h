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
/*@
  REQUIRES_HEAP_OS;
  requires size:  a < PTM_ARENAS && 32 <= nb <= 0x8000000000000010 && nb % 16 == 0;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_FREE && h->pushes < PTM_PUSHES_MAX;
  TOTAL;
  assigns         GROW_FIELDS(a);
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(PTM_STAMP_FREE, 1);
  ensures used:   \result < PTM_UNITS ==> used(*h, \result) && h->next[\result] - \result == nb / 16;
  ensures block:  \result <= PTM_NIL || PTM_MAP0 <= \result < PTM_MAP0 + PTM_MAPS_MAX;
  ensures taken:  \result < PTM_UNITS ==> \old(*h).st[\result] != PTM_USED;
  ensures live:   live(*h, \old(*h), \result, PTM_NIL);
  ENSURES_MAPS;
*/
uint32_t ptm_sysmalloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		       uint64_t nb);

#endif
