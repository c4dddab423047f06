/* Primitives on large bins: sorted insertion and best fit. */
/* SPDX-License-Identifier: MIT */
#include "bin.h"

uint32_t ptm_large_find(const struct ptm_heap *h, uint32_t a, uint32_t b, uint32_t n)
{
	uint32_t hd = PTM_HEAD0 + PTM_BINS * a + b, q = h->fd[hd];

	while (q != hd && h->next[q] - q > n)
		q = h->fd[q];
	return q;
}

void ptm_chunk_insert_large(struct ptm_heap *h, uint32_t u, uint32_t b)
{
	uint32_t k = PTM_BINS * h->arena[u] + b, hd = PTM_HEAD0 + k, n = h->next[u] - u;
	uint32_t q = ptm_large_find(h, h->arena[u], b, n), at, f;
	int second = q != hd && h->next[q] - q == n;

	at = second ? q : h->bk[q];
	f = h->fd[at];
	h->fd[u] = f;
	h->bk[u] = at;
	h->bk[f] = u;
	h->fd[at] = u;
	h->bin[u] = (uint16_t)k;
	h->hi++;
	h->stamp[u] = h->hi;
	if (second) { /* the group's first stays first: its stamp is renewed */
		h->hi++;
		h->stamp[q] = h->hi;
	}
	h->st[u] = PTM_FREE;
}

uint32_t ptm_large_fit(const struct ptm_heap *h, uint32_t a, uint32_t b, uint32_t n)
{
	uint32_t hd = PTM_HEAD0 + PTM_BINS * a + b, u = h->fd[hd], g;

	if (u == hd || h->next[u] - u < n)
		return PTM_NIL;
	u = h->bk[hd];
	while (h->next[u] - u < n)
		u = h->bk[u];
	g = h->next[u] - u;
	while (h->bk[u] != hd && h->next[h->bk[u]] - h->bk[u] == g)
		u = h->bk[u];
	if (h->fd[u] != hd && h->next[h->fd[u]] - h->fd[u] == g)
		u = h->fd[u];
	return u;
}
