/* Primitives on fastbins. */
/* SPDX-License-Identifier: MIT */
#include "fastbin.h"

void ptm_fast_push(struct ptm_heap *h, uint32_t u)
{
	uint32_t a = h->arena[u], c = h->next[u] - u - 2, f = h->fast[a][c];
	uint32_t depth = f == PTM_NIL ? 1 : h->bk[f] + 1;

	/*@ assert b: a == h->arena[u] && a < PTM_ARENAS && (f != PTM_NIL ==> isfast(*h, f, a, c) && f != u && depth == h->bk[f] + 1) && (f == PTM_NIL ==> depth == 1); */
	/*@ assert n1: f != PTM_NIL ==> \forall integer x, e; 0 <= x < PTM_ARENAS && 0 <= e < PTM_FASTBINS && (x != a || e != c) ==> h->fast[x][e] != f; */
	/*@ assert n2: \forall integer x, e; 0 <= x < PTM_ARENAS && 0 <= e < PTM_FASTBINS ==> h->fast[x][e] != u; */
	/*@ assert n3: \forall integer i; is(*h, i, PTM_FAST) ==> h->fd[i] != u; */
	h->pushes++;
	h->fd[u] = f;
	h->bk[u] = depth;
	h->st[u] = PTM_FAST;
	h->fast[a][c] = u;
	h->have_fast[a] = 1;
}

uint32_t ptm_fast_pop(struct ptm_heap *h, uint32_t a, uint32_t c)
{
	uint32_t u = h->fast[a][c];

	/*@ assert b: isfast(*h, u, a, c); */
	h->fast[a][c] = h->fd[u];
	h->st[u] = PTM_USED;
	return u;
}

void ptm_fast_none(struct ptm_heap *h, uint32_t a)
{
	h->have_fast[a] = 0;
}
