/* The model's state as cells. */
/* SPDX-License-Identifier: MIT */
#include "view.h"
#include "../algorithm/block.h"
#include "../algorithm/mapped.h"
#include "../algorithm/note.h"
#include "../algorithm/sys.h"

#define PREV_INUSE 1u
#define IS_MMAPPED 2u
#define LARGE_UNITS 64u
#define FENCE_BYTES 16u
#define REGION_BYTES (1ull << PTM_REGION_SHIFT)
#define MET_PLACES 64u /* places for touched nodes that have been met */

/* clang-format off */
/* What every function here does to the view: it appends. */
#define ENSURES_CELLS \
  assigns CELL_FIELDS(view); \
  ensures count: \old(view->count) <= view->count <= view->capacity
#define LOOP_CELLS \
  loop invariant count: \at(view->count, Pre) <= view->count <= view->capacity; \
  loop invariant same: view->cell == \at(view->cell, Pre) && view->capacity == \at(view->capacity, Pre)
/* clang-format on */
/* The cell that one call appends, unless the view is full. */
#define VIEW_LAST view->cell[\old(view->count)]

/*@
  REQUIRES_CELLS(view);
  TOTAL;
  ENSURES_CELLS;
  ensures added:  \old(view->count) < view->capacity ==> view->count == \old(view->count) + 1 && VIEW_LAST.field == field &&
                  VIEW_LAST.space == 0 && VIEW_LAST.key == 0 && VIEW_LAST.value == value;
*/
static void scalar_add(struct view *view, uint16_t field, uint64_t value)
{
	view_add(view, field, 0, 0, value);
}

/* A chunk or bin head as links name it; none for what no link names: PTM_NIL and the HOLE at 0. */
/*@
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  TOTAL;
  assigns         \nothing;
  ensures none:   node == PTM_NIL || node == 0 ==> \result == 0;
  ensures head:   PTM_HEAD0 <= node < PTM_NODES ==> \result == PTM_BIN_BASE + node - PTM_HEAD0;
  ensures chunk:  PTM_FIRST_UNIT <= node < PTM_UNITS && node < e->span_floor ==> \result == (node - PTM_FIRST_UNIT) * 16 + 16;
*/
static uint64_t link_value(const struct ptm_env *e, uint32_t node)
{
	if (PTM_FIRST_UNIT <= node && node < PTM_UNITS)
		return ptm_add(ptm_unit_ptr(e, node), PTM_UNIT_BYTES);
	return node <= PTM_NIL ? 0 : PTM_BIN_BASE + (node - PTM_HEAD0) % PTM_BINS;
}

/* A cell of the chunk at pointer @at. */
/*@
  REQUIRES_CELLS(view);
  TOTAL;
  ENSURES_CELLS;
  ensures added:  \old(view->count) < view->capacity ==> view->count == \old(view->count) + 1 && VIEW_LAST.field == field &&
                  VIEW_LAST.space == at / REGION_BYTES % 0x10000 && VIEW_LAST.key == at % REGION_BYTES / PTM_UNIT_BYTES % 0x100000000 &&
                  VIEW_LAST.value == value;
*/
static void chunk_add(struct view *view, uint16_t field, uint64_t at, uint64_t value)
{
	uint64_t region = at / REGION_BYTES % 0x10000u;
	uint64_t unit = at % REGION_BYTES / PTM_UNIT_BYTES % 0x100000000u;

	view_add(view, field, (uint16_t)region, (uint32_t)unit, value);
}

/*@
  requires heap:  \valid_read(h) && wf(*h);
  requires chunk: chunk(*h, u) && u != 0;
  TOTAL;
  assigns         \nothing;
  ensures bit:    \result == (h->st[h->prev[u]] == PTM_FREE ? 0 : PREV_INUSE);
*/
static uint64_t prev_inuse(const struct ptm_heap *h, uint32_t u)
{
	return h->st[h->prev[u]] == PTM_FREE ? 0 : PREV_INUSE;
}

