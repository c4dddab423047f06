/* Primitives on HOLEs. */
/* SPDX-License-Identifier: MIT */
#include "hole.h"

uint32_t ptm_hole_split(struct ptm_heap *h, uint32_t u, uint32_t n)
{
	uint32_t x = h->next[u], r = u + n;

	/*@ assert r: r == u + n && u < r < x <= PTM_UNITS && h->st[r] == PTM_INNER; */
	h->next[u] = r;
	h->prev[r] = u;
	h->next[r] = x;
	if (x < PTM_UNITS)
		h->prev[x] = r;
	h->arena[r] = h->arena[u];
	h->st[r] = PTM_HOLE;
	return r;
}

void ptm_hole_join(struct ptm_heap *h, uint32_t u, uint32_t v)
{
	uint32_t x = h->next[v];

	h->next[u] = x;
	if (x < PTM_UNITS)
		h->prev[x] = u;
	h->st[v] = PTM_INNER;
}

void ptm_top_resize(struct ptm_heap *h, uint32_t a, uint32_t e)
{
	uint32_t t = h->top[a], x = h->next[t], y = h->next[x];

	/*@ assert t: h->st[t] == PTM_TOP && h->st[x] == PTM_HOLE && t + 2 <= x < y <= PTM_UNITS && e < y &&
	      (e != x ==> h->st[e] == PTM_INNER); */
	h->st[x] = PTM_INNER;
	h->st[e] = PTM_HOLE;
	h->arena[e] = (uint8_t)a;
	h->next[t] = e;
	h->prev[e] = t;
	h->next[e] = y;
	if (y < PTM_UNITS)
		h->prev[y] = e;
}
