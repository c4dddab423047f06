/* A heap out of a full view that was read from the real side, so that the invariant can be asked of it. */
/* SPDX-License-Identifier: MIT */
#include "load.h"

#define MMAPPED_FLAG 2u
#define FENCE_UNITS 1u
#define REGION_BYTES (1ull << PTM_REGION_SHIFT)
#define REGIONS_MAX (PTM_SPANS_MAX + 1u)
#define DELTA_MAX 0x200000000 /* of a unit to its key, either way */

struct load_region {
	uint64_t region;
	int64_t delta;
};

/*
 * struct load - beside a heap under construction. Regions keep the order in which they appear; unit = key + delta.
 * @end: of the last chunk or HOLE so far; @last begins it.
 */
struct load {
	uint32_t end, last;
	uint32_t region_count;
	struct load_region region[REGIONS_MAX];
};

/*@
  predicate load_ok(struct load l) = l.end <= PTM_UNITS && l.last < PTM_UNITS && l.region_count <= REGIONS_MAX &&
    (\forall integer i; 0 <= i < l.region_count ==> -DELTA_MAX <= l.region[i].delta <= DELTA_MAX);
*/

/* The unit of key @key in region @region, or PTM_NIL. */
/*@
  requires valid: \valid_read(l) && load_ok(*l);
  TOTAL;
  assigns         \nothing;
  ensures range:  \result <= PTM_NIL;
*/
static uint32_t unit_find(const struct load *l, uint64_t region, uint64_t key)
{
	if (key >= PTM_UNITS)
		return PTM_NIL;
	/*@ loop invariant range: 0 <= i <= l->region_count;
	    loop assigns i;
	    loop variant l->region_count - i; */
	for (uint32_t i = 0; i < l->region_count; i++) {
		int64_t u = (int64_t)key + l->region[i].delta;

		if (l->region[i].region == region && 0 <= u && u < PTM_UNITS)
			return (uint32_t)u;
	}
	return PTM_NIL;
}

/* The chunk or bin head that a link names; PTM_NIL for none, for nonsense, and for a place where no chunk begins. */
/*@
  requires valid: \valid_read(h) && \valid_read(l) && load_ok(*l);
  TOTAL;
  assigns         \nothing;
  ensures range:  \result < PTM_NODES;
  ensures chunk:  \result < PTM_UNITS ==> h->st[\result] != PTM_INNER;
*/
static uint32_t node_find(const struct ptm_heap *h, const struct load *l, uint64_t link)
{
	uint32_t u;

	if (link >= PTM_BIN_BASE && link - PTM_BIN_BASE < PTM_BINS)
		return PTM_HEAD0 + (uint32_t)(link - PTM_BIN_BASE);
	if (link < PTM_UNIT_BYTES || link % PTM_UNIT_BYTES != 0)
		return PTM_NIL;
	link -= PTM_UNIT_BYTES;
	u = unit_find(l, link / REGION_BYTES, link % REGION_BYTES / PTM_UNIT_BYTES);
	return u != PTM_NIL && h->st[u] != PTM_INNER ? u : PTM_NIL;
}

