/* A heap out of a full view that was read from the real side, so that the invariant can be asked of it. */
/* SPDX-License-Identifier: MIT */
#include "model_view.h"

#define MMAPPED_FLAG 2u
#define FLAGS 15u
#define FENCE_UNITS 1u
#define OFFSET_MASK ((1ull << PTM_REGION_SHIFT) - 1)

/*
 * struct load - a heap under construction. Regions keep the order in which they appear; unit = key + delta.
 * @end: of the last chunk or HOLE so far; @last begins it.
 */
struct load {
	struct ptm_heap *h;
	uint32_t end, last;
	uint32_t region_count;
	struct {
		uint16_t region;
		uint32_t delta;
	} region[PTM_SPANS_MAX + 1];
};

/* The unit of key @key in region @region, or PTM_NIL. */
static uint32_t unit_find(const struct load *l, uint64_t region, uint64_t key)
{
	for (uint32_t i = 0; i < l->region_count; i++)
		if (l->region[i].region == region && key < PTM_UNITS &&
		    (uint32_t)key + l->region[i].delta < PTM_UNITS)
			return (uint32_t)key + l->region[i].delta;
	return PTM_NIL;
}

/* The chunk or bin head that a link names; PTM_NIL for none, for nonsense, and for a place where no chunk begins. */
static uint32_t node_find(const struct load *l, uint64_t link)
{
	uint32_t u;

	if (link - PTM_BIN_BASE < PTM_BINS)
		return PTM_HEAD0 + (uint32_t)(link - PTM_BIN_BASE);
	if (link < PTM_UNIT_BYTES || link % PTM_UNIT_BYTES != 0)
		return PTM_NIL;
	link -= PTM_UNIT_BYTES;
	u = unit_find(l, link >> PTM_REGION_SHIFT, (link & OFFSET_MASK) / PTM_UNIT_BYTES);
	return u != PTM_NIL && l->h->st[u] != PTM_INNER ? u : PTM_NIL;
}

/* The next piece of the heap, up to unit @to; HOLEs side by side are one. */
static void piece_add(struct load *l, uint32_t to, uint8_t st)
{
	struct ptm_heap *h = l->h;

	if (to == l->end)
		return;
	if (st != PTM_HOLE || h->st[l->last] != PTM_HOLE) {
		h->st[l->end] = st;
		h->prev[l->end] = l->last;
		h->arena[l->end] = PTM_MAIN;
		l->last = l->end;
	}
	h->next[l->last] = to;
	l->end = to;
}

static bool region_add(struct load *l, const struct cell *cell)
{
	uint32_t delta = cell->space == 0 ? PTM_FIRST_UNIT : l->end + 1 - cell->key;

	if (l->region_count > PTM_SPANS_MAX)
		return false;
	l->region[l->region_count].region = cell->space;
	l->region[l->region_count].delta = delta;
	l->region_count++;
	return true;
}

/* A header: cells come in the order of addresses, region after region. */
static bool head_load(struct load *l, const struct cell *cell)
{
	uint64_t units = cell->value / PTM_UNIT_BYTES;
	uint32_t u;

	if ((cell->value & MMAPPED_FLAG) != 0)
		return true;
	if (l->region_count == 0 || l->region[l->region_count - 1].region != cell->space)
		if (!region_add(l, cell))
			return false;
	u = unit_find(l, cell->space, cell->key);
	if (u == PTM_NIL || u < l->end || units == 0 || units >= PTM_UNITS - u)
		return false;
	piece_add(l, u, PTM_HOLE);
	piece_add(l, u + (uint32_t)units, units == FENCE_UNITS ? PTM_HOLE : PTM_USED);
	return true;
}

/* The chunk that a cell is about, if one begins there and it is in no list yet. */
static uint32_t chunk_find(const struct load *l, const struct cell *cell, uint8_t st)
{
	uint32_t u = unit_find(l, cell->space, cell->key);

	return u != PTM_NIL && (l->h->st[u] == PTM_USED || l->h->st[u] == st) ? u : PTM_NIL;
}

/* A link of a chunk: it tells the list's kind. */
static bool link_load(struct load *l, const struct cell *cell, uint32_t *links, uint8_t st)
{
	uint32_t u = chunk_find(l, cell, st), to = node_find(l, cell->value);

	if (u == PTM_NIL || (st == PTM_FREE && to == PTM_NIL))
		return false;
	l->h->st[u] = st;
	l->h->stamp[u] = 0;
	links[u] = to;
	return true;
}

static bool top_load(struct load *l, uint64_t value)
{
	uint32_t u = node_find(l, value);

	if (u >= PTM_HEAD0)
		return true; /* no heap yet */
	if (u == PTM_NIL || l->h->st[u] != PTM_USED)
		return false;
	l->h->st[u] = PTM_TOP;
	l->h->top[PTM_MAIN] = u;
	return true;
}

