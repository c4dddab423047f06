/* The model's state as cells. */
/* SPDX-License-Identifier: MIT */
#include "model_view.h"
#include "malloc.h"
#include "note.h"
#include "sys.h"

#define PREV_INUSE 1u
#define IS_MMAPPED 2u
#define LARGE_UNITS 64u
#define FENCE_BYTES 16u
#define DEDUP_MAX 64u /* touched nodes that are looked at for a repeated one */

static void scalar_add(struct view *view, uint16_t field, uint64_t value)
{
	view_add(view, field, 0, 0, value);
}

/* A chunk or bin head as links name it. */
static uint64_t link_value(const struct ptm_env *e, uint32_t node)
{
	if (node < PTM_UNITS)
		return ptm_unit_ptr(e, node) + PTM_UNIT_BYTES;
	return node == PTM_NIL ? 0 : PTM_BIN_BASE + (node - PTM_HEAD0) % PTM_BINS;
}

/* A cell of the chunk at pointer @at. */
static void chunk_add(struct view *view, uint16_t field, uint64_t at, uint64_t value)
{
	view_add(view, field, (uint16_t)(at >> PTM_REGION_SHIFT),
		 (uint32_t)((at & ((1ull << PTM_REGION_SHIFT) - 1)) / PTM_UNIT_BYTES), value);
}

static uint64_t prev_inuse(const struct ptm_heap *h, uint32_t u)
{
	return h->st[h->prev[u]] == PTM_FREE ? 0 : PREV_INUSE;
}

/* The link forward of the chunk @u, of whatever list it is in. */
static void fd_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
		    struct view *view)
{
	uint64_t at = ptm_unit_ptr(e, u);

	if (h->st[u] == PTM_FREE)
		chunk_add(view, PTM_FIELD_fd, at, link_value(e, h->fd[u]));
	else if (h->st[u] == PTM_FAST)
		chunk_add(view, PTM_FIELD_fast_next, at, link_value(e, h->fd[u]));
	else if (h->st[u] == PTM_TCACHE)
		chunk_add(view, PTM_FIELD_tcache_next, at, link_value(e, h->fd[u]));
}

/* The link back of the chunk @u, or the mark that stands there in the tcache. */
static void bk_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
		    struct view *view)
{
	if (h->st[u] == PTM_FREE)
		chunk_add(view, PTM_FIELD_bk, ptm_unit_ptr(e, u), link_value(e, h->bk[u]));
	else if (h->st[u] == PTM_TCACHE)
		chunk_add(view, PTM_FIELD_tcache_key, ptm_unit_ptr(e, u), 1);
}

/* The nextsize links of the chunk @u. */
static void ring_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
		      struct view *view)
{
	uint64_t at, next = 0, prev = 0;

	if (h->st[u] != PTM_FREE || ptm_size(h, u) < LARGE_UNITS)
		return;
	at = ptm_unit_ptr(e, u);
	if (h->bin[u] % PTM_BINS >= PTM_LARGE && ptm_group_first(h, u)) {
		next = link_value(e, ptm_group_next(h, u));
		prev = link_value(e, ptm_group_prev(h, u));
	}
	chunk_add(view, PTM_FIELD_fd_nextsize, at, next);
	chunk_add(view, PTM_FIELD_bk_nextsize, at, prev);
}

/* The fenceposts that a HOLE behind a chunk begins with. */
static void fence_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
		       struct view *view)
{
	uint8_t before = h->st[h->prev[u]];

	if (u == 0 || before == PTM_HOLE || before == PTM_TOP)
		return;
	/* A HOLE may begin where its span's memory ends for others: name it by the chunk before it. */
	chunk_add(view, PTM_FIELD_head,
		  ptm_unit_ptr(e, h->prev[u]) + (uint64_t)ptm_size(h, h->prev[u]) * PTM_UNIT_BYTES,
		  FENCE_BYTES | prev_inuse(h, u));
	chunk_add(view, PTM_FIELD_head,
		  ptm_unit_ptr(e, h->prev[u]) +
		      (uint64_t)(ptm_size(h, h->prev[u]) + 1) * PTM_UNIT_BYTES,
		  FENCE_BYTES | PREV_INUSE);
}

