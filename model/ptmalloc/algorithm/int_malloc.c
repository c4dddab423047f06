/* A chunk for a request: fastbins, bins, the top, the system. */
/* SPDX-License-Identifier: MIT */
#include "int_malloc.h"
#include "find.h"
#include "merge.h"
#include "sysmalloc.h"

/* Bins, then the top. Returns: a USED chunk, or PTM_NIL. */
/*@
  REQUIRES_HEAP;
  requires req:   \valid(r) && \separated(h, e, r) && 2 <= r->n <= PTM_UNITS && r->seen <= 0xffff;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - 0x10000;
  TOTAL;
  assigns         FIND_FIELDS, r->cached, r->seen, e->trace;
  ENSURES_WF; ENSURES_FOUND(r->n);
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + 0x10000;
  ensures seen:   \old(r->seen) <= r->seen <= \old(r->seen) + 10000;
  ensures top:    \result == PTM_NIL ==> h->top[a] == PTM_NIL || h->next[h->top[a]] - h->top[a] < r->n + 2;
*/
static uint32_t heap_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, struct ptm_request *r)
{
	uint32_t u = ptm_unsorted_scan(h, e, a, r);

	/*@ assert scan: u == PTM_NIL ==> live(*h, \at(*h, Pre), PTM_NIL, PTM_NIL) && holes(*h, \at(*h, Pre)); */
	if (u == PTM_NIL && r->n >= PTM_LARGE)
		u = ptm_large_get(h, e, a, r->n);
	/*@ assert large: u == PTM_NIL ==> live(*h, \at(*h, Pre), PTM_NIL, PTM_NIL) && holes(*h, \at(*h, Pre)); */
	if (u == PTM_NIL)
		u = ptm_larger_get(h, e, a, r->n);
	/*@ assert larger: u == PTM_NIL ==> live(*h, \at(*h, Pre), PTM_NIL, PTM_NIL) && holes(*h, \at(*h, Pre)); */
	if (u == PTM_NIL)
		u = ptm_top_get(h, e, a, r->n);
	return u;
}

/* A second try after fastbins were consolidated; more cannot be. */
/*@
  REQUIRES_HEAP;
  requires req:   \valid(r) && \separated(h, e, r) && 2 <= r->n <= PTM_UNITS && r->seen == 0;
  requires arena: a < PTM_ARENAS;
  requires large: r->n >= PTM_LARGE ==> h->have_fast[a] == 0;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_CONSOLIDATE - 0x20000;
  TOTAL;
  assigns         FIND_FIELDS, h->fast[a][0 .. PTM_FASTBINS - 1], h->have_fast[a], r->cached, r->seen, e->trace;
  ENSURES_WF; ENSURES_FOUND(r->n);
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + PTM_STAMP_CONSOLIDATE + 0x20000;
  ensures none:   \result == PTM_NIL ==> h->have_fast[a] == 0;
  ensures top:    \result == PTM_NIL ==> h->top[a] == PTM_NIL || h->next[h->top[a]] - h->top[a] < r->n + 2;
*/
static uint32_t heap_get_twice(struct ptm_heap *h, struct ptm_env *e, uint32_t a,
			       struct ptm_request *r)
{
	uint32_t u = heap_get(h, e, a, r);

	if (u != PTM_NIL || !h->have_fast[a])
		return u;
	FIRE(e, top_consolidate);
	ptm_consolidate(h, e, a);
	return heap_get(h, e, a, r);
}

/* A chunk that waits in a list of exactly its size. Large requests consolidate instead. */
/*@
  REQUIRES_HEAP;
  requires size:  a < PTM_ARENAS && 2 <= n <= PTM_UNITS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_CONSOLIDATE;
  TOTAL;
  assigns         FIND_FIELDS, h->fast[a][0 .. PTM_FASTBINS - 1], h->have_fast[a], e->trace;
  ENSURES_WF; ENSURES_FOUND(n);
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + PTM_STAMP_CONSOLIDATE;
  ensures small:  n < PTM_LARGE ==> h->have_fast[a] == \old(h->have_fast[a]);
  ensures large:  n >= PTM_LARGE && \result == PTM_NIL ==> h->have_fast[a] == 0;
*/
static uint32_t exact_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n)
{
	uint32_t u = ptm_fast_get(h, e, a, n);

	if (u != PTM_NIL)
		return u;
	if (n < PTM_LARGE)
		return ptm_small_get(h, e, a, n);
	if (h->have_fast[a]) {
		FIRE(e, large_consolidate);
		ptm_consolidate(h, e, a);
	}
	return PTM_NIL;
}

uint32_t ptm_int_malloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
			uint64_t bytes)
{
	struct ptm_request r = { 0, false, 0 };
	uint64_t n;
	uint32_t u;

	if (bytes > PTM_REQUEST_MAX) {
		FIRE(e, request_max);
		return PTM_NIL;
	}
	n = ptm_request_units(bytes);
	r.n = n < PTM_UNITS ? (uint32_t)n : PTM_UNITS;
	u = exact_get(h, e, a, r.n);
	if (u == PTM_NIL)
		u = heap_get_twice(h, e, a, &r);
	return u != PTM_NIL ? u : ptm_sysmalloc(h, e, os, a, n * PTM_UNIT_BYTES);
}
