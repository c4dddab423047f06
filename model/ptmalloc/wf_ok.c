/* The invariant as a function: linear in the units, most of them skipped by the tiling. */
/* SPDX-License-Identifier: MIT */
#include "wf_ok.h"

#include "arith.h"

static bool in_use(const struct ptm_heap *h, uint32_t i)
{
	return h->st[i] == PTM_USED || h->st[i] == PTM_FAST || h->st[i] == PTM_TCACHE ||
	       h->st[i] == PTM_HOLE;
}

static bool is_node(const struct ptm_heap *h, uint32_t i)
{
	return i < PTM_UNITS ? h->st[i] == PTM_FREE : PTM_HEAD0 <= i && i < PTM_NODES;
}

static bool gap_ok(const struct ptm_heap *h, uint32_t from, uint32_t to)
{
	uint32_t starts = 0;

	for (uint32_t k = from; k < to; k++)
		starts += h->st[k] != PTM_INNER;
	return starts == 0;
}

static bool tile_ok(const struct ptm_heap *h, uint32_t i)
{
	uint32_t j = h->next[i];

	if (h->st[i] > PTM_HOLE || h->arena[i] >= PTM_ARENAS || j <= i || j > PTM_UNITS)
		return false;
	if (h->st[i] != PTM_HOLE && (j < i + 2 || j == PTM_UNITS))
		return false;
	if (!gap_ok(h, i + 1, j))
		return false;
	if (j == PTM_UNITS)
		return true;
	if (h->st[j] == PTM_INNER || h->prev[j] != i)
		return false;
	if (h->st[i] != PTM_HOLE && h->st[j] != PTM_HOLE && h->arena[j] != h->arena[i])
		return false;
	if (h->st[i] == PTM_TOP)
		return h->top[h->arena[i]] == i && h->st[j] == PTM_HOLE;
	return h->st[i] != PTM_FREE || in_use(h, j);
}

static bool tiles_ok(const struct ptm_heap *h)
{
	if (h->st[0] != PTM_HOLE)
		return false;
	for (uint32_t i = 0; i < PTM_UNITS; i = h->next[i])
		if (!tile_ok(h, i))
			return false;
	for (uint32_t a = 0; a < PTM_ARENAS; a++) {
		uint32_t t = h->top[a];

		if (t != PTM_NIL && (t > PTM_NIL || h->st[t] != PTM_TOP || h->arena[t] != a))
			return false;
	}
	return true;
}

static bool link_ok(const struct ptm_heap *h, uint32_t i)
{
	uint32_t f = h->fd[i], b = h->bk[i];

	return is_node(h, f) && h->bk[f] == i && h->bin[f] == h->bin[i] && is_node(h, b) &&
	       h->fd[b] == i && h->bin[b] == h->bin[i];
}

static bool after_ok(const struct ptm_heap *h, uint32_t i, uint32_t j)
{
	uint32_t n = h->next[i] - i, m = h->next[j] - j;

	if (h->bin[i] % PTM_BINS < PTM_LARGE)
		return h->stamp[j] < h->stamp[i];
	return m < n || (m == n && h->stamp[j] < h->stamp[i]);
}

static bool free_ok(const struct ptm_heap *h, uint32_t i)
{
	uint32_t b = h->bin[i] % PTM_BINS;

	if (!link_ok(h, i) || h->stamp[i] < h->lo || h->stamp[i] > h->hi ||
	    h->bin[i] / PTM_BINS != h->arena[i])
		return false;
	if (b != PTM_UNSORTED && b != ptm_bin_index(h->next[i] - i))
		return false;
	return h->fd[i] >= PTM_UNITS || after_ok(h, i, h->fd[i]);
}

static bool head_ok(const struct ptm_heap *h, uint32_t k)
{
	uint32_t d = PTM_HEAD0 + k;

	if (h->bin[d] != k || !link_ok(h, d))
		return false;
	return k % PTM_BINS == PTM_UNSORTED || h->fd[d] == d ||
	       (h->binmap[k / 32] & (UINT32_C(1) << (k % 32))) != 0;
}

