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
	TOUCH(e, PTM_NODE_FD + u);
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
	TOUCH(e, PTM_NODE_TCACHE + (uint32_t)n - 2);
	return u;
}

void ptm_fast_put(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	FIRE(e, fast_put);
	TOUCH_SCALARS(e, HAVE_FAST);
	TOUCH(e, PTM_NODE_FD + u);
	TOUCH(e, PTM_NODE_FAST + ptm_size(h, u) - 2);
	ptm_fast_push(h, u);
}

/* The first chunk of a fastbin moves to the tcache, which has room. */
/*@
  REQUIRES_HEAP;
  requires class: a < PTM_ARENAS && c < PTM_FASTBINS && h->fast[a][c] != PTM_NIL && h->tcache_count[PTM_SELF][c] < PTM_TCACHE_COUNT_MAX;
  TOTAL;
  assigns         h->fd[0 .. PTM_NODES - 1], h->bk[0 .. PTM_NODES - 1], h->st[0 .. PTM_UNITS - 1], h->thread[0 .. PTM_UNITS - 1],
                  h->bin[0 .. PTM_NODES - 1], h->fast[a][c], h->tcache[PTM_SELF][c], h->tcache_count[PTM_SELF][c], e->trace;
  ENSURES_WF;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
  ensures depth:  depth(*h, a, c) == \old(depth(*h, a, c)) - 1;
  ensures first:  h->tcache[PTM_SELF][c] == \old(h->fast[a][c]);
*/
static void fast_move(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t c)
{
	/*@ assert fast: isfast(*h, h->fast[a][c], a, c); */
	uint32_t u = ptm_fast_pop(h, a, c);

	/*@ assert depth: depth(*h, a, c) == \at(depth(*h, a, c), Pre) - 1 && h->fast[a][c] != u; */
	/*@ assert was: \at(*h, Pre).st[u] == PTM_FAST; */
	/*@ assert live: live(*h, \at(*h, Pre), u, PTM_NIL); */
	/*@ assert holes: holes(*h, \at(*h, Pre)); */
	FIRE(e, fast_stash);
	ptm_cache_put(h, e, u);
}

/* Ends: each round takes a chunk off the fastbin. */
/*@
  REQUIRES_HEAP;
  requires class: a < PTM_ARENAS && 2 <= n < PTM_FASTBINS + 2;
  TOTAL;
  assigns         h->fd[0 .. PTM_NODES - 1], h->bk[0 .. PTM_NODES - 1], h->st[0 .. PTM_UNITS - 1], h->thread[0 .. PTM_UNITS - 1],
                  h->bin[0 .. PTM_NODES - 1], h->fast[a][n - 2], h->tcache[PTM_SELF][n - 2], h->tcache_count[PTM_SELF][n - 2], e->trace;
  ENSURES_WF;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
  ensures all:    h->fast[a][n - 2] == PTM_NIL || !cacheable(*h, e->tcache, e->tcache_bins, e->rules.tcache_count, n);
*/
static void fast_stash(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n)
{
	uint32_t c = n - 2;

	/*@ loop invariant wf: wf(*h);
	    loop invariant live: live(*h, \at(*h, Pre), PTM_NIL, PTM_NIL);
	    loop invariant holes: holes(*h, \at(*h, Pre));
	    loop assigns h->fd[0 .. PTM_NODES - 1], h->bk[0 .. PTM_NODES - 1], h->st[0 .. PTM_UNITS - 1], h->thread[0 .. PTM_UNITS - 1],
	      h->bin[0 .. PTM_NODES - 1], h->fast[a][c], h->tcache[PTM_SELF][c], h->tcache_count[PTM_SELF][c], e->trace;
	    loop variant depth(*h, a, c); */
	while (h->fast[a][c] != PTM_NIL && ptm_cache_room(h, e, n))
		fast_move(h, e, a, c);
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
	/*@ assert fast: isfast(*h, h->fast[a][c], a, c); */
	u = ptm_fast_pop(h, a, c);
	/*@ assert was: \at(*h, Pre).st[u] == PTM_FAST; */
	/*@ assert live: live(*h, \at(*h, Pre), u, PTM_NIL); */
	TOUCH(e, PTM_NODE_FAST + c);
	fast_stash(h, e, a, c + 2);
	return u;
}