/* The next piece of the heap, up to unit @to; HOLEs side by side are one. */
/*@
  requires valid: \valid(h) && \valid(l) && \separated(h, l) && load_ok(*l);
  requires to:    l->end <= to <= PTM_UNITS;
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], l->last, l->end;
  ensures inv:    load_ok(*l);
  ensures end:    l->end == to;
*/
static void piece_add(struct ptm_heap *h, struct load *l, uint32_t to, uint8_t st)
{
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

/* Keys of the region @region: @key is the first, and lies behind all that there is so far. */
/*@
  requires valid: \valid(l) && load_ok(*l);
  TOTAL;
  assigns         l->region_count, l->region[0 .. REGIONS_MAX - 1];
  ensures inv:    load_ok(*l);
*/
static bool region_add(struct load *l, uint64_t region, uint32_t key)
{
	if (l->region_count >= REGIONS_MAX)
		return false;
	l->region[l->region_count].region = region;
	l->region[l->region_count].delta =
	    region == 0 ? (int64_t)PTM_FIRST_UNIT : (int64_t)l->end + 1 - (int64_t)key;
	l->region_count++;
	return true;
}

/* A header: cells come in the order of addresses, region after region. */
/*@
  requires valid: \valid(h) && \valid(l) && \valid_read(cell) && \separated(h, l, cell) && load_ok(*l);
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], *l;
  ensures inv:    load_ok(*l);
*/
static bool head_load(struct ptm_heap *h, struct load *l, const struct cell *cell)
{
	uint64_t units = cell->value / PTM_UNIT_BYTES;
	uint32_t u;

	if (cell->value / MMAPPED_FLAG % 2 != 0)
		return true;
	if (l->region_count == 0 || l->region[l->region_count - 1].region != cell->space)
		if (!region_add(l, cell->space, cell->key))
			return false;
	u = unit_find(l, cell->space, cell->key);
	if (u == PTM_NIL || u < l->end || units == 0 || units >= PTM_UNITS - u)
		return false;
	piece_add(h, l, u, PTM_HOLE);
	piece_add(h, l, u + (uint32_t)units, units == FENCE_UNITS ? PTM_HOLE : PTM_USED);
	return true;
}

/* The chunk that a cell is about, if one begins there and it is in no list yet. */
/*@
  requires valid: \valid_read(h) && \valid_read(l) && \valid_read(cell) && load_ok(*l);
  TOTAL;
  assigns         \nothing;
  ensures chunk:  \result == PTM_NIL || (\result < PTM_UNITS && (h->st[\result] == PTM_USED || h->st[\result] == st));
*/
static uint32_t chunk_find(const struct ptm_heap *h, const struct load *l, const struct cell *cell,
			   uint8_t st)
{
	uint32_t u = unit_find(l, cell->space, cell->key);

	return u != PTM_NIL && (h->st[u] == PTM_USED || h->st[u] == st) ? u : PTM_NIL;
}

/* A link forward (@fd) or back of a chunk: it tells the list's kind. */
/*@
  requires valid: \valid(h) && \valid_read(l) && \valid_read(cell) && \separated(h, l, cell) && load_ok(*l);
  TOTAL;
  assigns         h->st[0 .. PTM_UNITS - 1], h->stamp[0 .. PTM_UNITS - 1], LINK_FIELDS;
*/
static bool link_load(struct ptm_heap *h, const struct load *l, const struct cell *cell, bool fd,
		      uint8_t st)
{
	uint32_t u = chunk_find(h, l, cell, st), to = node_find(h, l, cell->value);

	if (u == PTM_NIL || (st == PTM_FREE && to == PTM_NIL))
		return false;
	h->st[u] = st;
	h->stamp[u] = 0;
	if (fd)
		h->fd[u] = to;
	else
		h->bk[u] = to;
	return true;
}

/*@
  requires valid: \valid(h) && \valid_read(l) && \separated(h, l) && load_ok(*l);
  TOTAL;
  assigns         h->st[0 .. PTM_UNITS - 1], h->top[PTM_MAIN];
*/
static bool top_load(struct ptm_heap *h, const struct load *l, uint64_t value)
{
	uint32_t u = node_find(h, l, value);

	if (u >= PTM_HEAD0)
		return true; /* no heap yet */
	if (u == PTM_NIL || h->st[u] != PTM_USED)
		return false;
	h->st[u] = PTM_TOP;
	h->top[PTM_MAIN] = u;
	return true;
}

/* A word of the binmap. */
/*@
  requires valid: \valid(h) && \valid_read(cell) && \separated(h, cell);
  TOTAL;
  assigns         h->binmap[0 .. PTM_MAP_WORDS - 1];
  ensures word:   \result != 0 <==> cell->key < PTM_MAP_WORDS;
*/
static bool word_load(struct ptm_heap *h, const struct cell *cell)
{
	if (cell->key >= PTM_MAP_WORDS)
		return false;
	h->binmap[cell->key] = (uint32_t)(cell->value % 0x100000000u);
	return true;
}

/*@
  requires valid: \valid(h) && \valid_read(l) && \valid_read(cell) && \separated(h, l, cell) && load_ok(*l);
  TOTAL;
  assigns         h->st[0 .. PTM_UNITS - 1], h->stamp[0 .. PTM_UNITS - 1], LINK_FIELDS, h->top[PTM_MAIN],
                  h->last_remainder[PTM_MAIN], h->have_fast[PTM_MAIN], h->binmap[0 .. PTM_MAP_WORDS - 1];
*/
static bool cell_load(struct ptm_heap *h, const struct load *l, const struct cell *cell)
{
	switch (cell->field) {
	case PTM_FIELD_top:
		return top_load(h, l, cell->value);
	case PTM_FIELD_last_remainder:
		h->last_remainder[PTM_MAIN] = node_find(h, l, cell->value);
		return true;
	case PTM_FIELD_have_fastchunks:
		h->have_fast[PTM_MAIN] = cell->value != 0;
		return true;
	case PTM_FIELD_binmap:
		return word_load(h, cell);
	case PTM_FIELD_fd:
		return link_load(h, l, cell, true, PTM_FREE);
	case PTM_FIELD_bk:
		return link_load(h, l, cell, false, PTM_FREE);
	case PTM_FIELD_fast_next:
		return link_load(h, l, cell, true, PTM_FAST);
	case PTM_FIELD_tcache_next:
		return link_load(h, l, cell, true, PTM_TCACHE);
	default:
		return true;
	}
}

/*
 * Heads of bins; then each chunk of the ring gets its bin, and a stamp that rises from the last to the first.
 * Ends: every step gives one stamp more, and there are no more chunks than units.
 */
/*@
  requires valid: \valid(h) && b < PTM_BINS && 0 <= h->hi <= PTM_UNITS;
  TOTAL;
  assigns         h->bin[0 .. PTM_NODES - 1], h->stamp[0 .. PTM_UNITS - 1], h->hi;
  ensures hi:     \old(h->hi) <= h->hi <= PTM_UNITS;
*/
static bool bin_load(struct ptm_heap *h, uint32_t b)
{
	uint32_t hd = PTM_HEAD0 + b, u = h->bk[hd];

	/*@ loop invariant hi: \at(h->hi, Pre) <= h->hi <= PTM_UNITS;
	    loop assigns u, h->bin[0 .. PTM_NODES - 1], h->stamp[0 .. PTM_UNITS - 1], h->hi;
	    loop variant PTM_UNITS - h->hi; */
	while (u != hd) {
		if (u >= PTM_UNITS || h->st[u] != PTM_FREE || h->stamp[u] > 0 || h->hi >= PTM_UNITS)
			return false;
		h->bin[u] = (uint16_t)b;
		h->hi++;
		h->stamp[u] = h->hi;
		u = h->bk[u];
	}
	return true;
}

/* Chunks of state @st in the list that begins at @first, or PTM_NIL if it holds others. Ends: at most that many are counted. */
/*@
  requires valid: \valid_read(h);
  TOTAL;
  assigns         \nothing;
  ensures range:  \result <= PTM_TCACHE_COUNT_MAX || \result == PTM_NIL;
*/
static uint32_t list_length(const struct ptm_heap *h, uint32_t first, uint8_t st)
{
	uint32_t count = 0, u = first;

	/*@ loop invariant range: count <= PTM_TCACHE_COUNT_MAX;
	    loop assigns u, count;
	    loop variant PTM_TCACHE_COUNT_MAX - count; */
	while (u != PTM_NIL && count < PTM_TCACHE_COUNT_MAX) {
		if (u >= PTM_UNITS || h->st[u] != st)
			return PTM_NIL;
		u = h->fd[u];
		count++;
	}
	return count;
}

/* The list's first @count chunks get the number of those that follow, the class, and the thread. */
/*@
  requires valid: \valid(h) && class < PTM_TCACHE_BINS;
  TOTAL;
  assigns         h->bk[0 .. PTM_NODES - 1], h->bin[0 .. PTM_NODES - 1], h->thread[0 .. PTM_UNITS - 1];
*/
static void list_number(struct ptm_heap *h, uint32_t first, uint32_t class, uint32_t count)
{
	uint32_t u = first;

	/*@ loop assigns u, count, h->bk[0 .. PTM_NODES - 1], h->bin[0 .. PTM_NODES - 1], h->thread[0 .. PTM_UNITS - 1];
	    loop variant count; */
	while (u < PTM_UNITS && count > 0) {
		h->bk[u] = count;
		h->bin[u] = (uint16_t) class;
		h->thread[u] = PTM_SELF;
		u = h->fd[u];
		count--;
	}
}

/* A fastbin's list. */
/*@
  requires valid: \valid(h) && c < PTM_FASTBINS;
  TOTAL;
  assigns         h->fast[PTM_MAIN][0 .. PTM_FASTBINS - 1], h->pushes, h->bk[0 .. PTM_NODES - 1], h->bin[0 .. PTM_NODES - 1],
                  h->thread[0 .. PTM_UNITS - 1];
*/
static bool fast_load(struct ptm_heap *h, uint32_t c, uint32_t first)
{
	uint32_t length = list_length(h, first, PTM_FAST);

	h->fast[PTM_MAIN][c] = first;
	if (length == PTM_NIL || length > PTM_PUSHES_MAX - h->pushes)
		return false;
	list_number(h, first, 0, length);
	h->pushes += length;
	return true;
}

/* A tcache class's list. */
/*@
  requires valid: \valid(h) && c < PTM_TCACHE_BINS;
  TOTAL;
  assigns         h->tcache[PTM_SELF][0 .. PTM_TCACHE_BINS - 1], h->bk[0 .. PTM_NODES - 1], h->bin[0 .. PTM_NODES - 1],
                  h->thread[0 .. PTM_UNITS - 1];
*/
static bool tcache_load(struct ptm_heap *h, uint32_t c, uint32_t first)
{
	uint32_t length = list_length(h, first, PTM_TCACHE);

	h->tcache[PTM_SELF][c] = first;
	if (length == PTM_NIL)
		return false;
	list_number(h, first, c, length);
	return true;
}

/*@
  requires valid: \valid(h) && \valid_read(l) && \valid_read(cell) && \separated(h, l, cell) && load_ok(*l);
  TOTAL;
  assigns         h->fast[PTM_MAIN][0 .. PTM_FASTBINS - 1], h->pushes, h->tcache[PTM_SELF][0 .. PTM_TCACHE_BINS - 1],
                  h->tcache_count[PTM_SELF][0 .. PTM_TCACHE_BINS - 1], LINK_FIELDS, h->bin[0 .. PTM_NODES - 1],
                  h->thread[0 .. PTM_UNITS - 1];
*/
static bool head_cell_load(struct ptm_heap *h, const struct load *l, const struct cell *cell)
{
	uint32_t to = node_find(h, l, cell->value);

	switch (cell->field) {
	case PTM_FIELD_bin_fd:
		h->fd[PTM_HEAD0 + cell->key % PTM_BINS] = to;
		return to != PTM_NIL;
	case PTM_FIELD_bin_bk:
		h->bk[PTM_HEAD0 + cell->key % PTM_BINS] = to;
		return to != PTM_NIL;
	case PTM_FIELD_fastbin:
		return fast_load(h, cell->key % PTM_FASTBINS, to);
	case PTM_FIELD_tcache_entry:
		return cell->value == CELL_ABSENT ||
		       tcache_load(h, cell->key % PTM_TCACHE_BINS, to);
	case PTM_FIELD_tcache_count:
		if (cell->value != CELL_ABSENT)
			h->tcache_count[PTM_SELF][cell->key % PTM_TCACHE_BINS] =
			    (uint16_t)(cell->value % 0x10000u);
		return true;
	default:
		return true;
	}
}

/* Headers first, whatever the order of fields: links need to know where chunks begin. */
/*@
  requires valid: \valid(h) && \valid(l) && \valid_read(seen) && \separated(h, l, seen) && load_ok(*l);
  requires cells: \valid_read(seen->cell + (0 .. seen->count - 1));
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], h->reach, *l;
  ensures inv:    load_ok(*l);
*/
static bool heads_load(struct ptm_heap *h, struct load *l, const struct view *seen)
{
	bool good = true;
	uint32_t i = 0;

	h->st[0] = PTM_HOLE;
	h->next[0] = 1;
	l->end = 1;
	/*@ loop invariant range: i <= seen->count;
	    loop assigns i;
	    loop variant seen->count - i; */
	while (i < seen->count && seen->cell[i].field != PTM_FIELD_bin_fd)
		i++; /* the top's header stands among the scalars too */
	/*@ loop invariant range: i <= seen->count;
	    loop invariant inv: load_ok(*l);
	    loop assigns i, good, TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], *l;
	    loop variant seen->count - i; */
	for (; i < seen->count && good; i++)
		if (seen->cell[i].field == PTM_FIELD_head)
			good = head_load(h, l, &seen->cell[i]);
	h->reach = l->end + 1;
	piece_add(h, l, PTM_UNITS, PTM_HOLE);
	return good;
}

/* Cells of chunks and scalars, then of heads of lists. */
/*@
  requires valid: \valid(h) && \valid_read(l) && \valid_read(seen) && \separated(h, l, seen) && load_ok(*l);
  requires cells: \valid_read(seen->cell + (0 .. seen->count - 1));
  TOTAL;
  assigns         h->st[0 .. PTM_UNITS - 1], h->stamp[0 .. PTM_UNITS - 1], LINK_FIELDS, h->top[PTM_MAIN],
                  h->last_remainder[PTM_MAIN], h->have_fast[PTM_MAIN], h->binmap[0 .. PTM_MAP_WORDS - 1],
                  h->fast[PTM_MAIN][0 .. PTM_FASTBINS - 1], h->pushes, h->tcache[PTM_SELF][0 .. PTM_TCACHE_BINS - 1],
                  h->tcache_count[PTM_SELF][0 .. PTM_TCACHE_BINS - 1], h->bin[0 .. PTM_NODES - 1], h->thread[0 .. PTM_UNITS - 1];
*/
static bool cells_load(struct ptm_heap *h, const struct load *l, const struct view *seen)
{
	/*@ loop invariant range: 0 <= i <= seen->count;
	    loop assigns i, h->st[0 .. PTM_UNITS - 1], h->stamp[0 .. PTM_UNITS - 1], LINK_FIELDS, h->top[PTM_MAIN],
	      h->last_remainder[PTM_MAIN], h->have_fast[PTM_MAIN], h->binmap[0 .. PTM_MAP_WORDS - 1];
	    loop variant seen->count - i; */
	for (uint32_t i = 0; i < seen->count; i++)
		if (!cell_load(h, l, &seen->cell[i]))
			return false;
	/*@ loop invariant range: 0 <= i <= seen->count;
	    loop assigns i, h->fast[PTM_MAIN][0 .. PTM_FASTBINS - 1], h->pushes, h->tcache[PTM_SELF][0 .. PTM_TCACHE_BINS - 1],
	      h->tcache_count[PTM_SELF][0 .. PTM_TCACHE_BINS - 1], LINK_FIELDS, h->bin[0 .. PTM_NODES - 1], h->thread[0 .. PTM_UNITS - 1];
	    loop variant seen->count - i; */
	for (uint32_t i = 0; i < seen->count; i++)
		if (!head_cell_load(h, l, &seen->cell[i]))
			return false;
	return true;
}

/* Every bin's chunks. */
/*@
  requires valid: \valid(h) && 0 <= h->hi <= PTM_UNITS;
  TOTAL;
  assigns         h->bin[0 .. PTM_NODES - 1], h->stamp[0 .. PTM_UNITS - 1], h->hi;
*/
static bool bins_load(struct ptm_heap *h)
{
	/*@ loop invariant range: 1 <= b <= PTM_BINS;
	    loop invariant hi: 0 <= h->hi <= PTM_UNITS;
	    loop assigns b, h->bin[0 .. PTM_NODES - 1], h->stamp[0 .. PTM_UNITS - 1], h->hi;
	    loop variant PTM_BINS - b; */
	for (uint32_t b = 1; b < PTM_BINS; b++)
		if (!bin_load(h, b))
			return false;
	return true;
}

/*@
  requires valid: \valid(h) && \valid_read(seen) && \separated(h, seen) && 0 <= h->hi <= PTM_UNITS;
  requires cells: \valid_read(seen->cell + (0 .. seen->count - 1));
  TOTAL;
  assigns         *h;
*/
static bool heap_load(struct ptm_heap *h, const struct view *seen)
{
	struct load l = { .end = 0 };

	return heads_load(h, &l, seen) && cells_load(h, &l, seen) && bins_load(h);
}

bool ptm_load(struct ptm *m, const struct view *seen)
{
	return heap_load(&m->heap, seen);
}
