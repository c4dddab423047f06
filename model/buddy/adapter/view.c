/* The model's state as cells. */
/* SPDX-License-Identifier: MIT */
#include "view.h"
#include "../algorithm/touch.h"
#include "../algorithm/watermark.h"
#include "../state/pageblock.h"
#include "notes.h"

#define PCP_LIST_COUNT 12u

/*@
  requires valid: \valid_read(b);
  requires in:    b->base_pfn <= 0x40000000 && page < BUDDY_PAGES;
  TOTAL;
  assigns         \nothing;
  ensures pfn:    \result == b->base_pfn + page;
*/
static uint64_t pfn_of(const struct buddy *b, uint32_t page)
{
	return b->base_pfn + page;
}

/* Node number in views of a head: free list order * 4 + type, per-cpu list order * 3 + type. */
/*@
  requires in:  list < BUDDY_LISTS;
  TOTAL;
  assigns       \nothing;
  ensures free: list < 128 ==> \result == VIEW_FREE + list / 8 * BUDDY_REAL_TYPES + list % 8;
  ensures pcp:  list >= 128 ==> \result == VIEW_PCP + list / 8 % 16 * BUDDY_PCPTYPES + list % 8;
*/
static uint32_t head_node(uint32_t list)
{
	uint32_t order = list / 8u % 16u, type = list % 8u;

	return list < 128u ? VIEW_FREE + order * BUDDY_REAL_TYPES + type
			   : VIEW_PCP + order * BUDDY_PCPTYPES + type;
}

/*@
  requires valid: \valid_read(b);
  requires in:    IS_LINK(link) && b->base_pfn <= 0x40000000;
  requires wf:    levels(b->zone);
  TOTAL;
  assigns         \nothing;
  ensures fits:   \result <= 0xffffffff;
*/
static uint64_t link_node(const struct buddy *b, uint32_t link)
{
	return link >= BUDDY_NODES ? head_node(link - BUDDY_NODES)
				   : pfn_of(b, buddy_page(&b->zone, link));
}

/*@
  requires valid: \valid_read(z);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES;
  TOTAL;
  assigns         \nothing;
  ensures on:     \result == true <==> on(*z, i);
*/
static bool listed(const struct zone *z, uint32_t i)
{
	return z->t.st[i] == NODE_FREE || z->t.st[i] == NODE_PCP;
}

/* The listed block that begins where block @i does, or did, or 0. */
/*@
  requires valid: \valid_read(z);
  requires wf:    zone_wf(*z);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES;
  TOTAL;
  assigns         \nothing;
  ensures on:     \result == 0 || on(*z, \result);
  ensures same:   on(*z, i) ==> \result == i;
*/
static uint32_t listed_with(const struct zone *z, uint32_t i)
{
	/* Down to the first of the parts, if it was split; up while it is a first half, if it was merged. */
	/*@
	  loop invariant in: BUDDY_ROOT <= i < BUDDY_NODES;
	  loop invariant on: on(*z, \at(i, Pre)) ==> i == \at(i, Pre);
	  loop assigns       i;
	  loop variant       BUDDY_NODES - i;
	*/
	while (z->t.st[i] == NODE_SPLIT && i < BUDDY_PAGES)
		i = 2u * i;
	/*@
	  loop invariant in: BUDDY_ROOT <= i < BUDDY_NODES;
	  loop invariant on: on(*z, \at(i, Pre)) ==> i == \at(i, Pre);
	  loop assigns       i;
	  loop variant       i;
	*/
	while (z->t.st[i] == NODE_NONE && i % 2u == 0 && i >= 2u * BUDDY_ROOT)
		i = i / 2u;
	return listed(z, i) ? i : 0;
}

/*@
  REQUIRES_CELLS(view);
  requires fits:  field <= 0xffff && key <= 0xffffffff;
  ENSURES_CELLS;
*/
static void add(struct view *view, uint32_t field, uint64_t key, uint64_t value)
{
	view_add(view, (uint16_t)field, 0, (uint32_t)key, value);
}

/*@
  REQUIRES_SHOWN(b);
  requires in:    field <= 0xffff && IS_LINK(from) && IS_LINK(to);
  ENSURES_CELLS;
*/
static void link_cell(const struct buddy *b, struct view *view, uint32_t field, uint32_t from,
		      uint32_t to)
{
	add(view, field, link_node(b, from), link_node(b, to));
}

