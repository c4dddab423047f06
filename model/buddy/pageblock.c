/* Migratetypes of pageblocks, and a free block's move to another type's list. */
/* SPDX-License-Identifier: MIT */
#include "pageblock.h"

uint32_t buddy_pageblock(const struct zone *z, uint32_t page)
{
	return page / z->pageblock_pages;
}

uint32_t buddy_type(const struct zone *z, uint32_t page)
{
	return z->type[buddy_pageblock(z, page)];
}

void buddy_set_type(struct zone *z, uint32_t page, uint32_t t)
{
	z->type[buddy_pageblock(z, page)] = (uint8_t)t;
}

void buddy_set_types(struct zone *z, uint32_t page, uint32_t pages, uint32_t t)
{
	uint32_t p = page, end = page + pages, step = z->pageblock_pages;

	while (p < end) {
		buddy_set_type(z, p, t);
		p += step;
	}
}

void buddy_move_tail(struct zone *z, uint32_t i, uint32_t t)
{
	uint32_t p = buddy_parent(i), b = buddy_sibling(i);

	buddy_take(z, i);
	if (p >= BUDDY_ROOT && LV(*z, i) >= z->pageblock_order && ST(*z, b) == NODE_FREE)
		buddy_keep(z, p);
	buddy_put_tail(z, i, t);
}