/* The header at unit @u, of a chunk or a fencepost. */
static void head_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
		      struct view *view)
{
	if (h->st[u] == PTM_HOLE)
		fence_view(h, e, u, view);
	else if (h->st[u] != PTM_INNER)
		chunk_add(view, PTM_FIELD_head, ptm_unit_ptr(e, u),
			  (uint64_t)ptm_size(h, u) * PTM_UNIT_BYTES | prev_inuse(h, u));
}

static void unit_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
		      struct view *view)
{
	head_view(h, e, u, view);
	if (h->st[u] == PTM_FREE)
		chunk_add(view, PTM_FIELD_prev_size,
			  ptm_unit_ptr(e, u) + (uint64_t)ptm_size(h, u) * PTM_UNIT_BYTES,
			  (uint64_t)ptm_size(h, u) * PTM_UNIT_BYTES);
	fd_view(h, e, u, view);
	bk_view(h, e, u, view);
	ring_view(h, e, u, view);
}

static void bin_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t b,
		     struct view *view)
{
	view_add(view, PTM_FIELD_bin_fd, 0, b, link_value(e, h->fd[PTM_HEAD0 + b]));
	view_add(view, PTM_FIELD_bin_bk, 0, b, link_value(e, h->bk[PTM_HEAD0 + b]));
}

static void fast_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t c,
		      struct view *view)
{
	view_add(view, PTM_FIELD_fastbin, 0, c, link_value(e, h->fast[PTM_MAIN][c]));
}

static void tcache_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t c,
			struct view *view)
{
	bool some = e->tcache != PTM_NIL;

	view_add(view, PTM_FIELD_tcache_count, 0, c,
		 some ? h->tcache_count[PTM_SELF][c] : CELL_ABSENT);
	view_add(view, PTM_FIELD_tcache_entry, 0, c,
		 some ? link_value(e, h->tcache[PTM_SELF][c]) : CELL_ABSENT);
}

static void map_view(const struct ptm_env *e, uint32_t i, struct view *view)
{
	const struct ptm_map *map = &e->map[i];

	if (map->bytes == 0)
		return;
	chunk_add(view, PTM_FIELD_head, map->block + map->lead,
		  (map->bytes - map->lead) | IS_MMAPPED);
	chunk_add(view, PTM_FIELD_prev_size, map->block + map->lead, map->lead);
}

static void top_view(const struct ptm_heap *h, const struct ptm_env *e, struct view *view)
{
	uint32_t t = h->top[PTM_MAIN];

	scalar_add(view, PTM_FIELD_top,
		   t == PTM_NIL ? PTM_BIN_BASE + PTM_UNSORTED : link_value(e, t));
	if (t != PTM_NIL)
		head_view(h, e, t, view);
}

static void break_view(const struct ptm_heap *h, const struct ptm_env *e, struct view *view)
{
	top_view(h, e, view);
	scalar_add(view, PTM_FIELD_flags, e->noncontiguous ? 2 : 0);
	scalar_add(view, PTM_FIELD_system_mem, e->system_mem);
	scalar_add(view, PTM_FIELD_max_system_mem, e->max_system_mem);
	scalar_add(view, PTM_FIELD_sbrk_base, e->has_sbrk_base ? e->sbrk_base : CELL_ABSENT);
	scalar_add(view, PTM_FIELD_tcache, ptm_block_ptr(e, e->tcache));
	scalar_add(view, PTM_FIELD_brk, e->brk);
}

static void maps_view(const struct ptm_env *e, struct view *view)
{
	scalar_add(view, PTM_FIELD_n_mmaps, (uint64_t)e->n_mmaps);
	scalar_add(view, PTM_FIELD_max_n_mmaps, (uint64_t)e->max_n_mmaps);
	scalar_add(view, PTM_FIELD_mmapped_mem, e->mmapped_mem);
	scalar_add(view, PTM_FIELD_max_mmapped_mem, e->max_mmapped_mem);
	scalar_add(view, PTM_FIELD_mmap_threshold, e->mmap_threshold);
	scalar_add(view, PTM_FIELD_trim_threshold, e->trim_threshold);
}

static void scalars_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t which,
			 struct view *view)
{
	bool all = which == PTM_SCALARS_ALL;