/* The link forward of the chunk @u, of whatever list it is in. */
/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires unit:  u < PTM_UNITS;
  TOTAL;
  ENSURES_CELLS;
*/
static void fd_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
		    struct view *view)
{
	if (h->st[u] == PTM_FREE)
		chunk_add(view, PTM_FIELD_fd, ptm_unit_ptr(e, u), link_value(e, h->fd[u]));
	else if (h->st[u] == PTM_FAST)
		chunk_add(view, PTM_FIELD_fast_next, ptm_unit_ptr(e, u), link_value(e, h->fd[u]));
	else if (h->st[u] == PTM_TCACHE)
		chunk_add(view, PTM_FIELD_tcache_next, ptm_unit_ptr(e, u), link_value(e, h->fd[u]));
}

/* The link back of the chunk @u, or the mark that stands there in the tcache. */
/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires unit:  u < PTM_UNITS;
  TOTAL;
  ENSURES_CELLS;
*/
static void bk_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
		    struct view *view)
{
	if (h->st[u] == PTM_FREE)
		chunk_add(view, PTM_FIELD_bk, ptm_unit_ptr(e, u), link_value(e, h->bk[u]));
	else if (h->st[u] == PTM_TCACHE)
		chunk_add(view, PTM_FIELD_tcache_key, ptm_unit_ptr(e, u), 1);
}

/* The nextsize links of the chunk @u. */
/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires unit:  u < PTM_UNITS;
  TOTAL;
  ENSURES_CELLS;
*/
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

/* Bytes of the chunk @u. */
/*@
  requires heap:  \valid_read(h) && wf(*h);
  requires chunk: chunk(*h, u);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == (h->next[u] - u) * 16;
*/
static uint64_t bytes_of(const struct ptm_heap *h, uint32_t u)
{
	return (uint64_t)ptm_size(h, u) * PTM_UNIT_BYTES;
}

/* The fenceposts that a HOLE behind a chunk begins with. */
/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires hole:  is(*h, u, PTM_HOLE);
  TOTAL;
  ENSURES_CELLS;
*/
static void fence_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
		       struct view *view)
{
	uint32_t p = h->prev[u];
	uint64_t at;

	if (u == 0 || h->st[p] == PTM_HOLE || h->st[p] == PTM_TOP)
		return;
	/* A HOLE may begin where its span's memory ends for others: name it by the chunk before it. */
	/*@ assert before: chunk(*h, p) && p != 0; */
	at = ptm_add(ptm_unit_ptr(e, p), bytes_of(h, p));
	chunk_add(view, PTM_FIELD_head, at, FENCE_BYTES | prev_inuse(h, u));
	chunk_add(view, PTM_FIELD_head, ptm_add(at, FENCE_BYTES), FENCE_BYTES | PREV_INUSE);
}

/* The header at unit @u, of a chunk or a fencepost. */
/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires unit:  u < PTM_UNITS;
  TOTAL;
  ENSURES_CELLS;
*/
static void head_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
		      struct view *view)
{
	if (h->st[u] == PTM_HOLE)
		fence_view(h, e, u, view);
	else if (h->st[u] != PTM_INNER)
		chunk_add(view, PTM_FIELD_head, ptm_unit_ptr(e, u),
			  bytes_of(h, u) | prev_inuse(h, u));
}

/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires unit:  u < PTM_UNITS;
  TOTAL;
  ENSURES_CELLS;
*/
static void unit_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
		      struct view *view)
{
	head_view(h, e, u, view);
	if (h->st[u] == PTM_FREE)
		chunk_add(view, PTM_FIELD_prev_size, ptm_add(ptm_unit_ptr(e, u), bytes_of(h, u)),
			  bytes_of(h, u));
	fd_view(h, e, u, view);
	bk_view(h, e, u, view);
	ring_view(h, e, u, view);
}

