/* The empty heap. */
/* SPDX-License-Identifier: MIT */
#include "reset.h"

/* Every chunk but the HOLE at 0 is forgotten. */
static void tiles_reset(struct ptm_heap *h)
{
	uint32_t u = h->next[0];

	while (u != 0 && u < PTM_UNITS) {
		uint32_t x = h->next[u];

		h->st[u] = PTM_INNER;
		u = x;
	}
	h->st[0] = PTM_HOLE;
	h->next[0] = PTM_UNITS;
	h->prev[0] = 0;
}

static void bins_reset(struct ptm_heap *h)
{
	for (uint32_t d = PTM_HEAD0; d < PTM_NODES; d++) {
		h->fd[d] = d;
		h->bk[d] = d;
		h->bin[d] = (uint16_t)(d - PTM_HEAD0);
	}
	for (uint32_t i = 0; i < PTM_MAP_WORDS; i++)
		h->binmap[i] = 0;
}

static void arena_reset(struct ptm_heap *h, uint32_t a)
{
	for (uint32_t c = 0; c < PTM_FASTBINS; c++)
		h->fast[a][c] = PTM_NIL;
	h->top[a] = PTM_NIL;
	h->last_remainder[a] = PTM_NIL;
	h->have_fast[a] = 0;
}

static void thread_reset(struct ptm_heap *h, uint32_t t)
{
	for (uint32_t c = 0; c < PTM_TCACHE_BINS; c++) {
		h->tcache[t][c] = PTM_NIL;
		h->tcache_count[t][c] = 0;
	}
}

void ptm_heap_reset(struct ptm_heap *h)
{
	tiles_reset(h);
	bins_reset(h);
	for (uint32_t a = 0; a < PTM_ARENAS; a++)
		arena_reset(h, a);
	for (uint32_t t = 0; t < PTM_THREADS; t++)
		thread_reset(h, t);
	h->hi = 0;
	h->lo = 0;
	h->pushes = 0;
}

bool ptm_heap_room(const struct ptm_heap *h)
{
	return h->hi <= PTM_STAMP_MAX - PTM_STAMP_OP && h->pushes <= PTM_PUSHES_MAX - PTM_PUSHES_OP;
}
