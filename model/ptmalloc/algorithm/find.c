/* A chunk for a request out of the bins and the top. */
/* SPDX-License-Identifier: MIT */
#include "find.h"

#define UNSORTED_ITERATIONS_MAX 10000u /* MAX_ITERS */

/* The USED chunk @u keeps @n units; a remainder that makes a chunk goes to the unsorted bin. Returns: it, or PTM_NIL. */
/*@
  REQUIRES_HEAP;
  requires used:  used(*h, u) && 2 <= n <= h->next[u] - u;
  requires prev:  h->st[h->prev[u]] != PTM_FREE;
  requires next:  inuse(*h, h->next[u]);
  requires room:  h->hi < PTM_STAMP_MAX;
  TOTAL;
  assigns         TILE_FIELDS, LINK_FIELDS, h->bin[0 .. PTM_NODES - 1], h->stamp[0 .. PTM_UNITS - 1], h->hi, h->arena[0 .. PTM_UNITS - 1], e->trace;
  ENSURES_WF;
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + 1;
  ensures keep:   used(*h, u) && n <= h->next[u] - u <= n + 1;
  ensures none:   \result == PTM_NIL <==> \old(h->next[u]) - u - n < 2;
  ensures rest:   \result != PTM_NIL ==> \result == u + n && h->next[u] == u + n && isfree(*h, \result) &&
                  h->next[\result] == \old(h->next[u]) && h->fd[head(h->arena[\result], PTM_UNSORTED)] == \result;
  ensures live:   live(*h, \old(*h), u, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
*/
static uint32_t remainder_give(struct ptm_heap *h, struct ptm_env *e, uint32_t u, uint32_t n)
{
	uint32_t rest;

	if (ptm_size(h, u) - n < PTM_MIN_UNITS) {
		FIRE(e, exhaust);
		return PTM_NIL;
	}
	rest = ptm_cut(h, e, u, n);
	/*@ assert inner: \at(*h, Pre).st[rest] == PTM_INNER; */
	/*@ assert cut: live(*h, \at(*h, Pre), u, rest) && holes(*h, \at(*h, Pre)); */
	/*@ ghost C: ; */
	ptm_give(h, e, rest);
	/*@ assert given: live(*h, \at(*h, C), rest, PTM_NIL) && holes(*h, \at(*h, C)) && h->st[rest] == PTM_FREE; */
	return rest;
}

/* Is @u, the last of the unsorted bin, the last remainder, alone, and more than large enough for a small request? */
/*@
  requires valid: \valid_read(h);
  requires inv:   wf(*h);
  requires free:  isfree(*h, u) && a < PTM_ARENAS && n <= PTM_UNITS;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> n < PTM_LARGE && h->bk[u] >= PTM_HEAD0 && u == h->last_remainder[a] && h->next[u] - u > n + 2;
*/
static bool last_remainder_fits(const struct ptm_heap *h, uint32_t a, uint32_t u, uint32_t n)
{
	return n < PTM_LARGE && h->bk[u] >= PTM_HEAD0 && u == h->last_remainder[a] &&
	       ptm_size(h, u) > n + PTM_MIN_UNITS;
}

/*@
  REQUIRES_HEAP;
  requires free:  isfree(*h, u) && a < PTM_ARENAS && 2 <= n <= PTM_UNITS && h->next[u] - u > n + 2;
  requires room:  h->hi < PTM_STAMP_MAX;
  TOTAL;
  assigns         TILE_FIELDS, LINK_FIELDS, h->bin[0 .. PTM_NODES - 1], h->stamp[0 .. PTM_UNITS - 1], h->hi, h->arena[0 .. PTM_UNITS - 1],
                  h->last_remainder[a], e->trace;
  ENSURES_WF; ENSURES_FOUND(n);
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + 1;
  ensures split:  \result == u && h->next[u] == u + n && h->last_remainder[a] == u + n;
*/
static uint32_t last_remainder_split(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t u,
				     uint32_t n)
{
	FIRE(e, last_remainder);
	ptm_take(h, e, u);
	TOUCH_SCALARS(e, LAST_REMAINDER);
	ptm_last_remainder_set(h, a, remainder_give(h, e, u, n));
	return u;
}

