/* Primitives on large bins: searches. */
/* SPDX-License-Identifier: MIT */
#include "bin.h"

uint32_t ptm_large_find(const struct ptm_heap *h, uint32_t a, uint32_t b, uint32_t n)
{
	uint32_t hd = PTM_HEAD0 + PTM_BINS * a + b, q = h->fd[hd];

	/*@ assert hd: hd == head(a, b) && h->bin[hd] == PTM_BINS * a + b; */
	/*@ loop invariant node: node(*h, q) && h->bin[q] == PTM_BINS * a + b;
	    loop invariant head: q >= PTM_UNITS ==> q == hd;
	    loop invariant large: h->bk[q] < PTM_UNITS ==> h->next[h->bk[q]] - h->bk[q] > n;
	    loop assigns q;
	    loop variant q >= PTM_UNITS ? 0 : 1 + (h->next[q] - q) * 0x10000000000000000 + h->stamp[q] - h->lo; */
	while (q != hd && h->next[q] - q > n)
		q = h->fd[q];
	return q;
}

uint32_t ptm_large_fit(const struct ptm_heap *h, uint32_t a, uint32_t b, uint32_t n)
{
	uint32_t hd = PTM_HEAD0 + PTM_BINS * a + b, u = h->fd[hd], g;

	if (u == hd || h->next[u] - u < n)
		return PTM_NIL;
	/*@ assert hd: hd == head(a, b) && h->bin[hd] == PTM_BINS * a + b; */
	u = h->bk[hd];
	/*@ loop invariant free: isfree(*h, u) && h->bin[u] == PTM_BINS * a + b;
	    loop invariant below: h->fd[u] < PTM_UNITS ==> h->next[h->fd[u]] - h->fd[u] < n;
	    loop assigns u;
	    loop variant (PTM_UNITS - (h->next[u] - u)) * 0x10000000000000000 + h->hi - h->stamp[u]; */
	while (h->next[u] - u < n)
		u = h->bk[u];
	g = h->next[u] - u;
	/*@ loop invariant free: isfree(*h, u) && h->bin[u] == PTM_BINS * a + b && h->next[u] - u == g;
	    loop invariant below: h->fd[u] < PTM_UNITS ==> h->next[h->fd[u]] - h->fd[u] < n || h->next[h->fd[u]] - h->fd[u] == g;
	    loop invariant below2: \forall integer s, k; isfree(*h, s) && isfree(*h, k) && s == h->fd[u] && k == h->fd[s] && h->next[s] - s == g ==>
	      h->next[k] - k < n || h->next[k] - k == g;
	    loop assigns u;
	    loop variant h->hi - h->stamp[u]; */
	while (h->bk[u] != hd && h->next[h->bk[u]] - h->bk[u] == g)
		u = h->bk[u];
	if (h->fd[u] != hd && h->next[h->fd[u]] - h->fd[u] == g)
		u = h->fd[u];
	return u;
}