/* The head or listed block at @link; 0 for a block on no list. */
/*@
  requires valid: \valid_read(z);
  requires wf:    zone_wf(*z);
  requires in:    IS_LINK(link);
  TOTAL;
  assigns         \nothing;
  ensures link:   \result == 0 || (IS_LINK(\result) && IS_LINK(NX(*z, \result)) && IS_LINK(PV(*z, \result)));
*/
static uint32_t link_from(const struct zone *z, uint32_t link)
{
	return link < BUDDY_NODES ? listed_with(z, link) : link;
}

/* The node that follows @link; nothing for a block on no list. */
/*@
  REQUIRES_SHOWN(b);
  requires in:    IS_LINK(link);
  ENSURES_CELLS;
*/
static void next_cell(const struct buddy *b, struct view *view, uint32_t link)
{
	uint32_t from = link_from(&b->zone, link);

	if (from != 0)
		link_cell(b, view, BUDDY_FIELD_next, from, b->zone.next[from]);
}

/*@
  REQUIRES_SHOWN(b);
  requires in:    IS_LINK(link);
  ENSURES_CELLS;
*/
static void prev_cell(const struct buddy *b, struct view *view, uint32_t link)
{
	uint32_t from = link_from(&b->zone, link);

	if (from != 0)
		link_cell(b, view, BUDDY_FIELD_prev, from, b->zone.prev[from]);
}

/*@
  REQUIRES_SHOWN(b);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES;
  ENSURES_CELLS;
*/
static void free_cell(const struct buddy *b, struct view *view, uint32_t i)
{
	uint32_t block = listed_with(&b->zone, i);

	add(view, BUDDY_FIELD_order, link_node(b, i),
	    block && b->zone.t.st[block] == NODE_FREE ? b->zone.t.lv[block] : CELL_ABSENT);
}

/*@
  REQUIRES_SHOWN(b);
  requires in:    page < BUDDY_PAGES;
  ENSURES_CELLS;
*/
static void type_cell(const struct buddy *b, struct view *view, uint32_t page)
{
	page -= page % b->zone.pageblock_pages;
	add(view, BUDDY_FIELD_block_type, pfn_of(b, page), buddy_type(&b->zone, page));
}

/*@
  REQUIRES_SHOWN(b);
  requires in:    order <= BUDDY_ORDER_MAX;
  ENSURES_CELLS;
*/
static void order_cell(const struct buddy *b, struct view *view, uint32_t order)
{
	uint32_t list = order * 8u;

	add(view, BUDDY_FIELD_nr_free, order,
	    (uint64_t)b->zone.count[list] + b->zone.count[list + 1u] + b->zone.count[list + 2u] +
		b->zone.count[list + 3u]);
}

/* What governs the per-cpu lists: @all of it, or what the op changed. */
/*@
  REQUIRES_SHOWN(b);
  ENSURES_CELLS;
*/
static void pcp_cells(const struct buddy *b, struct view *view, bool all)
{
	if (all || b->before.pcp.high != b->limits.pcp.high)
		add(view, BUDDY_FIELD_pcp_high, 0, b->limits.pcp.high);
	if (all || b->before.pcp.alloc_factor != b->limits.pcp.alloc_factor)
		add(view, BUDDY_FIELD_pcp_alloc_factor, 0, b->limits.pcp.alloc_factor);
	if (all || b->before.pcp.free_count != b->limits.pcp.free_count)
		add(view, BUDDY_FIELD_pcp_free_count, 0, b->limits.pcp.free_count);
	if (all || b->before.pcp.flags != b->limits.pcp.flags)
		add(view, BUDDY_FIELD_pcp_flags, 0, b->limits.pcp.flags);
}

/* Reserve, boost and flags of the zone: @all, or what the op changed. */
/*@
  REQUIRES_SHOWN(b);
  ENSURES_CELLS;
*/
static void mark_cells(const struct buddy *b, struct view *view, bool all)
{
	if (all || b->before.marks.reserved_highatomic != b->limits.marks.reserved_highatomic)
		add(view, BUDDY_FIELD_nr_reserved_highatomic, 0,
		    b->limits.marks.reserved_highatomic);
	if (all || b->before.marks.boost != b->limits.marks.boost)
		add(view, BUDDY_FIELD_watermark_boost, 0, b->limits.marks.boost);
	if (all || b->before.marks.flags != b->limits.marks.flags)
		add(view, BUDDY_FIELD_zone_flags, 0, b->limits.marks.flags);
}

/* Numbers of pages. Those of the reserve are part of the first. */
/*@
  REQUIRES_SHOWN(b);
  ENSURES_CELLS;
*/
static void page_cells(const struct buddy *b, struct view *view)
{
	add(view, BUDDY_FIELD_nr_free_pages, 0, buddy_free_pages(&b->zone));
	add(view, BUDDY_FIELD_pcp_count, 0, buddy_pcp_pages(&b->zone));
}