/* An exact fit fills the tcache first. Returns: @u, or PTM_NIL if it went there. */
/*@
  REQUIRES_HEAP;
  requires req:   \valid(r) && \separated(h, e, r);
  requires used:  used(*h, u) && h->next[u] - u == r->n;
  TOTAL;
  assigns         h->fd[u], h->bk[u], h->st[u], h->thread[u], h->bin[u], h->tcache[PTM_SELF][0 .. PTM_TCACHE_BINS - 1],
                  h->tcache_count[PTM_SELF][0 .. PTM_TCACHE_BINS - 1], r->cached, e->trace;
  ENSURES_WF;
  ensures mine:   \result != PTM_NIL ==> \result == u && h->st[u] == PTM_USED;
  ensures cached: \result == PTM_NIL ==> h->st[u] == PTM_TCACHE && r->cached != 0 && r->n - 2 < PTM_TCACHE_BINS &&
                  h->tcache_count[PTM_SELF][r->n - 2] == \old(h->tcache_count[PTM_SELF][r->n - 2]) + 1;
  ensures full:   \result == PTM_NIL <==> cacheable(\old(*h), e->tcache, e->tcache_bins, e->rules.tcache_count, r->n);
*/
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
/*@
  REQUIRES_HEAP;
  requires req:   \valid(r) && \separated(h, e, r) && 2 <= r->n <= PTM_UNITS && r->seen <= 0x1ffffffff;
  requires free:  isfree(*h, u) && a < PTM_ARENAS;
  requires room:  h->hi < PTM_STAMP_MAX - 1;
  TOTAL;
  assigns         FIND_FIELDS, r->cached, r->seen, e->trace;
  ENSURES_WF; ENSURES_FOUND(r->n);
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + 2;
  ensures seen:   r->seen == \old(r->seen) || r->seen == \old(r->seen) + 1;
  ensures cached: \result == PTM_NIL && r->seen == \old(r->seen) ==> h->hi == \old(h->hi) && r->n - 2 < PTM_TCACHE_BINS &&
                  h->tcache_count[PTM_SELF][r->n - 2] == \old(h->tcache_count[PTM_SELF][r->n - 2]) + 1;
  ensures limit:  \result != PTM_NIL && r->seen != \old(r->seen) ==> r->cached != 0 && e->rules.tcache_unsorted_limit != 0 &&
                  r->seen > e->rules.tcache_unsorted_limit;
*/
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

	/*@ loop invariant wf: wf(*h);
	    loop invariant last: u != PTM_NIL ==> isfree(*h, u);
	    loop invariant seen: seen_before <= r->seen <= seen_before + UNSORTED_ITERATIONS_MAX;
	    loop invariant hi: \at(h->hi, Pre) <= h->hi <= \at(h->hi, Pre) + 2 * (r->seen - seen_before);
	    loop invariant live: live(*h, \at(*h, Pre), PTM_NIL, PTM_NIL);
	    loop invariant holes: holes(*h, \at(*h, Pre));
	    loop assigns u, v, FIND_FIELDS, r->cached, r->seen, e->trace;
	    loop variant (UNSORTED_ITERATIONS_MAX - (r->seen - seen_before)) * 0x10000 +
	      (r->n - 2 < PTM_TCACHE_BINS ? 0xffff - h->tcache_count[PTM_SELF][r->n - 2] : 0); */
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
/*@
  REQUIRES_HEAP;
  requires bin:   a < PTM_ARENAS && b <= PTM_BINS;
  TOTAL;
  assigns         h->binmap[0 .. PTM_MAP_WORDS - 1], e->trace;
  ENSURES_WF;
  ensures range:  b <= \result <= PTM_BINS;
  ensures some:   \result < PTM_BINS ==> h->fd[head(a, \result)] != head(a, \result);
  ensures clear:  \forall integer k; PTM_BINS * a + b <= k < PTM_BINS * a + \result ==> !marked(*h, k);
*/
static uint32_t bin_find(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t b)
{
	uint32_t k = ptm_bin_next(h, a, b);

	/*@ loop invariant wf: wf(*h);
	    loop invariant range: b <= k <= PTM_BINS;
	    loop invariant clear: \forall integer i; PTM_BINS * a + b <= i < PTM_BINS * a + k ==> !marked(*h, i);
	    loop assigns k, h->binmap[0 .. PTM_MAP_WORDS - 1], e->trace;
	    loop variant PTM_BINS - k; */
	while (k < PTM_BINS && ptm_bin_first(h, a, k) == PTM_NIL) {
		FIRE(e, binmap_clear);
		TOUCH(e, PTM_NODE_BINMAP + (PTM_BINS * a + k) / 32);
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
		TOUCH_SCALARS(e, LAST_REMAINDER);
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
	/*@ assert inner: \at(*h, Pre).st[t + n] == PTM_INNER; */
	/*@ assert arena: \forall integer k; 0 <= k < PTM_UNITS && k != t + n ==> h->arena[k] == \at(*h, Pre).arena[k]; */
	/*@ assert live: live(*h, \at(*h, Pre), t, t + n); */
	TOUCH(e, PTM_NODE_HEAD + t);
	TOUCH_SCALARS(e, TOP);
	return t;
}
