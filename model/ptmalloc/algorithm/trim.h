/* Memory goes back to the system. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_TRIM_H
#define MEMORACLE_MODEL_PTMALLOC_TRIM_H

#include "sys.h"

/*@
  logic integer floor_page(integer x) = x - x % PTM_PAGE;
  logic integer whole_pages(integer at, integer bytes) = // inside a chunk of so many bytes, behind its links
    bytes <= PTM_PAGE + 47 ? 0 : floor_page(bytes - (floor_page(at + PTM_PAGE + 47) - at));
  predicate idle(integer u, integer n, integer floor) = // nothing to give back of the chunk u of n units
    u < floor ==> whole_pages((u - PTM_FIRST_UNIT) * 16, n * 16) == 0;
  predicate frees(struct ptm_heap h, struct ptm_heap p) = // chunks that were FREE still are, of the same size
    \forall integer k; 0 <= k < PTM_UNITS && p.st[k] == PTM_FREE ==> h.st[k] == PTM_FREE && h.next[k] == p.next[k];
*/

/*
 * ptm_top_trim() - all of arena @a's top but @pad bytes and a minimal chunk, in whole pages.
 * Returns: did the break move?
 * Source: malloc/malloc.c:systrim, glibc 2.36.
 */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], e->system_mem, e->hole, e->brk_floor, e->brk, e->trace, *os;
  ENSURES_WF; ENSURES_OS;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures frees:  frees(*h, \old(*h));
*/
bool ptm_top_trim(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint64_t pad);

/*
 * ptm_trim() - malloc_trim(@pad) of arena @a: whole pages inside free chunks, then the top.
 * Returns: was anything given back?
 * Source: malloc/malloc.c:mtrim, glibc 2.36.
 */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_CONSOLIDATE;
  TOTAL;
  assigns         FREE_FIELDS(a);
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(PTM_STAMP_CONSOLIDATE, 0);
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures idle:   \result == 0 ==> \forall integer u; u == h->bk[head(a, PTM_UNSORTED)] && u < PTM_UNITS ==>
                  idle(u, h->next[u] - u, e->span_floor);
  ensures start:  \result == 0 ==> \forall integer u; u == h->bk[head(a, bin_of(PTM_PAGE / 16))] && u < PTM_UNITS ==>
                  idle(u, h->next[u] - u, e->span_floor);
*/
bool ptm_trim(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint64_t pad);

/* ptm_trim_pages() - bytes of whole pages inside the FREE chunk @u that malloc_trim gives back; *@from is their pointer. */
/*@
  requires valid: \valid_read(h) && \valid_read(e) && \valid(from) && \separated(h, e, from);
  requires inv:   wf(*h);
  requires chunk: chunk(*h, u) && u >= PTM_FIRST_UNIT && e->span_count <= PTM_SPANS_MAX;
  TOTAL;
  assigns         *from;
  ensures pages:  u < e->span_floor ==> \result == whole_pages((u - PTM_FIRST_UNIT) * 16, (h->next[u] - u) * 16);
  ensures from:   u < e->span_floor && \result != 0 ==> *from == floor_page((u - PTM_FIRST_UNIT) * 16 + PTM_PAGE + 47);
*/
uint64_t ptm_trim_pages(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
			uint64_t *from);

#endif