	if (all || which == PTM_SCALARS_LAST_REMAINDER)
		scalar_add(view, PTM_FIELD_last_remainder,
			   link_value(e, h->last_remainder[PTM_MAIN]));
	if (all || which == PTM_SCALARS_HAVE_FAST)
		scalar_add(view, PTM_FIELD_have_fastchunks, h->have_fast[PTM_MAIN]);
	if (which == PTM_SCALARS_TOP)
		top_view(h, e, view);
	if (all || which == PTM_SCALARS_BREAK)
		break_view(h, e, view);
	if (all || which == PTM_SCALARS_MAPS)
		maps_view(e, view);
	if (!all)
		return;
	for (uint32_t i = 0; i < PTM_MAP_WORDS; i++)
		view_add(view, PTM_FIELD_binmap, 0, i, h->binmap[i]);
	scalar_add(view, PTM_FIELD_no_dyn_threshold, e->no_dyn_threshold);
	scalar_add(view, PTM_FIELD_top_pad, e->top_pad);
	scalar_add(view, PTM_FIELD_n_mmaps_max, (uint64_t)(int64_t)e->n_mmaps_max);
	scalar_add(view, PTM_FIELD_max_fast, e->max_fast);
}

static void node_view(const struct ptm *m, uint32_t node, struct view *view)
{
	const struct ptm_heap *h = &m->heap;
	const struct ptm_env *e = &m->env;
	uint32_t i = node & ~PTM_NODE_KIND;

	switch (node & PTM_NODE_KIND) {
	case PTM_NODE_CHUNK:
		unit_view(h, e, i, view);
		break;
	case PTM_NODE_HEAD:
		head_view(h, e, i, view);
		break;
	case PTM_NODE_FD:
		if (i < PTM_UNITS)
			fd_view(h, e, i, view);
		else
			view_add(view, PTM_FIELD_bin_fd, 0, i - PTM_HEAD0, link_value(e, h->fd[i]));
		break;
	case PTM_NODE_BK:
		if (i < PTM_UNITS)
			bk_view(h, e, i, view);
		else
			view_add(view, PTM_FIELD_bin_bk, 0, i - PTM_HEAD0, link_value(e, h->bk[i]));
		break;
	case PTM_NODE_RING:
		ring_view(h, e, i, view);
		break;
	case PTM_NODE_FAST:
		fast_view(h, e, i, view);
		break;
	case PTM_NODE_TCACHE:
		tcache_view(h, e, i, view);
		break;
	case PTM_NODE_BINMAP:
		view_add(view, PTM_FIELD_binmap, 0, i, h->binmap[i]);
		break;
	case PTM_NODE_MAP:
		map_view(e, i, view);
		break;
	default:
		scalars_view(h, e, i, view);
		break;
	}
}

static void full_view(const struct ptm *m, struct view *view)
{
	const struct ptm_heap *h = &m->heap;

	for (uint32_t b = 1; b < PTM_BINS; b++)
		bin_view(h, &m->env, b, view);
	for (uint32_t c = 0; c < PTM_FASTBINS; c++)
		fast_view(h, &m->env, c, view);
	for (uint32_t c = 0; c < PTM_TCACHE_BINS; c++)
		tcache_view(h, &m->env, c, view);
	for (uint32_t u = 0; u < PTM_UNITS; u = h->next[u])
		unit_view(h, &m->env, u, view);
	for (uint32_t i = 0; i < m->env.map_high; i++)
		map_view(&m->env, i, view);
}

/* Was touched[@i] noted before? @seen holds a bit for each node so far, of 64: no bit, no such node. */
static bool touched_before(const struct trace *trace, uint32_t i, uint64_t *seen)
{
	uint32_t node = trace->touched[i];
	uint64_t bit = 1ull << ((node * 0x9e3779b1u) >> 26);

	if ((*seen & bit) != 0)
		for (uint32_t k = 0; k < i && k < DEDUP_MAX; k++)
			if (trace->touched[k] == node)
				return true;
	*seen |= bit;
	return false;
}

static void touched_view(const struct ptm *m, struct view *view)
{
	const struct trace *trace = &m->env.trace;
	uint64_t seen = 0;

	for (uint32_t i = 0; i < trace->touched_count && i < TOUCHED_MAX; i++)
		if (!touched_before(trace, i, &seen))
			node_view(m, trace->touched[i], view);
}

void ptm_view(const void *state, enum view_scope scope, struct view *view)
{
	const struct ptm *m = state;

	if (scope == VIEW_TOUCHED) {
		touched_view(m, view);
		return;
	}
	scalars_view(&m->heap, &m->env, PTM_SCALARS_ALL, view);
	full_view(m, view);
}
