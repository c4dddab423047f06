/* A state of the model from what was read from the real side. */
/* SPDX-License-Identifier: MIT */
#include "load.h"
#include "list.h"
#include "pageblock.h"
#include "pcp_list.h"
#include "zone.h"

#define FREE_HEADS (BUDDY_REAL_TYPES * (BUDDY_ORDER_MAX + 1u))
#define PCP_HEADS (BUDDY_PCPTYPES * (BUDDY_PCP_ORDER + 1u))

/* The page of a node, or BUDDY_PAGES if it is none of the zone's. */
static uint32_t node_page(const struct buddy *b, uint64_t node)
{
	uint64_t page = node - b->base_pfn;

	return page >= b->zone.start && page < b->zone.end ? (uint32_t)page : BUDDY_PAGES;
}

/* The holes around @page are halved down to one of @order, which is opened. Returns: it, or 0. */
static uint32_t block_open(struct zone *z, uint32_t page, uint32_t order)
{
	uint32_t i = buddy_block(z, page);

	if (page % buddy_size(order) != 0 || z->t.st[i] != NODE_HOLE || z->t.lv[i] < order)
		return 0;
	while (z->t.lv[i] > order) {
		buddy_split(z, i);
		i = buddy_block(z, page);
	}
	buddy_open(z, i);
	return i;
}

/* A block joins the tail of its list. A free buddy that it stands beside is kept apart if that may be. */
static bool block_list(struct zone *z, uint32_t page, uint32_t owner, uint32_t order, uint32_t type)
{
	uint32_t i = block_open(z, page, order);

	if (i == 0)
		return false;
	if (owner != 0) {
		buddy_pcp_put_tail(z, i, 0, type);
		return true;
	}
	if (order >= z->pageblock_order && order < z->max_order)
		buddy_keep(z, buddy_parent(i));
	buddy_put_tail(z, i, type);
	return true;
}

/* One list from its head @first on; b->noted[] holds each page's next node. */
static bool list_load(struct buddy *b, uint64_t head, uint64_t first, uint32_t owner,
		      uint32_t order, uint32_t type)
{
	uint64_t node = first;

	for (uint32_t count = 0; count < BUDDY_PAGES; count++) {
		uint32_t page;

		if (node == head)
			return true;
		page = node_page(b, node);
		if (page == BUDDY_PAGES || !block_list(&b->zone, page, owner, order, type))
			return false;
		node = b->noted[page];
	}
	return false;
}

static bool head_load(struct buddy *b, uint32_t head, uint64_t first)
{
	uint32_t k = head - VIEW_FREE;

	if (k < FREE_HEADS)
		return list_load(b, head, first, 0, k / BUDDY_REAL_TYPES, k % BUDDY_REAL_TYPES);
	k = head - VIEW_PCP;
	return k < PCP_HEADS &&
	       list_load(b, head, first, 1, k / BUDDY_PCPTYPES, k % BUDDY_PCPTYPES);
}

/* Types of pageblocks, and what follows each page. */
static void pages_load(struct buddy *b, const struct view *seen)
{
	for (uint32_t k = 0; k < seen->count; k++) {
		const struct cell *cell = &seen->cell[k];
		uint64_t page = cell->key - b->base_pfn;

		if (page >= BUDDY_PAGES)
			continue;
		if (cell->field == BUDDY_FIELD_next)
			b->noted[page] = (uint32_t)cell->value;
		if (cell->field == BUDDY_FIELD_block_type && cell->value < BUDDY_TYPES)
			buddy_set_type(&b->zone, (uint32_t)page, (uint32_t)cell->value);
	}
}

/* What is on no list is the program's. */
static void rest_open(struct zone *z)
{
	uint32_t page = z->start;

	while (page < z->end) {
		uint32_t i = buddy_block(z, page), size = buddy_size(z->t.lv[i]);

		if (z->t.st[i] == NODE_HOLE) {
			if (z->t.lv[i] > z->max_order || buddy_page(z, i) < page ||
			    page + size > z->end) {
				buddy_split(z, i);
				continue;
			}
			buddy_open(z, i);
		}
		page += size;
	}
}

bool buddy_load(struct buddy *b, const struct view *seen)
{
	struct zone *z = &b->zone;

	zone_reset(z, z->max_order, z->pageblock_order, z->start, z->end, MOVABLE);
	pages_load(b, seen);
	for (uint32_t k = 0; k < seen->count; k++) {
		const struct cell *cell = &seen->cell[k];

		if (cell->field == BUDDY_FIELD_next && cell->key >= VIEW_FREE &&
		    !head_load(b, cell->key, cell->value))
			return false;
	}
	rest_open(z);
	return true;
}
