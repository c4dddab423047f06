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
/*@
  PTM_OP_PRE_OS;
  requires arena: a < PTM_ARENAS;
  PTM_TOTAL;
  assigns         PTM_TILES, h->arena[0 .. PTM_UNITS - 1], e->system_mem, e->hole, e->brk_floor, e->brk, e->trace, *os;
  PTM_WF; PTM_OS_KEPT;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
*/
bool ptm_top_trim(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint64_t pad);

/*
 * ptm_trim() - malloc_trim(@pad) of arena @a: whole pages inside free chunks, then the top.
 * Returns: was anything given back?
 * Source: malloc/malloc.c:mtrim, glibc 2.36.
 */
/*@
  PTM_OP_PRE_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_CONSOLIDATE;
  PTM_TOTAL;
  assigns         PTM_FREES;
  PTM_WF; PTM_OS_KEPT; PTM_BUDGET(PTM_STAMP_CONSOLIDATE, 0);
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
*/
bool ptm_trim(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint64_t pad);

/* ptm_trim_pages() - bytes of whole pages inside the FREE chunk @u that malloc_trim gives back; *@from is their pointer. */
/*@
  requires valid: \valid_read(h) && \valid_read(e) && \valid(from) && \separated(h, e, from);
  requires inv:   wf(*h);
  requires chunk: chunk(*h, u) && u >= PTM_FIRST_UNIT && e->span_count <= PTM_SPANS_MAX;
  PTM_TOTAL;
  assigns         *from;
*/
uint64_t ptm_trim_pages(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
			uint64_t *from);

#endif