/* The last chunk @u of a small bin moves to the tcache, which has room. Returns: the last chunk then, or PTM_NIL. */
/*@
  REQUIRES_HEAP;
  requires bin:   a < PTM_ARENAS && 2 <= n < PTM_LARGE && h->tcache_count[PTM_SELF][n - 2] < PTM_TCACHE_COUNT_MAX;
  requires last:  isfree(*h, u) && h->bin[u] == PTM_BINS * a + n;
  TOTAL;
  assigns         LINK_FIELDS, h->st[0 .. PTM_UNITS - 1], h->thread[0 .. PTM_UNITS - 1], h->bin[0 .. PTM_NODES - 1],
                  h->tcache[PTM_SELF][n - 2], h->tcache_count[PTM_SELF][n - 2], e->trace;
  ENSURES_WF;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
  ensures last:   \result != PTM_NIL ==> isfree(*h, \result) && h->bin[\result] == PTM_BINS * a + n && h->bk[head(a, n)] == \result;
  ensures none:   \result == PTM_NIL ==> h->bk[head(a, n)] == head(a, n);
  ensures falls:  \result != PTM_NIL && \old(h->fd[u]) == head(a, n) ==> h->stamp[\result] > h->stamp[u] && h->fd[\result] == head(a, n);
  ensures first:  h->tcache[PTM_SELF][n - 2] == u;
*/
static uint32_t small_move(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n,
			   uint32_t u)
{
	/*@ assert home: bin_of(h->next[u] - u) == n && h->next[u] - u == n; */
	/*@ assert tail: h->fd[u] == head(a, n) && h->bk[u] < PTM_UNITS ==> h->stamp[h->bk[u]] > h->stamp[u]; */
	/*@ assert back: h->fd[u] == head(a, n) ==> h->bk[head(a, n)] == u; */
	FIRE(e, small_stash);
	ptm_take(h, e, u);
	/*@ assert last: \at(h->fd[u], Pre) == head(a, n) ==> h->bk[head(a, n)] == \at(h->bk[u], Pre); */
	ptm_cache_put(h, e, u);
	return ptm_bin_last(h, a, n);
}

/* Ends: each round takes a chunk off the bin: its tail's stamp rises. */
/*@
  REQUIRES_HEAP;
  requires bin:   a < PTM_ARENAS && 2 <= n < PTM_LARGE;
  TOTAL;
  assigns         LINK_FIELDS, h->st[0 .. PTM_UNITS - 1], h->thread[0 .. PTM_UNITS - 1], h->bin[0 .. PTM_NODES - 1],
                  h->tcache[PTM_SELF][n - 2], h->tcache_count[PTM_SELF][n - 2], e->trace;
  ENSURES_WF;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
  ensures all:    h->bk[head(a, n)] == head(a, n) || !cacheable(*h, e->tcache, e->tcache_bins, e->rules.tcache_count, n);
*/
static void small_stash(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n)
{
	uint32_t u = ptm_bin_last(h, a, n);

	/*@ loop invariant wf: wf(*h);
	    loop invariant last: u != PTM_NIL ==> isfree(*h, u) && h->bin[u] == PTM_BINS * a + n && h->fd[u] == head(a, n);
	    loop invariant none: u == PTM_NIL ==> h->bk[head(a, n)] == head(a, n);
	    loop invariant live: live(*h, \at(*h, Pre), PTM_NIL, PTM_NIL);
	    loop invariant holes: holes(*h, \at(*h, Pre));
	    loop assigns u, LINK_FIELDS, h->st[0 .. PTM_UNITS - 1], h->thread[0 .. PTM_UNITS - 1], h->bin[0 .. PTM_NODES - 1],
	      h->tcache[PTM_SELF][n - 2], h->tcache_count[PTM_SELF][n - 2], e->trace;
	    loop variant u == PTM_NIL ? 0 : 1 + h->hi - h->stamp[u]; */
	while (u != PTM_NIL && ptm_cache_room(h, e, n))
		u = small_move(h, e, a, n, u);
}

uint32_t ptm_small_get(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t n)
{
	uint32_t u = ptm_bin_last(h, a, n);

	if (u == PTM_NIL)
		return PTM_NIL;
	/*@ assert home: bin_of(h->next[u] - u) == n && h->next[u] - u == n; */
	FIRE(e, small_last);
	ptm_take(h, e, u);
	small_stash(h, e, a, n);
	return u;
}
