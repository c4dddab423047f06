/* The model's state as cells. */
/* SPDX-License-Identifier: MIT */
#include "view_cells.h"
#include "touch.h"
#include "watermark.h"

#define PCP_LIST_COUNT 12u

static uint64_t pfn_of(const struct buddy *b, uint32_t page)
{
	return b->base_pfn + page;
}

/* Node number in views of a head: free list order * 4 + type, per-cpu list order * 3 + type. */
static uint32_t head_node(uint32_t list)
{
	uint32_t order = list / 8u % 16u, type = list % 8u;

	return list < 128u ? VIEW_FREE + order * BUDDY_REAL_TYPES + type
			   : VIEW_PCP + order * BUDDY_PCPTYPES + type;
}

static uint64_t link_node(const struct buddy *b, uint32_t link)
{
	return link >= BUDDY_NODES ? head_node(link - BUDDY_NODES)
				   : pfn_of(b, buddy_page(&b->zone, link));
}

static bool listed(const struct zone *z, uint32_t i)
{
	return z->t.st[i] == NODE_FREE || z->t.st[i] == NODE_PCP;
}

/* The listed block that begins where block @i does, or did, or 0. */
static uint32_t listed_with(const struct zone *z, uint32_t i)
{
	uint32_t page, block;

	if (listed(z, i))
		return i;
	if (z->t.st[i] == NODE_ALLOC)
		return 0;
	page = buddy_page(z, i);
	block = buddy_block(z, page);
	return listed(z, block) && buddy_page(z, block) == page ? block : 0;
}

static void add(struct view *view, uint32_t field, uint64_t key, uint64_t value)
{
	view_add(view, (uint16_t)field, 0, (uint32_t)key, value);
}

/* The node that follows @link or precedes it, @links saying which; nothing for a block on no list. */
static void link_cell(const struct buddy *b, struct view *view, uint32_t field,
		      const uint32_t *links, uint32_t link)
{
	uint32_t from = link < BUDDY_NODES ? listed_with(&b->zone, link) : link;

	if (from != 0)
		add(view, field, link_node(b, from), link_node(b, links[from]));
}

static void next_cell(const struct buddy *b, struct view *view, uint32_t link)
{
	link_cell(b, view, BUDDY_FIELD_next, b->zone.next, link);
}

static void prev_cell(const struct buddy *b, struct view *view, uint32_t link)
{
	link_cell(b, view, BUDDY_FIELD_prev, b->zone.prev, link);
}

static void free_cell(const struct buddy *b, struct view *view, uint32_t i)
{
	uint32_t block = listed_with(&b->zone, i);

	add(view, BUDDY_FIELD_order, link_node(b, i),
	    block && b->zone.t.st[block] == NODE_FREE ? b->zone.t.lv[block] : CELL_ABSENT);
}

static void type_cell(const struct buddy *b, struct view *view, uint32_t page)
{
	page -= page % b->zone.pageblock_pages;
	add(view, BUDDY_FIELD_block_type, pfn_of(b, page), buddy_type(&b->zone, page));
}

static void order_cell(const struct buddy *b, struct view *view, uint32_t order)
{
	const uint32_t *count = &b->zone.count[order * 8u];

	add(view, BUDDY_FIELD_nr_free, order, (uint64_t)count[0] + count[1] + count[2] + count[3]);
}

/* Limits as the op found them, or NULL: then all of them. */
static void pcp_cells(const struct buddy *b, struct view *view, const struct buddy_pcp *was)
{
	const struct buddy_pcp *pcp = &b->limits.pcp;

	if (was == NULL || was->high != pcp->high)
		add(view, BUDDY_FIELD_pcp_high, 0, pcp->high);
	if (was == NULL || was->alloc_factor != pcp->alloc_factor)
		add(view, BUDDY_FIELD_pcp_alloc_factor, 0, pcp->alloc_factor);
	if (was == NULL || was->free_count != pcp->free_count)
		add(view, BUDDY_FIELD_pcp_free_count, 0, pcp->free_count);
	if (was == NULL || was->flags != pcp->flags)
		add(view, BUDDY_FIELD_pcp_flags, 0, pcp->flags);
}

