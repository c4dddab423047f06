/* The empty heap. */
/* SPDX-License-Identifier: MIT */
#include "heap_reset.h"

/* Every chunk but the HOLE at 0 is forgotten. */
/*@
  requires valid: \valid(h);
  requires inv:   fresh(*h) || wf(*h);
  TOTAL;
  assigns         TILE_FIELDS;
  ensures hole:   h->st[0] == PTM_HOLE && h->next[0] == PTM_UNITS && h->prev[0] == 0;
  ensures inner:  \forall integer k; 1 <= k < PTM_UNITS ==> h->st[k] == PTM_INNER;
*/
static void tiles_reset(struct ptm_heap *h)
{
	uint32_t u = h->next[0];

	/*@ loop invariant chunk: u != 0 && u < PTM_UNITS ==> h->st[u] != PTM_INNER;
	    loop invariant range: u <= PTM_UNITS && (u == 0 ==> \at(fresh(*h), Pre)) && (u != 0 ==> \at(wf(*h), Pre));
	    loop invariant done: \forall integer k; 1 <= k < u ==> h->st[k] == PTM_INNER;
	    loop invariant rest: \forall integer k; u <= k < PTM_UNITS ==> h->st[k] == \at(h->st[k], Pre);
	    loop assigns u, h->st[1 .. PTM_UNITS - 1];
	    loop variant PTM_UNITS - u; */
	while (u != 0 && u < PTM_UNITS) {
		uint32_t x = h->next[u];

		h->st[u] = PTM_INNER;
		u = x;
	}
	h->st[0] = PTM_HOLE;
	h->next[0] = PTM_UNITS;
	h->prev[0] = 0;
}

/*@
  requires valid: \valid(h);
  TOTAL;
  assigns         LINK_FIELDS, h->bin[PTM_HEAD0 .. PTM_NODES - 1], h->binmap[0 .. PTM_MAP_WORDS - 1];
  ensures heads:  \forall integer d; PTM_HEAD0 <= d < PTM_NODES ==> h->fd[d] == d && h->bk[d] == d && h->bin[d] == d - PTM_HEAD0;
  ensures map:    \forall integer i; 0 <= i < PTM_MAP_WORDS ==> h->binmap[i] == 0;
*/
static void bins_reset(struct ptm_heap *h)
{
	/*@ loop invariant range: PTM_HEAD0 <= d <= PTM_NODES;
	    loop invariant heads: \forall integer k; PTM_HEAD0 <= k < d ==> h->fd[k] == k && h->bk[k] == k && h->bin[k] == k - PTM_HEAD0;
	    loop assigns d, LINK_FIELDS, h->bin[PTM_HEAD0 .. PTM_NODES - 1];
	    loop variant PTM_NODES - d; */
	for (uint32_t d = PTM_HEAD0; d < PTM_NODES; d++) {
		h->fd[d] = d;
		h->bk[d] = d;
		h->bin[d] = (uint16_t)(d - PTM_HEAD0);
	}
	/*@ loop invariant range: i <= PTM_MAP_WORDS;
	    loop invariant zero: \forall integer k; 0 <= k < i ==> h->binmap[k] == 0;
	    loop assigns i, h->binmap[0 .. PTM_MAP_WORDS - 1];
	    loop variant PTM_MAP_WORDS - i; */
	for (uint32_t i = 0; i < PTM_MAP_WORDS; i++)
		h->binmap[i] = 0;
}

