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

/* The listed block that begins at @page, or 0. */
static uint32_t listed_at(const struct zone *z, uint32_t page)
{
	uint32_t i = buddy_block(z, page);

	if (z->t.st[i] != NODE_FREE && z->t.st[i] != NODE_PCP)
		return 0;
	return buddy_page(z, i) == page ? i : 0;
}

static void add(struct view *view, uint32_t field, uint64_t key, uint64_t value)
{
	view_add(view, (uint16_t)field, 0, (uint32_t)key, value);
}

static void page_cells(const struct buddy *b, struct view *view, uint32_t page)
{
	const struct zone *z = &b->zone;
	uint32_t i = listed_at(z, page);
	uint64_t pfn = pfn_of(b, page);

	add(view, BUDDY_FIELD_next, pfn, i ? link_node(b, z->next[i]) : CELL_ABSENT);
	add(view, BUDDY_FIELD_prev, pfn, i ? link_node(b, z->prev[i]) : CELL_ABSENT);
	add(view, BUDDY_FIELD_order, pfn, i && z->t.st[i] == NODE_FREE ? z->t.lv[i] : CELL_ABSENT);
}

/* One link of a head or of the listed block at a page. */
static void link_cell(const struct buddy *b, struct view *view, uint32_t field, uint32_t what)
{
	const uint32_t *links = field == BUDDY_FIELD_next ? b->zone.next : b->zone.prev;
	uint32_t i;

	if (what >= TOUCH_HEAD) {
		uint32_t list = what - TOUCH_HEAD;

		add(view, field, head_node(list), link_node(b, links[BUDDY_NODES + list]));
		return;
	}
	i = listed_at(&b->zone, what);
	add(view, field, pfn_of(b, what), i ? link_node(b, links[i]) : CELL_ABSENT);
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

static void scalar_cells(const struct buddy *b, struct view *view)
{
	const struct buddy_marks *marks = &b->limits.marks;
	const struct buddy_pcp *pcp = &b->limits.pcp;

	add(view, BUDDY_FIELD_nr_free_pages, 0, buddy_free_pages(&b->zone));
	add(view, BUDDY_FIELD_nr_free_highatomic, 0, b->zone.pages[HIGHATOMIC]);
	add(view, BUDDY_FIELD_nr_reserved_highatomic, 0, marks->reserved_highatomic);
	add(view, BUDDY_FIELD_watermark_boost, 0, marks->boost);
	add(view, BUDDY_FIELD_zone_flags, 0, marks->flags);
	add(view, BUDDY_FIELD_pcp_count, 0, buddy_pcp_pages(&b->zone));
	add(view, BUDDY_FIELD_pcp_high, 0, pcp->high);
	add(view, BUDDY_FIELD_pcp_alloc_factor, 0, pcp->alloc_factor);
	add(view, BUDDY_FIELD_pcp_free_count, 0, pcp->free_count);
	add(view, BUDDY_FIELD_pcp_flags, 0, pcp->flags);
}

static void touched_cells(const struct buddy *b, struct view *view, uint32_t touched)
{
	uint32_t what = touched & ~TOUCH_KIND;

	switch (touched & TOUCH_KIND) {
	case TOUCH_PAGE:
		page_cells(b, view, what);
		break;
	case TOUCH_NEXT:
		link_cell(b, view, BUDDY_FIELD_next, what);
		break;
	case TOUCH_PREV:
		link_cell(b, view, BUDDY_FIELD_prev, what);
		break;
	case TOUCH_TYPE:
		type_cell(b, view, what);
		break;
	default:
		order_cell(b, view, what);
		break;
	}
}

static void head_cells(const struct buddy *b, struct view *view, uint32_t list)
{
	link_cell(b, view, BUDDY_FIELD_next, TOUCH_HEAD + list);
	link_cell(b, view, BUDDY_FIELD_prev, TOUCH_HEAD + list);
}

/* All heads, all blocks, all pageblocks: the links then determine every list. */
static void full_cells(const struct buddy *b, struct view *view)
{
	const struct zone *z = &b->zone;
	uint32_t page = 0, end;

	for (uint32_t order = 0; order <= z->max_order; order++) {
		for (uint32_t type = 0; type < BUDDY_REAL_TYPES; type++)
			head_cells(b, view, LIST(0, order, type));
		order_cell(b, view, order);
	}
	for (uint32_t k = 0; k < PCP_LIST_COUNT; k++)
		head_cells(b, view, LIST(1, k / BUDDY_PCPTYPES, k % BUDDY_PCPTYPES));
	end = z->end + (buddy_size(z->max_order) - z->end % buddy_size(z->max_order)) %
			   buddy_size(z->max_order);
	while (page < end) {
		uint32_t i = buddy_block(z, page);

		if (z->t.st[i] == NODE_FREE || z->t.st[i] == NODE_PCP)
			page_cells(b, view, page);
		else
			add(view, BUDDY_FIELD_order, pfn_of(b, page), CELL_ABSENT);
		page += buddy_size(z->t.lv[i]);
	}
	for (page = z->start; page < z->end; page += z->pageblock_pages - page % z->pageblock_pages)
		type_cell(b, view, page);
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

	if (scope == VIEW_FULL || t->touched_count > TOUCHED_MAX) {
		full_cells(b, view);
		setting_cells(b, view);
	} else {
		for (uint32_t k = 0; k < t->touched_count; k++)
			touched_cells(b, view, t->touched[k]);
	}
	scalar_cells(b, view);
}