static void mark_cells(const struct buddy *b, struct view *view, const struct buddy_marks *was)
{
	const struct buddy_marks *marks = &b->limits.marks;

	if (was == NULL || was->reserved_highatomic != marks->reserved_highatomic)
		add(view, BUDDY_FIELD_nr_reserved_highatomic, 0, marks->reserved_highatomic);
	if (was == NULL || was->boost != marks->boost)
		add(view, BUDDY_FIELD_watermark_boost, 0, marks->boost);
	if (was == NULL || was->flags != marks->flags)
		add(view, BUDDY_FIELD_zone_flags, 0, marks->flags);
}

/* Numbers of pages. Those of the reserve are part of the first. */
static void page_cells(const struct buddy *b, struct view *view)
{
	add(view, BUDDY_FIELD_nr_free_pages, 0, buddy_free_pages(&b->zone));
	add(view, BUDDY_FIELD_pcp_count, 0, buddy_pcp_pages(&b->zone));
}

static void touched_cells(const struct buddy *b, struct view *view, uint32_t touched)
{
	uint32_t what = touched & ~TOUCH_KIND;

	switch (touched & TOUCH_KIND) {
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

static void head_cells(const struct buddy *b, struct view *view, uint32_t list, bool both)
{
	next_cell(b, view, HEAD(list));
	if (both)
		prev_cell(b, view, HEAD(list));
}

/* A block on a list with its links; one on none is no free block. */
static void block_cells(const struct buddy *b, struct view *view, uint32_t i, bool both)
{
	free_cell(b, view, i);
	if (listed(&b->zone, i)) {
		next_cell(b, view, i);
		if (both)
			prev_cell(b, view, i);
	}
}

/* All heads, all blocks, all pageblocks: the links then determine every list, forward or in @both directions. */
static void all_cells(const struct buddy *b, struct view *view, bool both)
{
	const struct zone *z = &b->zone;
	uint32_t page = 0, largest = buddy_size(z->max_order);
	uint32_t end = (z->end + largest - 1) / largest * largest;

	for (uint32_t order = 0; order <= z->max_order; order++) {
		for (uint32_t type = 0; type < BUDDY_REAL_TYPES; type++)
			head_cells(b, view, LIST(0, order, type), both);
		order_cell(b, view, order);
	}
	for (uint32_t k = 0; k < PCP_LIST_COUNT; k++)
		head_cells(b, view, LIST(1, k / BUDDY_PCPTYPES, k % BUDDY_PCPTYPES), both);
	while (page < end) {
		uint32_t i = buddy_block(z, page);

		block_cells(b, view, i, both);
		page += buddy_size(z->t.lv[i]);
	}
	for (page = z->start; page < z->end; page += z->pageblock_pages - page % z->pageblock_pages)
		type_cell(b, view, page);
	add(view, BUDDY_FIELD_nr_free_highatomic, 0, z->pages[HIGHATOMIC]);
}

static void setting_cells(const struct buddy *b, struct view *view)
{
	const struct buddy_marks *marks = &b->limits.marks;
	const struct buddy_pcp *pcp = &b->limits.pcp;

	add(view, BUDDY_FIELD_pcp_high_min, 0, pcp->high_min);
	add(view, BUDDY_FIELD_pcp_high_max, 0, pcp->high_max);
	add(view, BUDDY_FIELD_pcp_batch, 0, pcp->batch);
	for (uint32_t k = 0; k < 3; k++)
		add(view, BUDDY_FIELD_watermark, k, marks->mark[k]);
	add(view, BUDDY_FIELD_managed_pages, 0, marks->managed);
}

void buddy_view(const struct buddy *b, enum view_scope scope, struct view *view)
{
	const struct trace *t = &b->trace;

	page_cells(b, view);
	if (scope == VIEW_FULL) {
		all_cells(b, view, true);
		setting_cells(b, view);
		pcp_cells(b, view, NULL);
		mark_cells(b, view, NULL);
		return;
	}
	if (b->all_touched)
		all_cells(b, view, false);
	for (uint32_t k = 0; k < t->touched_count && k < TOUCHED_MAX; k++)
		touched_cells(b, view, t->touched[k]);
	pcp_cells(b, view, &b->before.pcp);
	mark_cells(b, view, &b->before.marks);
}