/*@
  REQUIRES_SHOWN(b);
  requires in:    note(touched);
  ENSURES_CELLS;
*/
static void touched_cells(const struct buddy *b, struct view *view, uint32_t touched)
{
	uint32_t what = touched % TOUCH_LINK;

	switch (touched - what) {
	case TOUCH_FREE:
		free_cell(b, view, what);
		next_cell(b, view, what);
		break;
	case TOUCH_LINK:
		next_cell(b, view, what);
		break;
	case TOUCH_TYPE:
		type_cell(b, view, what);
		add(view, BUDDY_FIELD_nr_free_highatomic, 0, b->zone.pages[HIGHATOMIC]);
		break;
	default:
		order_cell(b, view, what);
		break;
	}
}

/*@
  REQUIRES_SHOWN(b);
  requires in:    list < BUDDY_LISTS;
  ENSURES_CELLS;
*/
static void head_cells(const struct buddy *b, struct view *view, uint32_t list, bool both)
{
	next_cell(b, view, HEAD(list));
	if (both)
		prev_cell(b, view, HEAD(list));
}

/* A block on a list with its links; one on none is no free block. */
/*@
  REQUIRES_SHOWN(b);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES;
  ENSURES_CELLS;
*/
static void block_cells(const struct buddy *b, struct view *view, uint32_t i, bool both)
{
	free_cell(b, view, i);
	if (listed(&b->zone, i)) {
		next_cell(b, view, i);
		if (both)
			prev_cell(b, view, i);
	}
}

/*@
  REQUIRES_SHOWN(b);
  requires in:    order <= BUDDY_ORDER_MAX;
  ENSURES_CELLS;
*/
static void order_heads(const struct buddy *b, struct view *view, uint32_t order, bool both)
{
	uint32_t type = 0;

	/*@
	  loop invariant in:    type <= BUDDY_REAL_TYPES;
	  loop invariant count: view->count <= view->capacity;
	  loop assigns          type, view->count, view->overflow, view->cell[0 .. view->capacity - 1];
	  loop variant          BUDDY_REAL_TYPES - type;
	*/
	while (type < BUDDY_REAL_TYPES) {
		head_cells(b, view, LIST(0u, order, type), both);
		type++;
	}
}

/* Heads, and how many blocks there are of each order. */
/*@
  REQUIRES_SHOWN(b);
  ENSURES_CELLS;
*/
static void area_cells(const struct buddy *b, struct view *view, bool both)
{
	uint32_t order = 0, k = 0;

	/*@
	  loop invariant in:    order <= BUDDY_ORDER_MAX + 1;
	  loop invariant count: view->count <= view->capacity;
	  loop assigns          order, view->count, view->overflow, view->cell[0 .. view->capacity - 1];
	  loop variant          BUDDY_ORDER_MAX + 1 - order;
	*/
	while (order <= b->zone.max_order) {
		order_heads(b, view, order, both);
		order_cell(b, view, order);
		order++;
	}
	/*@
	  loop invariant in:    k <= PCP_LIST_COUNT;
	  loop invariant count: view->count <= view->capacity;
	  loop assigns          k, view->count, view->overflow, view->cell[0 .. view->capacity - 1];
	  loop variant          PCP_LIST_COUNT - k;
	*/
	while (k < PCP_LIST_COUNT) {
		head_cells(b, view, LIST(1u, k / BUDDY_PCPTYPES, k % BUDDY_PCPTYPES), both);
		k++;
	}
}

/* Every block, and every pageblock. */
/*@
  REQUIRES_SHOWN(b);
  requires in:    end <= BUDDY_PAGES;
  ENSURES_CELLS;
*/
static void blocks_cells(const struct buddy *b, struct view *view, uint32_t end, bool both)
{
	uint32_t page = 0;

	/*@
	  loop invariant in:    page <= BUDDY_PAGES + 1024;
	  loop invariant count: view->count <= view->capacity;
	  loop assigns          page, view->count, view->overflow, view->cell[0 .. view->capacity - 1];
	  loop variant          BUDDY_PAGES + 1024 - page;
	*/
	while (page < end) {
		uint32_t i = buddy_block(&b->zone, page);

		block_cells(b, view, i, both);
		page += buddy_size(b->zone.t.lv[i]);
	}
}

/*@
  REQUIRES_SHOWN(b);
  ENSURES_CELLS;
*/
static void types_cells(const struct buddy *b, struct view *view)
{
	uint32_t page = b->zone.start;

	/*@
	  loop invariant in:    page <= BUDDY_PAGES + 1024;
	  loop invariant count: view->count <= view->capacity;
	  loop assigns          page, view->count, view->overflow, view->cell[0 .. view->capacity - 1];
	  loop variant          BUDDY_PAGES + 1024 - page;
	*/
	while (page < b->zone.end) {
		type_cell(b, view, page);
		page += b->zone.pageblock_pages - page % b->zone.pageblock_pages;
	}
}