/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h);
  requires bin:   b < PTM_BINS;
  TOTAL;
  ENSURES_CELLS;
*/
static void bin_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t b,
		     struct view *view)
{
	view_add(view, PTM_FIELD_bin_fd, 0, b, link_value(e, h->fd[PTM_HEAD0 + b]));
	view_add(view, PTM_FIELD_bin_bk, 0, b, link_value(e, h->bk[PTM_HEAD0 + b]));
}

/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h);
  requires class: c < PTM_FASTBINS;
  TOTAL;
  ENSURES_CELLS;
*/
static void fast_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t c,
		      struct view *view)
{
	view_add(view, PTM_FIELD_fastbin, 0, c, link_value(e, h->fast[PTM_MAIN][c]));
}

/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h);
  requires class: c < PTM_TCACHE_BINS;
  TOTAL;
  ENSURES_CELLS;
*/
static void tcache_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t c,
			struct view *view)
{
	bool some = e->tcache != PTM_NIL;

	view_add(view, PTM_FIELD_tcache_count, 0, c,
		 some ? h->tcache_count[PTM_SELF][c] : CELL_ABSENT);
	view_add(view, PTM_FIELD_tcache_entry, 0, c,
		 some ? link_value(e, h->tcache[PTM_SELF][c]) : CELL_ABSENT);
}

/*@
  REQUIRES_CELLS(view);
  requires map:   \valid_read(e) && i < PTM_MAPS_MAX;
  TOTAL;
  ENSURES_CELLS;
*/
static void map_view(const struct ptm_env *e, uint32_t i, struct view *view)
{
	uint64_t at;

	if (e->map[i].bytes == 0)
		return;
	at = ptm_add(e->map[i].block, e->map[i].lead);
	chunk_add(view, PTM_FIELD_head, at, ptm_map_size(e, i) | IS_MMAPPED);
	chunk_add(view, PTM_FIELD_prev_size, at, e->map[i].lead);
}

/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  TOTAL;
  ENSURES_CELLS;
*/
static void top_view(const struct ptm_heap *h, const struct ptm_env *e, struct view *view)
{
	uint32_t t = h->top[PTM_MAIN];

	scalar_add(view, PTM_FIELD_top,
		   t == PTM_NIL ? PTM_BIN_BASE + PTM_UNSORTED : link_value(e, t));
	if (t != PTM_NIL)
		head_view(h, e, t, view);
}

/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires block: block_name(e->tcache);
  TOTAL;
  ENSURES_CELLS;
*/
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

/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e);
  TOTAL;
  ENSURES_CELLS;
*/
static void maps_view(const struct ptm_env *e, struct view *view)
{
	scalar_add(view, PTM_FIELD_n_mmaps, ptm_extend(e->n_mmaps));
	scalar_add(view, PTM_FIELD_max_n_mmaps, ptm_extend(e->max_n_mmaps));
	scalar_add(view, PTM_FIELD_mmapped_mem, e->mmapped_mem);
	scalar_add(view, PTM_FIELD_max_mmapped_mem, e->max_mmapped_mem);
	scalar_add(view, PTM_FIELD_mmap_threshold, e->mmap_threshold);
	scalar_add(view, PTM_FIELD_trim_threshold, e->trim_threshold);
}

/* The binmap, and the parameters that hardly ever change. */
/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e);
  requires heap:  \valid_read(h);
  TOTAL;
  ENSURES_CELLS;
*/
static void settings_view(const struct ptm_heap *h, const struct ptm_env *e, struct view *view)
{
	/*@ loop invariant range: 0 <= i <= PTM_MAP_WORDS;
	    LOOP_CELLS;
	    loop assigns i, CELL_FIELDS(view);
	    loop variant PTM_MAP_WORDS - i; */
	for (uint32_t i = 0; i < PTM_MAP_WORDS; i++)
		view_add(view, PTM_FIELD_binmap, 0, i, h->binmap[i]);
	scalar_add(view, PTM_FIELD_no_dyn_threshold, e->no_dyn_threshold);
	scalar_add(view, PTM_FIELD_top_pad, e->top_pad);
	scalar_add(view, PTM_FIELD_n_mmaps_max, ptm_extend(e->n_mmaps_max));
	scalar_add(view, PTM_FIELD_max_fast, e->max_fast);
}

