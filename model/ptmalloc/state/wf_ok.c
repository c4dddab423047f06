/* The invariant as a function: linear in the units, most of which lie in the gaps of the tiling. */
/* SPDX-License-Identifier: MIT */
#include "wf_ok.h"
#include "wf_list.h"
#include "wf_tile.h"

/*@
  requires valid: \valid_read(h);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> -PTM_STAMP_MAX <= h->lo <= 0 <= h->hi <= PTM_STAMP_MAX &&
                  \forall integer k; 0 <= k < PTM_HEADS ==> head_at(*h, k);
  ensures heads:  \result != 0 ==> heads(*h);
*/
static bool heads_ok(const struct ptm_heap *h)
{
	if (h->lo < -PTM_STAMP_MAX || h->lo > 0 || h->hi < 0 || h->hi > PTM_STAMP_MAX)
		return false;
	/*@ loop invariant range: 0 <= k <= PTM_HEADS;
	    loop invariant heads: \forall integer i; 0 <= i < k ==> head_at(*h, i);
	    loop invariant bins: \forall integer d; PTM_HEAD0 <= d < PTM_HEAD0 + k ==> h->bin[d] == d - PTM_HEAD0;
	    loop assigns k;
	    loop variant PTM_HEADS - k; */
	for (uint32_t k = 0; k < PTM_HEADS; k++)
		if (!ptm_head_ok(h, k))
			return false;
	return true;
}

/*@
  requires valid: \valid_read(h);
  requires tiled: tiled(*h);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> \forall integer a, c; 0 <= a < PTM_ARENAS && 0 <= c < PTM_FASTBINS ==> fast_head_at(*h, a, c);
*/
static bool fast_heads_ok(const struct ptm_heap *h)
{
	/*@ loop invariant range: 0 <= a <= PTM_ARENAS;
	    loop invariant heads: \forall integer k, c; 0 <= k < a && 0 <= c < PTM_FASTBINS ==> fast_head_at(*h, k, c);
	    loop assigns a;
	    loop variant PTM_ARENAS - a; */
	for (uint32_t a = 0; a < PTM_ARENAS; a++) {
		/*@ loop invariant range: 0 <= c <= PTM_FASTBINS;
		    loop invariant heads: \forall integer k; 0 <= k < c ==> fast_head_at(*h, a, k);
		    loop assigns c;
		    loop variant PTM_FASTBINS - c; */
		for (uint32_t c = 0; c < PTM_FASTBINS; c++)
			if (!ptm_fast_head_ok(h, a, c))
				return false;
	}
	return true;
}

/*@
  requires valid: \valid_read(h);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> \forall integer t, c; 0 <= t < PTM_THREADS && 0 <= c < PTM_TCACHE_BINS ==> tcache_head_at(*h, t, c);
*/
static bool tcache_heads_ok(const struct ptm_heap *h)
{
	/*@ loop invariant range: 0 <= t <= PTM_THREADS;
	    loop invariant heads: \forall integer k, c; 0 <= k < t && 0 <= c < PTM_TCACHE_BINS ==> tcache_head_at(*h, k, c);
	    loop assigns t;
	    loop variant PTM_THREADS - t; */
	for (uint32_t t = 0; t < PTM_THREADS; t++) {
		/*@ loop invariant range: 0 <= c <= PTM_TCACHE_BINS;
		    loop invariant heads: \forall integer k; 0 <= k < c ==> tcache_head_at(*h, t, k);
		    loop assigns c;
		    loop variant PTM_TCACHE_BINS - c; */
		for (uint32_t c = 0; c < PTM_TCACHE_BINS; c++)
			if (!ptm_tcache_head_ok(h, t, c))
				return false;
	}
	return true;
}

/*
 * The chunk after @i in its list has no other predecessor below @i. An entry of @scratch counts only
 * if the chunk that it names has this successor, so its contents at the start do not matter.
 */
