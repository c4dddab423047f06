/* The invariant as a function: chunks and heads of the lists. */
/* SPDX-License-Identifier: MIT */
#include "wf_list.h"

#include "arith.h"
#include "binmap.h"

/*@
  requires valid: \valid_read(h);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> node(*h, i);
*/
static bool is_node(const struct ptm_heap *h, uint32_t i)
{
	return i < PTM_UNITS ? h->st[i] == PTM_FREE : PTM_HEAD0 <= i && i < PTM_NODES;
}

/*@
  requires valid: \valid_read(h);
  requires range: i < PTM_NODES;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> link_at(*h, i);
*/
static bool link_ok(const struct ptm_heap *h, uint32_t i)
{
	uint32_t f = h->fd[i], b = h->bk[i];

	if (!is_node(h, f) || h->bk[f] != i || h->bin[f] != h->bin[i])
		return false;
	return is_node(h, b) && h->fd[b] == i && h->bin[b] == h->bin[i];
}

/*@
  requires valid: \valid_read(h);
  requires tiled: tiled(*h);
  requires nodes: isfree(*h, i) && isfree(*h, j);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> after(*h, i, j);
*/
static bool after_ok(const struct ptm_heap *h, uint32_t i, uint32_t j)
{
	uint32_t n = h->next[i] - i, m = h->next[j] - j;

	if (h->bin[i] % PTM_BINS < PTM_LARGE)
		return h->stamp[j] < h->stamp[i];
	return m < n || (m == n && h->stamp[j] < h->stamp[i]);
}

/*@
  requires valid: \valid_read(h);
  requires tiled: tiled(*h);
  requires free:  isfree(*h, i);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> free_at(*h, i);
*/
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

bool ptm_head_ok(const struct ptm_heap *h, uint32_t k)
{
	uint32_t d = PTM_HEAD0 + k;

	if (h->bin[d] != k || !link_ok(h, d))
		return false;
	if (k % PTM_BINS == PTM_UNSORTED || h->fd[d] == d)
		return true;
	return ptm_bin_marked(h, k / PTM_BINS, k % PTM_BINS) != 0;
}

/*@
  requires valid: \valid_read(h);
  requires tiled: tiled(*h);
  requires fast:  is(*h, i, PTM_FAST);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> fast_at(*h, i);
*/
static bool fast_ok(const struct ptm_heap *h, uint32_t i)
{
	uint32_t j = h->fd[i], n = h->next[i] - i;

	if (n >= PTM_FASTBINS + 2 || h->bk[i] < 1 || h->bk[i] > h->pushes || j > PTM_NIL)
		return false;
	if (j == PTM_NIL)
		return h->bk[i] == 1;
	/* There is one arena; with more the proof would ask for a comparison of arenas here, and below. */
	if (h->st[j] != PTM_FAST || h->next[j] - j != n || h->bk[i] - 1 != h->bk[j])
		return false;
	return h->fast[h->arena[i]][n - 2] != j;
}

/*@
  requires valid: \valid_read(h);
  requires tiled: tiled(*h);
  requires tcache: is(*h, i, PTM_TCACHE);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> tcache_at(*h, i);
*/
static bool tcache_ok(const struct ptm_heap *h, uint32_t i)
{
	uint32_t j = h->fd[i];

	if (h->thread[i] >= PTM_THREADS || h->bin[i] >= PTM_TCACHE_BINS ||
	    h->next[i] - i != (uint32_t)h->bin[i] + 2)
		return false;
	if (h->bk[i] < 1 || j > PTM_NIL)
		return false;
	if (j == PTM_NIL)
		return h->bk[i] == 1;
	if (h->st[j] != PTM_TCACHE || h->thread[j] != h->thread[i] || h->bin[j] != h->bin[i] ||
	    h->bk[i] - 1 != h->bk[j])
		return false;
	return h->tcache[h->thread[i]][h->bin[i]] != j;
}

bool ptm_chunk_ok(const struct ptm_heap *h, uint32_t i)
{
	if (h->st[i] == PTM_FREE)
		return free_ok(h, i);
	if (h->st[i] == PTM_FAST)
		return fast_ok(h, i);
	return h->st[i] != PTM_TCACHE || tcache_ok(h, i);
}

bool ptm_fast_head_ok(const struct ptm_heap *h, uint32_t a, uint32_t c)
{
	uint32_t j = h->fast[a][c];

	if (j == PTM_NIL)
		return true;
	if (j > PTM_NIL || h->st[j] != PTM_FAST)
		return false;
	return h->next[j] - j == c + 2 && h->have_fast[a] != 0;
}

bool ptm_tcache_head_ok(const struct ptm_heap *h, uint32_t t, uint32_t c)
{
	uint32_t j = h->tcache[t][c];

	if (j == PTM_NIL)
		return h->tcache_count[t][c] == 0;
	if (j > PTM_NIL || h->st[j] != PTM_TCACHE || h->thread[j] != t || h->bin[j] != c)
		return false;
	return h->tcache_count[t][c] == h->bk[j];
}