/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires block: block_name(e->tcache);
  TOTAL;
  ENSURES_CELLS;
*/
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
	if (all)
		settings_view(h, e, view);
}

/* The link forward (@fd) or back of the chunk or bin head @i. */
/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires node:  i < PTM_NODES;
  TOTAL;
  ENSURES_CELLS;
*/
static void link_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t i, bool fd,
		      struct view *view)
{
	if (i < PTM_UNITS && fd)
		fd_view(h, e, i, view);
	else if (i < PTM_UNITS)
		bk_view(h, e, i, view);
	else if (fd)
		view_add(view, PTM_FIELD_bin_fd, 0, i < PTM_HEAD0 ? 0 : i - PTM_HEAD0,
			 link_value(e, h->fd[i]));
	else
		view_add(view, PTM_FIELD_bin_bk, 0, i < PTM_HEAD0 ? 0 : i - PTM_HEAD0,
			 link_value(e, h->bk[i]));
}

/* What node @kind + @i of a chunk or of its links shows. */
/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires unit:  i < PTM_NODES;
  TOTAL;
  ENSURES_CELLS;
*/
static void chunk_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t kind, uint32_t i,
		       struct view *view)
{
	if (kind == PTM_NODE_FD || kind == PTM_NODE_BK)
		link_view(h, e, i, kind == PTM_NODE_FD, view);
	else if (i >= PTM_UNITS)
		return;
	else if (kind == PTM_NODE_CHUNK)
		unit_view(h, e, i, view);
	else if (kind == PTM_NODE_HEAD)
		head_view(h, e, i, view);
	else if (kind == PTM_NODE_RING)
		ring_view(h, e, i, view);
}

/* The trace may name nodes that no state has: nothing is known of them. */
/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires block: block_name(e->tcache);
  TOTAL;
  ENSURES_CELLS;
*/
static void node_view(const struct ptm_heap *h, const struct ptm_env *e, uint32_t node,
		      struct view *view)
{
	uint32_t i = node % PTM_NODE_HEAD, kind = node - i;

	switch (kind) {
	case PTM_NODE_FAST:
		if (i < PTM_FASTBINS)
			fast_view(h, e, i, view);
		break;
	case PTM_NODE_TCACHE:
		if (i < PTM_TCACHE_BINS)
			tcache_view(h, e, i, view);
		break;
	case PTM_NODE_BINMAP:
		if (i < PTM_MAP_WORDS)
			view_add(view, PTM_FIELD_binmap, 0, i, h->binmap[i]);
		break;
	case PTM_NODE_MAP:
		if (i < PTM_MAPS_MAX)
			map_view(e, i, view);
		break;
	case PTM_NODE_SCALAR:
		scalars_view(h, e, i, view);
		break;
	default:
		if (i < PTM_NODES)
			chunk_view(h, e, kind, i, view);
		break;
	}
}

/* All heads of lists. */
/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h);
  TOTAL;
  ENSURES_CELLS;
*/
static void heads_view(const struct ptm_heap *h, const struct ptm_env *e, struct view *view)
{
	/*@ loop invariant range: 1 <= b <= PTM_BINS;
	    LOOP_CELLS;
	    loop assigns b, CELL_FIELDS(view);
	    loop variant PTM_BINS - b; */
	for (uint32_t b = 1; b < PTM_BINS; b++)
		bin_view(h, e, b, view);
	/*@ loop invariant range: 0 <= c <= PTM_FASTBINS;
	    LOOP_CELLS;
	    loop assigns c, CELL_FIELDS(view);
	    loop variant PTM_FASTBINS - c; */
	for (uint32_t c = 0; c < PTM_FASTBINS; c++)
		fast_view(h, e, c, view);
	/*@ loop invariant range: 0 <= c <= PTM_TCACHE_BINS;
	    LOOP_CELLS;
	    loop assigns c, CELL_FIELDS(view);
	    loop variant PTM_TCACHE_BINS - c; */
	for (uint32_t c = 0; c < PTM_TCACHE_BINS; c++)
		tcache_view(h, e, c, view);
}

