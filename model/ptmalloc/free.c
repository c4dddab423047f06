/* A chunk comes back: tcache, fastbin, or merged into a bin or the top. */
/* SPDX-License-Identifier: MIT */
#include "free.h"
#include "trim.h"

static uint32_t merge_prev(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	uint32_t p = h->prev[u];

	if (h->st[p] != PTM_FREE)
		return u;
	FIRE(e, free_merge_prev);
	ptm_take(h, e, p);
	ptm_join(h, e, p);
	return p;
}

static void merge_next(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	uint32_t x = h->next[u];

	if (h->st[x] != PTM_FREE)
		return;
	FIRE(e, free_merge_next);
	ptm_take(h, e, x);
	ptm_join(h, e, u);
}

uint32_t ptm_merge(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	uint32_t v = merge_prev(h, e, u), n;

	if (h->st[h->next[v]] == PTM_TOP) {
		FIRE(e, free_merge_top);
		ptm_top_join(h, v);
		return ptm_size(h, v);
	}
	merge_next(h, e, v);
	n = ptm_size(h, v);
	FIRE(e, free_unsorted);
	ptm_give(h, e, v);
	return n;
}

/* Ends: each round takes a chunk off the fastbin, and merging adds none. */
static void fastbin_consolidate(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t c)
{
	while (h->fast[a][c] != PTM_NIL) {
		uint32_t u = ptm_fast_pop(h, a, c);

		FIRE(e, consolidate);
		TOUCH(e, PTM_NODE_FAST + c);
		TOUCH(e, u);
		ptm_merge(h, e, u);
	}
}

void ptm_consolidate(struct ptm_heap *h, struct ptm_env *e, uint32_t a)
{
	for (uint32_t c = 0; c < PTM_FASTBINS; c++)
		fastbin_consolidate(h, e, a, c);
	ptm_fast_none(h, a);
}

/* A large space came together. */
static void large_freed(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, bool trim)
{
	uint32_t t;

	if (h->have_fast[a]) {
		FIRE(e, free_consolidate);
		ptm_consolidate(h, e, a);
	}
	t = h->top[a];
	if (t == PTM_NIL || (uint64_t)ptm_size(h, t) * PTM_UNIT_BYTES < e->trim_threshold || !trim)
		return;
	FIRE(e, free_trim);
	ptm_top_trim(h, e, os, a, e->top_pad);
}

void ptm_int_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t u,
		  bool trim)
{
	uint32_t n = ptm_size(h, u);

	if (ptm_cache_room(h, e, n)) {
		FIRE(e, tcache_put);
		ptm_cache_put(h, e, u);
	} else if ((uint64_t)n * PTM_UNIT_BYTES <= e->max_fast && n - 2 < PTM_FASTBINS) {
		ptm_fast_put(h, e, u);
	} else if (ptm_merge(h, e, u) >= PTM_CONSOLIDATE_UNITS) {
		large_freed(h, e, os, a, trim);
	}
}