/*@
  requires valid: \valid(h);
  TOTAL;
  assigns         h->top[0 .. PTM_ARENAS - 1], h->last_remainder[0 .. PTM_ARENAS - 1], h->have_fast[0 .. PTM_ARENAS - 1],
                  h->fast[0 .. PTM_ARENAS - 1][0 .. PTM_FASTBINS - 1];
  ensures fast:   \forall integer a, c; 0 <= a < PTM_ARENAS && 0 <= c < PTM_FASTBINS ==> h->fast[a][c] == PTM_NIL;
  ensures none:   \forall integer a; 0 <= a < PTM_ARENAS ==> h->top[a] == PTM_NIL && h->last_remainder[a] == PTM_NIL && h->have_fast[a] == 0;
*/
static void arenas_reset(struct ptm_heap *h)
{
	/*@ loop invariant range: a <= PTM_ARENAS;
	    loop invariant fast: \forall integer k, c; 0 <= k < a && 0 <= c < PTM_FASTBINS ==> h->fast[k][c] == PTM_NIL;
	    loop invariant none: \forall integer k; 0 <= k < a ==> h->top[k] == PTM_NIL && h->last_remainder[k] == PTM_NIL && h->have_fast[k] == 0;
	    loop assigns a, h->top[0 .. PTM_ARENAS - 1], h->last_remainder[0 .. PTM_ARENAS - 1], h->have_fast[0 .. PTM_ARENAS - 1],
	      h->fast[0 .. PTM_ARENAS - 1][0 .. PTM_FASTBINS - 1];
	    loop variant PTM_ARENAS - a; */
	for (uint32_t a = 0; a < PTM_ARENAS; a++) {
		h->top[a] = PTM_NIL;
		h->last_remainder[a] = PTM_NIL;
		h->have_fast[a] = 0;
		/*@ loop invariant range: c <= PTM_FASTBINS;
		    loop invariant row: \forall integer k; 0 <= k < c ==> h->fast[a][k] == PTM_NIL;
		    loop invariant fast: \forall integer k, i; 0 <= k < a && 0 <= i < PTM_FASTBINS ==> h->fast[k][i] == PTM_NIL;
		    loop assigns c, h->fast[0 .. PTM_ARENAS - 1][0 .. PTM_FASTBINS - 1];
		    loop variant PTM_FASTBINS - c; */
		for (uint32_t c = 0; c < PTM_FASTBINS; c++)
			h->fast[a][c] = PTM_NIL;
	}
}

/*@
  requires valid: \valid(h);
  TOTAL;
  assigns         h->tcache[0 .. PTM_THREADS - 1][0 .. PTM_TCACHE_BINS - 1], h->tcache_count[0 .. PTM_THREADS - 1][0 .. PTM_TCACHE_BINS - 1];
  ensures empty:  \forall integer t, c; 0 <= t < PTM_THREADS && 0 <= c < PTM_TCACHE_BINS ==> h->tcache[t][c] == PTM_NIL && h->tcache_count[t][c] == 0;
*/
static void threads_reset(struct ptm_heap *h)
{
	/*@ loop invariant range: t <= PTM_THREADS;
	    loop invariant empty: \forall integer k, c; 0 <= k < t && 0 <= c < PTM_TCACHE_BINS ==> h->tcache[k][c] == PTM_NIL && h->tcache_count[k][c] == 0;
	    loop assigns t, h->tcache[0 .. PTM_THREADS - 1][0 .. PTM_TCACHE_BINS - 1], h->tcache_count[0 .. PTM_THREADS - 1][0 .. PTM_TCACHE_BINS - 1];
	    loop variant PTM_THREADS - t; */
	for (uint32_t t = 0; t < PTM_THREADS; t++) {
		/*@ loop invariant range: c <= PTM_TCACHE_BINS;
		    loop invariant row: \forall integer k; 0 <= k < c ==> h->tcache[t][k] == PTM_NIL && h->tcache_count[t][k] == 0;
		    loop invariant empty: \forall integer k, i; 0 <= k < t && 0 <= i < PTM_TCACHE_BINS ==> h->tcache[k][i] == PTM_NIL && h->tcache_count[k][i] == 0;
		    loop assigns c, h->tcache[0 .. PTM_THREADS - 1][0 .. PTM_TCACHE_BINS - 1], h->tcache_count[0 .. PTM_THREADS - 1][0 .. PTM_TCACHE_BINS - 1];
		    loop variant PTM_TCACHE_BINS - c; */
		for (uint32_t c = 0; c < PTM_TCACHE_BINS; c++) {
			h->tcache[t][c] = PTM_NIL;
			h->tcache_count[t][c] = 0;
		}
	}
}

void ptm_heap_reset(struct ptm_heap *h)
{
	tiles_reset(h);
	bins_reset(h);
	arenas_reset(h);
	threads_reset(h);
	h->hi = 0;
	h->lo = 0;
	h->reach = 1;
	h->floor = PTM_UNITS;
	h->pushes = 0;
}

bool ptm_heap_room(const struct ptm_heap *h)
{
	return h->hi <= PTM_STAMP_MAX - PTM_STAMP_OP && h->pushes <= PTM_PUSHES_MAX - PTM_PUSHES_OP;
}
