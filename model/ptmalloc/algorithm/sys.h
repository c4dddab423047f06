/* The level below: the break, mappings, and where units lie in them. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_SYS_H
#define MEMORACLE_MODEL_PTMALLOC_SYS_H

#include "../env.h"

#define PTM_PROT_RW 3u

/*
 * ptm_sbrk() - move the break by @increment (two's complement).
 * An increment of 0 asks nothing.
 * Returns: true if the break moved; it was e->brk - increment before.
 */
/*@
  requires valid: \valid(e) && \valid(os) && \separated(e, os) && os_ok(*os);
  TOTAL;
  assigns         e->brk, *os;
  ensures os:     os_ok(*os);
  ensures stay:   \result == 0 || increment == 0 ==> e->brk == \old(e->brk);
  ensures moved:  \result != 0 ==> e->brk == (\old(e->brk) + increment <= UINT64_MAX ? \old(e->brk) + increment :
                  \old(e->brk) + increment - UINT64_MAX - 1);
*/
bool ptm_sbrk(struct ptm_env *e, struct os *os, uint64_t increment);

/*
 * ptm_mmap() - ask for a mapping of @bytes.
 * @block: receives the pointer to its first byte, which lies in a new region.
 * Returns: false if refused.
 */
/*@
  requires valid: \valid(e) && \valid(os) && \valid(block) && \separated(e, os, block) && os_ok(*os);
  TOTAL;
  assigns         e->regions, *os, *block;
  ensures os:     os_ok(*os);
  ensures page:   \result != 0 ==> *block % PTM_PAGE == 0;
*/
bool ptm_mmap(struct ptm_env *e, struct os *os, uint64_t bytes, uint64_t protection,
	      uint64_t *block);

/* ptm_region_new() - is @block the first byte of the next new region, on a page? Then it is taken. */
/*@
  requires valid: \valid(e);
  TOTAL;
  assigns         e->regions;
  ensures new:    \result != 0 ==> e->regions == \old(e->regions) + 1 && block / 0x10000000000 == e->regions && block % PTM_PAGE == 0;
  ensures stay:   \result == 0 ==> e->regions == \old(e->regions);
*/
bool ptm_region_new(struct ptm_env *e, uint64_t block);

/* ptm_span_ptr() - Returns: as ptm_unit_ptr(), for a unit of a heap in a mapping. */
/*@
  requires valid: \valid_read(e);
  requires unit:  u >= PTM_FIRST_UNIT && e->span_count <= PTM_SPANS_MAX;
  TOTAL;
  assigns         \nothing;
*/
uint64_t ptm_span_ptr(const struct ptm_env *e, uint32_t u);

/* ptm_unit_ptr() - Returns: pointer to the chunk at unit @u (its header, not the program's pointer). */
/*@
  requires valid: \valid_read(e);
  requires unit:  PTM_FIRST_UNIT <= u < PTM_UNITS && e->span_count <= PTM_SPANS_MAX;
  TOTAL;
  assigns         \nothing;
  ensures brk:    u < e->span_floor ==> \result == (u - PTM_FIRST_UNIT) * 16;
*/
static inline uint64_t ptm_unit_ptr(const struct ptm_env *e, uint32_t u)
{
	if (u < e->span_floor)
		return (uint64_t)(u - PTM_FIRST_UNIT) * PTM_UNIT_BYTES;
	return ptm_span_ptr(e, u);
}

/*
 * ptm_span_new() - reserve units for a heap of @bytes that lies at @start, below all other spans.
 * Returns: its first unit, or PTM_NIL if there is no room in the index space.
 */
/*@
  requires valid: \valid_read(h) && \valid(e) && \separated(h, e);
  requires inv:   wf(*h);
  requires hole:  in_hole(*h, e->hole);
  requires spans: e->span_count <= PTM_SPANS_MAX;
  TOTAL;
  assigns         e->span[0 .. PTM_SPANS_MAX - 1], e->span_count, e->span_floor;
  ensures spans:  e->span_count <= PTM_SPANS_MAX;
  ensures fits:   \result != PTM_NIL ==> e->hole + 2 < \result && \result + bytes / 16 + 1 == h->next[e->hole];
  ensures none:   \result == PTM_NIL ==> e->span_count == \old(e->span_count);
*/
uint32_t ptm_span_new(const struct ptm_heap *h, struct ptm_env *e, uint64_t start, uint64_t bytes);

#endif