/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires high:  e->map_high <= PTM_MAPS_MAX;
  TOTAL;
  ENSURES_CELLS;
*/
static void full_view(const struct ptm_heap *h, const struct ptm_env *e, struct view *view)
{
	heads_view(h, e, view);
	/*@ loop invariant range: u == PTM_UNITS || chunk(*h, u);
	    LOOP_CELLS;
	    loop assigns u, CELL_FIELDS(view);
	    loop variant PTM_UNITS - u; */
	for (uint32_t u = 0; u < PTM_UNITS; u = h->next[u])
		unit_view(h, e, u, view);
	/*@ loop invariant range: 0 <= i <= e->map_high;
	    LOOP_CELLS;
	    loop assigns i, CELL_FIELDS(view);
	    loop variant e->map_high - i; */
	for (uint32_t i = 0; i < e->map_high; i++)
		map_view(e, i, view);
}

/*
 * Was touched[@i] noted before? @met holds, by a hash of the node, the number after the last index that was asked
 * for; 0 for none. A node whose place another one took meanwhile is met again, which costs a cell.
 */
/*@
  requires valid: \valid_read(trace) && i < TOUCHED_MAX;
  requires met:   \valid(met + (0 .. MET_PLACES - 1)) && \separated(trace, met + (0 .. MET_PLACES - 1));
  requires past:  \forall integer j; 0 <= j < MET_PLACES ==> met[j] <= i;
  TOTAL;
  assigns         met[0 .. MET_PLACES - 1];
  ensures past:   \forall integer j; 0 <= j < MET_PLACES ==> met[j] <= i + 1;
  ensures sound:  \result != 0 ==> \exists integer k; 0 <= k < i && trace->touched[k] == trace->touched[i];
*/
static bool touched_before(const struct trace *trace, uint32_t i, uint16_t *met)
{
	uint32_t node = trace->touched[i];
	uint32_t place = (node % MET_PLACES + node / 0x10000000 * 5) % MET_PLACES;
	uint32_t before = met[place];

	met[place] = (uint16_t)(i + 1);
	return before != 0 && trace->touched[before - 1] == node;
}

/*@
  REQUIRES_CELLS(view);
  requires env:   \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires heap:  \valid_read(h) && wf(*h);
  requires block: block_name(e->tcache);
  TOTAL;
  ENSURES_CELLS;
*/
static void touched_view(const struct ptm_heap *h, const struct ptm_env *e, struct view *view)
{
	uint16_t met[MET_PLACES] = { 0 };
	uint32_t noted = e->trace.touched_count, count = noted < TOUCHED_MAX ? noted : TOUCHED_MAX;

	/*@ loop invariant range: 0 <= i <= count;
	    loop invariant past:  \forall integer j; 0 <= j < MET_PLACES ==> met[j] <= i;
	    LOOP_CELLS;
	    loop assigns i, met[0 .. MET_PLACES - 1], CELL_FIELDS(view);
	    loop variant count - i; */
	for (uint32_t i = 0; i < count; i++)
		if (!touched_before(&e->trace, i, met))
			node_view(h, e, e->trace.touched[i], view);
}

void ptm_view(const struct ptm *m, enum view_scope scope, struct view *view)
{
	if (scope == VIEW_TOUCHED) {
		touched_view(&m->heap, &m->env, view);
		return;
	}
	scalars_view(&m->heap, &m->env, PTM_SCALARS_ALL, view);
	full_view(&m->heap, &m->env, view);
}
