/* Whole heaps: the top comes, goes and moves; composed of the primitives on the tiling. */
/* SPDX-License-Identifier: MIT */
#include "heap.h"

void ptm_heap_add(struct ptm_heap *h, uint32_t a, uint32_t u, uint32_t t, uint32_t n)
{
	ptm_hole_split(h, u, t - u);
	/*@ assert s: h->st[t] == PTM_HOLE && h->prev[t] == u; */
	ptm_hole_split(h, t, n);
	/*@ assert q: h->st[t] == PTM_HOLE && h->next[t] == t + n && h->st[u] == PTM_HOLE && h->prev[t] == u && h->next[u] == t; */
	ptm_hole_to_top(h, a, t);
}

void ptm_heap_remove(struct ptm_heap *h, uint32_t a, uint32_t p)
{
	uint32_t t = h->top[a], x = h->next[t];

	ptm_top_to_hole(h, a);
	ptm_hole_join(h, p, t);
	/*@ assert j: h->next[p] == x && h->st[x] == PTM_HOLE; */
	ptm_hole_join(h, p, x);
}

uint32_t ptm_top_move(struct ptm_heap *h, uint32_t a, uint32_t keep, uint32_t u, uint32_t t,
		      uint32_t n)
{
	uint32_t r = h->top[a];

	/*@ assert z: h->st[h->next[r]] == PTM_HOLE && r != u && (r < u ==> h->next[r] <= u) && (u < r ==> h->next[u] <= r); */
	if (keep != 0)
		ptm_top_take(h, a, keep);
	/*@ assert k: h->st[u] == PTM_HOLE && h->next[u] == \at(h->next[u], Pre) && h->top[a] == r + keep; */
	ptm_top_to_hole(h, a);
	/*@ assert m: h->st[r + keep] == PTM_HOLE && h->next[r + keep] == \at(h->next[h->top[a]], Pre); */
	ptm_heap_add(h, a, u, t, n);
	return r;
}
