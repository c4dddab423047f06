/* Primitives on tcaches. */
/* SPDX-License-Identifier: MIT */
#include "tcache.h"

void ptm_tcache_put(struct ptm_heap *h, uint32_t t, uint32_t u)
{
	uint32_t c = h->next[u] - u - 2, f = h->tcache[t][c],
		 d = (uint32_t)h->tcache_count[t][c] + 1;

	/*@ assert b: (f != PTM_NIL ==> istc(*h, f, t, c) && f != u && d == h->bk[f] + 1) && (f == PTM_NIL ==> d == 1); */
	h->fd[u] = f;
	h->bk[u] = d;
	h->thread[u] = (uint8_t)t;
	h->bin[u] = (uint16_t)c;
	h->st[u] = PTM_TCACHE;
	h->tcache[t][c] = u;
	h->tcache_count[t][c] = (uint16_t)d;
}

uint32_t ptm_tcache_get(struct ptm_heap *h, uint32_t t, uint32_t c)
{
	uint32_t u = h->tcache[t][c];

	/*@ assert b: u != PTM_NIL && istc(*h, u, t, c) && h->tcache_count[t][c] == h->bk[u]; */
	h->tcache[t][c] = h->fd[u];
	h->tcache_count[t][c] = (uint16_t)(h->tcache_count[t][c] - 1);
	h->st[u] = PTM_USED;
	return u;
}
