/* A chunk for a request. */
/* SPDX-License-Identifier: MIT */
#include "malloc.h"
#include "find.h"
#include "sysmalloc.h"

#define TCACHE_BYTES 640u         /* sizeof(tcache_perthread_struct) */
#define HEAP_MAX_BYTES 0x4000000u /* of a heap of another arena */
#define TCACHE_PAGE_BYTES 656u    /* chunk size of the tcache */

uint64_t ptm_block_ptr(const struct ptm_env *e, uint32_t block)
{
	if (block < PTM_UNITS)
		return ptm_add(ptm_unit_ptr(e, block), PTM_UNIT_BYTES);
	if (block < PTM_MAP0)
		return 0;
	return ptm_add(e->map[block - PTM_MAP0].block,
		       ptm_add(e->map[block - PTM_MAP0].lead, PTM_UNIT_BYTES));
}

uint64_t ptm_usable(const struct ptm_heap *h, const struct ptm_env *e, uint32_t block)
{
	if (block >= PTM_MAP0)
		return ptm_sub(ptm_map_size(e, block - PTM_MAP0), PTM_UNIT_BYTES);
	return (uint64_t)ptm_size(h, block) * PTM_UNIT_BYTES - 8;
}

/* Bins, then the top. Returns: a USED chunk, or PTM_NIL. */
/*@
  PTM_OP_PRE;
  requires req:   \valid(r) && \separated(h, e, r) && 2 <= r->n <= PTM_UNITS && r->seen <= 0xffff;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - 0x10000;
  PTM_TOTAL;
  assigns         PTM_FINDS, r->cached, r->seen, e->trace;
  PTM_WF; PTM_FOUND(r->n);
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
  PTM_OP_PRE;
  requires req:   \valid(r) && \separated(h, e, r) && 2 <= r->n <= PTM_UNITS && r->seen == 0;
  requires arena: a < PTM_ARENAS;
  requires large: r->n >= PTM_LARGE ==> h->have_fast[a] == 0;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_CONSOLIDATE - 0x20000;
  PTM_TOTAL;
  assigns         PTM_FINDS, h->fast[a][0 .. PTM_FASTBINS - 1], h->have_fast[a], r->cached, r->seen, e->trace;
  PTM_WF; PTM_FOUND(r->n);
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
  PTM_OP_PRE;
  requires size:  a < PTM_ARENAS && 2 <= n <= PTM_UNITS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_CONSOLIDATE;
  PTM_TOTAL;
  assigns         PTM_FINDS, h->fast[a][0 .. PTM_FASTBINS - 1], h->have_fast[a], e->trace;
  PTM_WF; PTM_FOUND(n);
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

/*
 * The main arena has nothing for a tcache: another arena is tried, whose heap takes four mappings
 * (none of which comes where the first mapping in place of the break did not), then a mapping.
 */
/*@
  requires valid: \valid(e) && \valid(os) && \separated(e, os) && os_ok(*os);
  PTM_TOTAL;
  assigns         PTM_MAPS, e->tcache, e->trace, *os;
  ensures os:     os_ok(*os);
  PTM_MAPS_KEPT;
  ensures block:  e->tcache == PTM_NIL || PTM_MAP0 <= e->tcache < PTM_MAP0 + PTM_MAPS_MAX;
*/
static void tcache_retry(struct ptm_env *e, struct os *os)
{
	int32_t err;

	FIRE(e, tcache_init_retry);
	/*@ loop invariant range: 0 <= i <= 2 && os_ok(*os);
	    loop assigns i, err, *os;
	    loop variant 2 - i; */
	for (int i = 0; i < 2; i++) {
		os_request(os, OS_MMAP, 2 * HEAP_MAX_BYTES, 0, 0, &err);
		os_request(os, OS_MMAP, HEAP_MAX_BYTES, 0, 0, &err);
	}
	e->tcache = ptm_map_new(e, os, TCACHE_PAGE_BYTES);
}

void ptm_tcache_init(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a)
{
	if (e->tcache != PTM_NIL)
		return;
	FIRE(e, tcache_init);
	TOUCH_SCALARS(e, BREAK);
	e->tcache = ptm_int_malloc(h, e, os, a, TCACHE_BYTES);
	if (e->tcache == PTM_NIL)
		tcache_retry(e, os);
}

uint32_t ptm_malloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		    uint64_t bytes)
{
	uint32_t u;

	if (bytes > PTM_REQUEST_MAX) {
		FIRE(e, request_max);
		return PTM_NIL;
	}
	ptm_tcache_init(h, e, os, a);
	/*@ assert maps: maps_kept(*e, \at(*e, Pre)); */
	/*@ ghost I: ; */
	u = ptm_cache_get(h, e, ptm_request_units(bytes));
	/*@ assert cached: maps_kept(*e, \at(*e, I)); */
	if (u != PTM_NIL) {
		FIRE(e, tcache_get);
		/*@ assert got: maps_kept(*e, \at(*e, I)); */
		return u;
	}
	return ptm_int_malloc(h, e, os, a, bytes);
}

/* Is @count times @bytes a request that may be served? */
/*@
  PTM_TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> count * bytes <= PTM_REQUEST_MAX;
*/
static bool product_fits(uint64_t count, uint64_t bytes)
{
	uint64_t most;

	if (bytes == 0)
		return true;
	most = PTM_REQUEST_MAX / bytes;
	/*@ assert most: most * bytes <= PTM_REQUEST_MAX < most * bytes + bytes; */
	/*@ assert below: count <= most ==> count * bytes <= most * bytes; */
	/*@ assert above: count > most ==> count * bytes >= (most + 1) * bytes; */
	/*@ assert next: (most + 1) * bytes == most * bytes + bytes; */
	return count <= most;
}

uint32_t ptm_calloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		    uint64_t count, uint64_t bytes)
{
	uint64_t total;

	if (!product_fits(count, bytes)) {
		FIRE(e, calloc_overflow);
		return PTM_NIL;
	}
	total = count * bytes;
	ptm_tcache_init(h, e, os, a);
	FIRE(e, calloc_uncached);
	return ptm_int_malloc(h, e, os, a, total);
}

void ptm_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t block)
{
	if (block >= PTM_MAP0) {
		ptm_map_free(e, os, block - PTM_MAP0);
		return;
	}
	ptm_tcache_init(h, e, os, a);
	ptm_int_free(h, e, os, a, block, true);
}
