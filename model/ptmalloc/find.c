/* A chunk for a request out of the bins and the top. */
/* SPDX-License-Identifier: MIT */
#include "find.h"

#define UNSORTED_ITERATIONS_MAX 10000u /* MAX_ITERS */

/* The USED chunk @u keeps @n units; a remainder that makes a chunk goes to the unsorted bin. Returns: it, or PTM_NIL. */
static uint32_t remainder_give(struct ptm_heap *h, struct ptm_env *e, uint32_t u, uint32_t n)
{
	uint32_t rest;

	if (ptm_size(h, u) - n < PTM_MIN_UNITS) {
		FIRE(e, exhaust);
		return PTM_NIL;
	}
	rest = ptm_cut(h, e, u, n);
	ptm_give(h, e, rest);
	return rest;
}

/* Is @u, the last of the unsorted bin, the last remainder, alone, and more than large enough for a small request? */
static bool last_remainder_fits(const struct ptm_heap *h, uint32_t a, uint32_t u, uint32_t n)
{
	return n < PTM_LARGE && h->bk[u] >= PTM_HEAD0 && u == h->last_remainder[a] &&
	       ptm_size(h, u) > n + PTM_MIN_UNITS;
}

static uint32_t last_remainder_split(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t u,
				     uint32_t n)
{
	FIRE(e, last_remainder);
	ptm_take(h, e, u);
	ptm_last_remainder_set(h, a, remainder_give(h, e, u, n));
	return u;
}

/* An exact fit fills the tcache first. Returns: @u, or PTM_NIL if it went there. */
static uint32_t exact_fit(struct ptm_heap *h, struct ptm_env *e, uint32_t u, struct ptm_request *r)
{
	if (!ptm_cache_room(h, e, r->n)) {
		FIRE(e, unsorted_exact);
		return u;
	}
	FIRE(e, unsorted_cache);
	ptm_cache_put(h, e, u);
	r->cached = true;
	return PTM_NIL;
}

/* One chunk of the unsorted bin. Returns: a chunk that serves the request, or PTM_NIL. */
static uint32_t unsorted_step(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t u,
			      struct ptm_request *r)
{
	if (last_remainder_fits(h, a, u, r->n))
		return last_remainder_split(h, e, a, u, r->n);
	ptm_take(h, e, u);
	if (ptm_size(h, u) == r->n)
		return exact_fit(h, e, u, r);
	ptm_sort(h, e, u);
	r->seen++;
	if (r->cached && e->rules.tcache_unsorted_limit != 0 &&
	    r->seen > e->rules.tcache_unsorted_limit) {
		FIRE(e, unsorted_limit);
		return ptm_cache_get(h, e, r->n);
	}
	return PTM_NIL;
}

/* Ends: each step takes the last chunk off the bin; only the one that serves the request puts one back. */
uint32_t ptm_unsorted_scan(struct ptm_heap *h, struct ptm_env *e, uint32_t a, struct ptm_request *r)
{
	uint64_t seen_before = r->seen;
	uint32_t u = ptm_bin_last(h, a, PTM_UNSORTED), v;

	while (u != PTM_NIL && r->seen - seen_before < UNSORTED_ITERATIONS_MAX) {
		v = unsorted_step(h, e, a, u, r);
		if (v != PTM_NIL)
			return v;
		u = ptm_bin_last(h, a, PTM_UNSORTED);
	}
	if (!r->cached)
		return PTM_NIL;
	FIRE(e, unsorted_cached);
	return ptm_cache_get(h, e, r->n);
}

uint32_t ptm_large_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n)
{
	uint32_t u = ptm_large_fit(h, a, ptm_bin_index(n), n);

	if (u == PTM_NIL)
		return PTM_NIL;
	FIRE(e, large_fit);
	if (!ptm_group_first(h, u))
		FIRE(e, large_second);
	ptm_take(h, e, u);
	remainder_give(h, e, u, n);
	return u;
}

/* The first bin from @b on that is marked and not empty, or PTM_BINS; marks of empty bins are cleared. Ends: the bin rises. */
static uint32_t bin_find(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t b)
{
	uint32_t k = ptm_bin_next(h, a, b);

	while (k < PTM_BINS && ptm_bin_first(h, a, k) == PTM_NIL) {
		FIRE(e, binmap_clear);
		ptm_bin_unmark(h, a, k);
		k = ptm_bin_next(h, a, k + 1);
	}
	return k;
}

uint32_t ptm_larger_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n)
{
	uint32_t b = bin_find(h, e, a, ptm_bin_index(n) + 1), u, rest;

	if (b == PTM_BINS)
		return PTM_NIL;
	FIRE(e, binmap_last);
	u = ptm_bin_last(h, a, b);
	ptm_take(h, e, u);
	rest = remainder_give(h, e, u, n);
	if (rest != PTM_NIL && n < PTM_LARGE) {
		FIRE(e, last_remainder_set);
		ptm_last_remainder_set(h, a, rest);
	}
	return u;
}

uint32_t ptm_top_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n)
{
	uint32_t t = h->top[a];

	if (t == PTM_NIL || ptm_size(h, t) < n + PTM_MIN_UNITS)
		return PTM_NIL;
	FIRE(e, top_split);
	ptm_top_take(h, a, n);
	ptm_hold(h, e, t);
	return t;
}
