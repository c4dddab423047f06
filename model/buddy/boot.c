/* The zone as boot leaves it. */
/* SPDX-License-Identifier: MIT */
#include "setup.h"
#include "merge.h"
#include "zone.h"

const struct buddy_geometry buddy_geometries[BUDDY_GEOMETRIES] = {
	{ 6, 4, 0x1000, 512 },
	{ 6, 4, 0x1000, 4096 },
	{ 10, 9, 0x8000, 32768 },
	{ 6, 4, 0x1013, 2999 },
};

/* The hole that holds @page is halved until the block of @order at @page is one of its own. */
static uint32_t hole_split(struct zone *z, uint32_t page, uint32_t order)
{
	uint32_t i = buddy_block(z, page);

	while (z->t.lv[i] > order) {
		buddy_split(z, i);
		i = buddy_block(z, page);
	}
	return i;
}

/* The largest order of a block at @page that is aligned and ends by @end. */
static uint32_t order_at(uint32_t page, uint32_t end, uint32_t max_order)
{
	uint32_t order = max_order;

	while (order > 0 && (page % buddy_size(order) != 0 || page + buddy_size(order) > end))
		order--;
	return order;
}

void buddy_boot(struct zone *z, struct trace *t, const struct buddy_geometry *shape, bool fresh)
{
	uint32_t start = (uint32_t)(shape->start_pfn % buddy_size(shape->max_order));
	uint32_t end = start + shape->pages, page = start;

	if (fresh)
		zone_init(z, shape->max_order, shape->block_order, start, end, MOVABLE);
	else
		zone_reset(z, shape->max_order, shape->block_order, start, end, MOVABLE);
	if (start % z->pageblock_pages != 0)
		buddy_set_type(z, start, UNMOVABLE);
	while (page < end) {
		uint32_t order = order_at(page, end, z->max_order);
		uint32_t i = hole_split(z, page, order);

		buddy_open(z, i);
		buddy_free_split(z, t, i, true);
		page += buddy_size(order);
	}
}