static bool fast_ok(const struct ptm_heap *h, struct ptm_scratch *scratch, uint32_t i)
{
	uint32_t j = h->fd[i], n = h->next[i] - i, c;

	if (n >= PTM_FASTBINS + 2 || h->bk[i] < 1 || h->bk[i] > h->pushes || j > PTM_NIL)
		return false;
	if (j == PTM_NIL)
		return h->bk[i] == 1;
	if (h->st[j] != PTM_FAST || h->arena[j] != h->arena[i] || h->next[j] - j != n ||
	    h->bk[i] - 1 != h->bk[j])
		return false;
	c = scratch->before[j];
	if (c < i && h->st[c] == PTM_FAST && h->fd[c] == j)
		return false;
	scratch->before[j] = i;
	for (uint32_t a = 0; a < PTM_ARENAS; a++)
		for (c = 0; c < PTM_FASTBINS; c++)
			if (h->fast[a][c] == j)
				return false;
	return true;
}

static bool tcache_ok(const struct ptm_heap *h, struct ptm_scratch *scratch, uint32_t i)
{
	uint32_t j = h->fd[i], c;

	if (h->thread[i] >= PTM_THREADS || h->bin[i] >= PTM_TCACHE_BINS ||
	    h->next[i] - i != (uint32_t)h->bin[i] + 2 || h->bk[i] < 1 || j > PTM_NIL)
		return false;
	if (j == PTM_NIL)
		return h->bk[i] == 1;
	if (h->st[j] != PTM_TCACHE || h->thread[j] != h->thread[i] || h->bin[j] != h->bin[i] ||
	    h->bk[i] - 1 != h->bk[j])
		return false;
	c = scratch->before[j];
	if (c < i && h->st[c] == PTM_TCACHE && h->fd[c] == j)
		return false;
	scratch->before[j] = i;
	for (uint32_t t = 0; t < PTM_THREADS; t++)
		for (c = 0; c < PTM_TCACHE_BINS; c++)
			if (h->tcache[t][c] == j)
				return false;
	return true;
}

static bool chunk_ok(const struct ptm_heap *h, struct ptm_scratch *scratch, uint32_t i)
{
	if (h->st[i] == PTM_FREE)
		return free_ok(h, i);
	if (h->st[i] == PTM_FAST)
		return fast_ok(h, scratch, i);
	return h->st[i] != PTM_TCACHE || tcache_ok(h, scratch, i);
}

static bool fast_head_ok(const struct ptm_heap *h, uint32_t a, uint32_t c)
{
	uint32_t j = h->fast[a][c];

	if (j == PTM_NIL)
		return true;
	return j < PTM_UNITS && h->st[j] == PTM_FAST && h->arena[j] == a &&
	       h->next[j] - j == c + 2 && h->have_fast[a] != 0;
}

static bool tcache_head_ok(const struct ptm_heap *h, uint32_t t, uint32_t c)
{
	uint32_t j = h->tcache[t][c];

	if (j == PTM_NIL)
		return h->tcache_count[t][c] == 0;
	return j < PTM_UNITS && h->st[j] == PTM_TCACHE && h->thread[j] == t && h->bin[j] == c &&
	       h->tcache_count[t][c] == h->bk[j];
}

bool ptm_heap_ok(const struct ptm_heap *h, struct ptm_scratch *scratch)
{
	if (h->lo < -PTM_STAMP_MAX || h->lo > 0 || h->hi < 0 || h->hi > PTM_STAMP_MAX ||
	    !tiles_ok(h))
		return false;
	for (uint32_t k = 0; k < PTM_HEADS; k++)
		if (!head_ok(h, k))
			return false;
	for (uint32_t i = 0; i < PTM_UNITS; i = h->next[i])
		if (!chunk_ok(h, scratch, i))
			return false;
	for (uint32_t a = 0; a < PTM_ARENAS; a++)
		for (uint32_t c = 0; c < PTM_FASTBINS; c++)
			if (!fast_head_ok(h, a, c))
				return false;
	for (uint32_t t = 0; t < PTM_THREADS; t++)
		for (uint32_t c = 0; c < PTM_TCACHE_BINS; c++)
			if (!tcache_head_ok(h, t, c))
				return false;
	return true;
}
