/* Primitives on the tiling. */
/* SPDX-License-Identifier: MIT */
#include "tile.h"

uint32_t ptm_chunk_split(struct ptm_heap *h, uint32_t u, uint32_t n)
{
	uint32_t x = h->next[u], r = u + n;

	/*@ assert r: r == u + n && r + 2 <= x < PTM_UNITS && h->st[r] == PTM_INNER; */
	h->next[u] = r;
	h->prev[r] = u;
	h->next[r] = x;
	h->prev[x] = r;
	h->arena[r] = h->arena[u];
	h->st[r] = PTM_USED;
	return r;
}

void ptm_chunk_join(struct ptm_heap *h, uint32_t u, uint32_t v)
{
	uint32_t x = h->next[v];

	h->next[u] = x;
	h->prev[x] = u;
	h->st[v] = PTM_INNER;
}

uint32_t ptm_top_take(struct ptm_heap *h, uint32_t a, uint32_t n)
{
	uint32_t u = h->top[a], r = u + n, x = h->next[u];

	/*@ assert r: r == u + n && r + 2 <= x < PTM_UNITS && h->st[r] == PTM_INNER; */
	h->next[u] = r;
	h->prev[r] = u;
	h->next[r] = x;
	h->prev[x] = r;
	h->arena[r] = (uint8_t)a;
	h->st[u] = PTM_USED;
	h->st[r] = PTM_TOP;
	h->top[a] = r;
	return u;
}

void ptm_top_join(struct ptm_heap *h, uint32_t u)
{
	uint32_t t = h->next[u], x = h->next[t], a = h->arena[u];

	/*@ assert t: h->top[a] == t && h->arena[t] == a && h->st[x] == PTM_HOLE; */
	h->next[u] = x;
	h->prev[x] = u;
	h->st[t] = PTM_INNER;
	h->st[u] = PTM_TOP;
	h->top[a] = u;
}

void ptm_top_lend(struct ptm_heap *h, uint32_t a, uint32_t u, uint32_t n)
{
	uint32_t t = h->top[a], r = t + n, x = h->next[t];

	/*@ assert r: r == t + n && r + 2 <= x < PTM_UNITS && h->st[r] == PTM_INNER; */
	/*@ assert a: h->arena[u] == a && h->st[x] == PTM_HOLE; */
	h->next[u] = r;
	h->prev[r] = u;
	h->next[r] = x;
	h->prev[x] = r;
	h->arena[r] = (uint8_t)a;
	h->st[t] = PTM_INNER;
	h->st[r] = PTM_TOP;
	h->top[a] = r;
}

uint32_t ptm_top_to_hole(struct ptm_heap *h, uint32_t a)
{
	uint32_t t = h->top[a];

	h->st[t] = PTM_HOLE;
	h->top[a] = PTM_NIL;
	return t;
}

void ptm_hole_to_top(struct ptm_heap *h, uint32_t a, uint32_t u)
{
	h->arena[u] = (uint8_t)a;
	h->st[u] = PTM_TOP;
	h->top[a] = u;
}