/*@
  requires valid: \valid_read(h) && \valid(scratch) && \separated(h, scratch);
  requires chunk: chunk(*h, i) && chunk_at(*h, i);
  requires below: noted(*h, *scratch, i);
  TOTAL;
  assigns         scratch->before[0 .. PTM_UNITS - 1];
  ensures no:     \result == 0 ==> !(finj(*h) && tinj(*h));
  ensures yes:    \result != 0 ==> noted(*h, *scratch, i + 1);
*/
static bool before_ok(const struct ptm_heap *h, struct ptm_scratch *scratch, uint32_t i)
{
	uint32_t j = h->fd[i], c;

	if ((h->st[i] != PTM_FAST && h->st[i] != PTM_TCACHE) || j >= PTM_UNITS)
		return true;
	c = scratch->before[j];
	if (c < i && h->st[c] == h->st[i] && h->fd[c] == j)
		return false;
	scratch->before[j] = i;
	return true;
}

/*@
  requires valid: \valid_read(h) && \valid(scratch) && \separated(h, scratch);
  requires tiled: tiled(*h);
  TOTAL;
  assigns         scratch->before[0 .. PTM_UNITS - 1];
  ensures exact:  \result != 0 <==> (\forall integer k; chunk(*h, k) ==> chunk_at(*h, k)) && finj(*h) && tinj(*h);
*/
static bool chunks_ok(const struct ptm_heap *h, struct ptm_scratch *scratch)
{
	uint32_t i = 0;

	/*@ loop invariant range: 0 <= i <= PTM_UNITS;
	    loop invariant start: i < PTM_UNITS ==> h->st[i] != PTM_INNER;
	    loop invariant chunks: \forall integer k; 0 <= k < i && h->st[k] != PTM_INNER ==> chunk_at(*h, k);
	    loop invariant noted: noted(*h, *scratch, i);
	    loop assigns i, scratch->before[0 .. PTM_UNITS - 1];
	    loop variant PTM_UNITS - i; */
	while (i < PTM_UNITS) {
		if (!ptm_chunk_ok(h, i) || !before_ok(h, scratch, i))
			return false;
		/*@ assert gap: \forall integer k; i < k < PTM_UNITS && k < h->next[i] ==> h->st[k] == PTM_INNER; */
		i = h->next[i];
	}
	/*@ assert finj: finj(*h); */
	/*@ assert tinj: tinj(*h); */
	return true;
}

bool ptm_heap_ok(const struct ptm_heap *h, struct ptm_scratch *scratch)
{
	/*@ assert h1: wf(*h) ==> \forall integer k; 0 <= k < PTM_HEADS ==> head_at(*h, k); */
	/*@ assert h2: wf(*h) ==> \forall integer a, c; 0 <= a < PTM_ARENAS && 0 <= c < PTM_FASTBINS ==> fast_head_at(*h, a, c); */
	/*@ assert h3: wf(*h) ==> \forall integer t, c; 0 <= t < PTM_THREADS && 0 <= c < PTM_TCACHE_BINS ==> tcache_head_at(*h, t, c); */
	/*@ assert h4: wf(*h) ==> \forall integer k; chunk(*h, k) ==> chunk_at(*h, k); */
	if (!ptm_tiles_ok(h) || !heads_ok(h) || !fast_heads_ok(h))
		return false;
	if (!tcache_heads_ok(h) || !chunks_ok(h, scratch))
		return false;
	/*@ assert heads: heads(*h) && stamps(*h); */
	/*@ assert link_free: \forall integer i; isfree(*h, i) ==> link_at(*h, i); */
	/*@ assert link_head: \forall integer k; 0 <= k < PTM_HEADS ==> link_at(*h, PTM_HEAD0 + k); */
	/*@ assert heads_all: \forall integer i; PTM_HEAD0 <= i < PTM_NODES ==> link_at(*h, PTM_HEAD0 + (i - PTM_HEAD0)); */
	/*@ assert link: \forall integer i; node(*h, i) ==> link_at(*h, i); */
	/*@ assert links: linkf(*h) && linkb(*h); */
	/*@ assert bins: homes(*h) && order(*h) && marks(*h); */
	/*@ assert fasts: fheads(*h) && fhave(*h) && fnext(*h); */
	/*@ assert fnohd: fnohd(*h); */
	/*@ assert tcs: theads(*h) && tsize(*h) && tnext(*h) && tcount(*h); */
	/*@ assert tnohd: tnohd(*h); */
	return true;
}