static bool cell_load(struct load *l, const struct cell *cell)
{
	struct ptm_heap *h = l->h;

	switch (cell->field) {
	case PTM_FIELD_top:
		return top_load(l, cell->value);
	case PTM_FIELD_last_remainder:
		h->last_remainder[PTM_MAIN] = node_find(l, cell->value);
		return true;
	case PTM_FIELD_have_fastchunks:
		h->have_fast[PTM_MAIN] = cell->value != 0;
		return true;
	case PTM_FIELD_binmap:
		if (cell->key < PTM_MAP_WORDS)
			h->binmap[cell->key] = (uint32_t)cell->value;
		return cell->key < PTM_MAP_WORDS;
	case PTM_FIELD_fd:
		return link_load(l, cell, h->fd, PTM_FREE);
	case PTM_FIELD_bk:
		return link_load(l, cell, h->bk, PTM_FREE);
	case PTM_FIELD_fast_next:
		return link_load(l, cell, h->fd, PTM_FAST);
	case PTM_FIELD_tcache_next:
		return link_load(l, cell, h->fd, PTM_TCACHE);
	default:
		return true;
	}
}

/* Heads of bins; then each chunk of the ring gets its bin, and a stamp that rises from the last to the first. */
static bool bin_load(struct load *l, uint32_t b)
{
	struct ptm_heap *h = l->h;
	uint32_t hd = PTM_HEAD0 + b;

	for (uint32_t u = h->bk[hd]; u != hd; u = h->bk[u]) {
		if (u >= PTM_UNITS || h->st[u] != PTM_FREE || h->stamp[u] > 0)
			return false;
		h->bin[u] = (uint16_t)b;
		h->stamp[u] = ++h->hi;
	}
	return true;
}

/* A singly linked list from @first: its chunks, of state @st, get the number of those that follow. Ends: at most @max. */
static bool list_load(struct load *l, uint32_t first, uint8_t st, uint32_t class, uint32_t *length)
{
	struct ptm_heap *h = l->h;
	uint32_t count = 0;

	for (uint32_t u = first; u != PTM_NIL && count < PTM_TCACHE_COUNT_MAX;
	     u = h->fd[u], count++)
		if (u >= PTM_UNITS || h->st[u] != st)
			return false;
	*length = count;
	for (uint32_t u = first; count > 0; u = h->fd[u], count--) {
		h->bk[u] = count;
		h->bin[u] = (uint16_t) class;
		h->thread[u] = PTM_SELF;
	}
	return true;
}

static bool head_cell_load(struct load *l, const struct cell *cell)
{
	struct ptm_heap *h = l->h;
	uint32_t to = node_find(l, cell->value), length = 0;

	switch (cell->field) {
	case PTM_FIELD_bin_fd:
		h->fd[PTM_HEAD0 + cell->key % PTM_BINS] = to;
		return to != PTM_NIL;
	case PTM_FIELD_bin_bk:
		h->bk[PTM_HEAD0 + cell->key % PTM_BINS] = to;
		return to != PTM_NIL;
	case PTM_FIELD_fastbin:
		h->fast[PTM_MAIN][cell->key % PTM_FASTBINS] = to;
		if (!list_load(l, to, PTM_FAST, 0, &length))
			return false;
		h->pushes += length;
		return true;
	case PTM_FIELD_tcache_entry:
		if (cell->value == CELL_ABSENT)
			return true;
		h->tcache[PTM_SELF][cell->key % PTM_TCACHE_BINS] = to;
		return list_load(l, to, PTM_TCACHE, cell->key, &length);
	case PTM_FIELD_tcache_count:
		if (cell->value != CELL_ABSENT)
			h->tcache_count[PTM_SELF][cell->key % PTM_TCACHE_BINS] =
			    (uint16_t)cell->value;
		return true;
	default:
		return true;
	}
}

/* Headers first, whatever the order of fields: links need to know where chunks begin. */
static bool heads_load(struct load *l, const struct view *seen)
{
	bool good = true;
	uint32_t i = 0;

	l->h->st[0] = PTM_HOLE;
	l->h->next[0] = 1;
	l->end = 1;
	while (i < seen->count && seen->cell[i].field != PTM_FIELD_bin_fd)
		i++; /* the top's header stands among the scalars too */
	for (; i < seen->count && good; i++)
		if (seen->cell[i].field == PTM_FIELD_head)
			good = head_load(l, &seen->cell[i]);
	piece_add(l, PTM_UNITS, PTM_HOLE);
	return good;
}

bool ptm_load(void *state, const struct view *seen)
{
	struct ptm *m = state;
	struct load l = { .h = &m->heap };

	if (!heads_load(&l, seen))
		return false;
	for (uint32_t i = 0; i < seen->count; i++)
		if (!cell_load(&l, &seen->cell[i]))
			return false;
	for (uint32_t i = 0; i < seen->count; i++)
		if (!head_cell_load(&l, &seen->cell[i]))
			return false;
	for (uint32_t b = 1; b < PTM_BINS; b++)
		if (!bin_load(&l, b))
			return false;
	return true;
}