/* All heads, all blocks, all pageblocks: the links then determine every list, forward or in @both directions. */
/*@
  REQUIRES_SHOWN(b);
  ENSURES_CELLS;
*/
static void all_cells(const struct buddy *b, struct view *view, bool both)
{
	uint32_t largest = buddy_size(b->zone.max_order), end = b->zone.end + largest - 1;

	/*@ assert size: largest == 1 || largest == 2 || largest == 4 || largest == 8 || largest == 16 || largest == 32 || largest == 64 || largest == 128 || largest == 256 || largest == 512 || largest == 1024; */
	/*@ assert e0: largest == 1 ==> end - end % 1 <= BUDDY_PAGES; */
	/*@ assert e1: largest == 2 ==> end - end % 2 <= BUDDY_PAGES; */
	/*@ assert e2: largest == 4 ==> end - end % 4 <= BUDDY_PAGES; */
	/*@ assert e3: largest == 8 ==> end - end % 8 <= BUDDY_PAGES; */
	/*@ assert e4: largest == 16 ==> end - end % 16 <= BUDDY_PAGES; */
	/*@ assert e5: largest == 32 ==> end - end % 32 <= BUDDY_PAGES; */
	/*@ assert e6: largest == 64 ==> end - end % 64 <= BUDDY_PAGES; */
	/*@ assert e7: largest == 128 ==> end - end % 128 <= BUDDY_PAGES; */
	/*@ assert e8: largest == 256 ==> end - end % 256 <= BUDDY_PAGES; */
	/*@ assert e9: largest == 512 ==> end - end % 512 <= BUDDY_PAGES; */
	/*@ assert e10: largest == 1024 ==> end - end % 1024 <= BUDDY_PAGES; */
	/*@ assert end: end - end % largest <= BUDDY_PAGES; */
	area_cells(b, view, both);
	blocks_cells(b, view, end - end % largest, both);
	types_cells(b, view);
	add(view, BUDDY_FIELD_nr_free_highatomic, 0, b->zone.pages[HIGHATOMIC]);
}

/*@
  REQUIRES_SHOWN(b);
  ENSURES_CELLS;
*/
static void setting_cells(const struct buddy *b, struct view *view)
{
	add(view, BUDDY_FIELD_pcp_high_min, 0, b->limits.pcp.high_min);
	add(view, BUDDY_FIELD_pcp_high_max, 0, b->limits.pcp.high_max);
	add(view, BUDDY_FIELD_pcp_batch, 0, b->limits.pcp.batch);
	add(view, BUDDY_FIELD_watermark, 0, b->limits.marks.mark[0]);
	add(view, BUDDY_FIELD_watermark, 1, b->limits.marks.mark[1]);
	add(view, BUDDY_FIELD_watermark, 2, b->limits.marks.mark[2]);
	add(view, BUDDY_FIELD_managed_pages, 0, b->limits.marks.managed);
}

/* What the last op touched and the scalars, or everything. */
/*@
  REQUIRES_SHOWN(b);
  requires notes: \forall integer k; 0 <= k < b->trace.touched_count && k < TOUCHED_MAX ==> note(b->trace.touched[k]);
  ENSURES_CELLS;
*/
static void state_cells(const struct buddy *b, enum view_scope scope, struct view *view)
{
	uint32_t k = 0;

	page_cells(b, view);
	if (scope == VIEW_FULL) {
		all_cells(b, view, true);
		setting_cells(b, view);
		pcp_cells(b, view, true);
		mark_cells(b, view, true);
		return;
	}
	if (b->all_touched)
		all_cells(b, view, false);
	/*@
	  loop invariant in:    k <= b->trace.touched_count && k <= TOUCHED_MAX;
	  loop invariant count: view->count <= view->capacity;
	  loop assigns          k, view->count, view->overflow, view->cell[0 .. view->capacity - 1];
	  loop variant          TOUCHED_MAX - k;
	*/
	while (k < b->trace.touched_count && k < TOUCHED_MAX) {
		touched_cells(b, view, b->trace.touched[k]);
		k++;
	}
	pcp_cells(b, view, false);
	mark_cells(b, view, false);
}

void buddy_view(struct buddy *b, enum view_scope scope, struct view *view)
{
	if (scope == VIEW_TOUCHED)
		buddy_notes_reduce(b);
	state_cells(b, scope, view);
}
