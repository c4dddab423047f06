/* The tcache and the fastbins, as operations use them. */
/* SPDX-License-Identifier: MIT */
#include "cache.h"

bool ptm_cache_room(const struct ptm_heap *h, const struct ptm_env *e, uint64_t n)
{
	if (e->tcache == PTM_NIL || n < PTM_MIN_UNITS || n - 2 >= e->tcache_bins ||
	    n - 2 >= PTM_TCACHE_BINS)
		return false;
	return h->tcache_count[PTM_SELF][n - 2] < e->rules.tcache_count &&
	       h->tcache_count[PTM_SELF][n - 2] < PTM_TCACHE_COUNT_MAX;
}

void ptm_cache_put(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	TOUCH(e, u);
	TOUCH(e, PTM_NODE_TCACHE + ptm_size(h, u) - 2);
	ptm_tcache_put(h, PTM_SELF, u);
}

uint32_t ptm_cache_get(struct ptm_heap *h, struct ptm_env *e, uint64_t n)
{
	uint32_t u;

	if (e->tcache == PTM_NIL || n < PTM_MIN_UNITS || n - 2 >= e->tcache_bins ||
	    n - 2 >= PTM_TCACHE_BINS || h->tcache_count[PTM_SELF][n - 2] == 0)
		return PTM_NIL;
	u = ptm_tcache_get(h, PTM_SELF, (uint32_t)n - 2);
	TOUCH(e, u);
	TOUCH(e, PTM_NODE_TCACHE + (uint32_t)n - 2);
	return u;
}

void ptm_fast_put(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	FIRE(e, fast_put);
	TOUCH(e, u);
	TOUCH(e, PTM_NODE_FAST + ptm_size(h, u) - 2);
	ptm_fast_push(h, u);
}

/* Ends: each round takes a chunk off the fastbin. */
/*@
  PTM_OP_PRE;
  requires class: a < PTM_ARENAS && 2 <= n < PTM_FASTBINS + 2;
  PTM_TOTAL;
  assigns         *h, e->trace;
  PTM_WF;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL) && holes(*h, \old(*h));
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS ==> h->next[k] == \old(*h).next[k];
  ensures budget: h->hi == \old(h->hi) && h->lo == \old(h->lo) && h->pushes == \old(h->pushes);
*/
static void fast_stash(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n)
{
	uint32_t c = n - 2, u;

	/*@ loop invariant wf: wf(*h);
	    loop invariant c: c == n - 2;
	    loop invariant live: live(*h, \at(*h, Pre), PTM_NIL, PTM_NIL);
	    loop invariant holes: holes(*h, \at(*h, Pre));
	    loop invariant next: \forall integer k; 0 <= k < PTM_UNITS ==> h->next[k] == \at(*h, Pre).next[k];
	    loop invariant budget: h->hi == \at(h->hi, Pre) && h->lo == \at(h->lo, Pre) && h->pushes == \at(h->pushes, Pre);
	    loop assigns u, *h, e->trace;
	    loop variant h->fast[a][c] == PTM_NIL ? 0 : h->bk[h->fast[a][c]]; */
	while (h->fast[a][c] != PTM_NIL && ptm_cache_room(h, e, n)) {
		FIRE(e, fast_stash);
		u = ptm_fast_pop(h, a, c);
		ptm_cache_put(h, e, u);
	}
}

uint32_t ptm_fast_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint64_t n)
{
	uint32_t c, u;

	if (n * PTM_UNIT_BYTES > e->max_fast || n - 2 >= PTM_FASTBINS)
		return PTM_NIL;
	c = (uint32_t)n - 2;
	if (h->fast[a][c] == PTM_NIL)
		return PTM_NIL;
	FIRE(e, fast_get);
	u = ptm_fast_pop(h, a, c);
	TOUCH(e, u);
	TOUCH(e, PTM_NODE_FAST + c);
	fast_stash(h, e, a, c + 2);
	return u;
}

/* Ends: each round takes a chunk off the bin: its tail's stamp rises. */
/*@
  PTM_OP_PRE;
  requires bin:   a < PTM_ARENAS && 2 <= n < PTM_LARGE;
  PTM_TOTAL;
  assigns         *h, e->trace;
  PTM_WF;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL) && holes(*h, \old(*h));
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS ==> h->next[k] == \old(*h).next[k];
  ensures budget: h->hi == \old(h->hi) && h->lo == \old(h->lo) && h->pushes == \old(h->pushes);
*/
static void small_stash(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n)
{
	uint32_t u = ptm_bin_last(h, a, n);

	/*@ loop invariant wf: wf(*h);
	    loop invariant last: u != PTM_NIL ==> isfree(*h, u) && h->bin[u] == PTM_BINS * a + n && h->fd[u] == head(a, n) && h->bk[head(a, n)] == u;
	    loop invariant live: live(*h, \at(*h, Pre), PTM_NIL, PTM_NIL);
	    loop invariant holes: holes(*h, \at(*h, Pre));
	    loop invariant next: \forall integer k; 0 <= k < PTM_UNITS ==> h->next[k] == \at(*h, Pre).next[k];
	    loop invariant budget: h->hi == \at(h->hi, Pre) && h->lo == \at(h->lo, Pre) && h->pushes == \at(h->pushes, Pre);
	    loop assigns u, *h, e->trace;
	    loop variant u == PTM_NIL ? 0 : 1 + h->hi - h->stamp[u]; */
	while (u != PTM_NIL && ptm_cache_room(h, e, n)) {
		FIRE(e, small_stash);
		ptm_take(h, e, u);
		ptm_cache_put(h, e, u);
		u = ptm_bin_last(h, a, n);
	}
}

uint32_t ptm_small_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n)
{
	uint32_t u = ptm_bin_last(h, a, n);

	if (u == PTM_NIL)
		return PTM_NIL;
	FIRE(e, small_last);
	ptm_take(h, e, u);
	small_stash(h, e, a, n);
	return u;
}
