/* A zone's beginning. */
/* SPDX-License-Identifier: MIT */
#include "zone.h"
#include "block.h"

static void levels_init(struct zone *z)
{
	for (uint32_t i = 0; i < 2u * BUDDY_ROOT; i++)
		LV(*z, i) = BUDDY_ORDER_MAX;
	for (uint32_t i = 2u * BUDDY_ROOT; i < BUDDY_NODES; i++)
		LV(*z, i) = (uint8_t)(LV(*z, i / 2u) - 1u);
}

static void states_init(struct zone *z)
{
	for (uint32_t i = 0; i < BUDDY_NODES; i++) {
		ST(*z, i) = NODE_NONE;
		z->kept[i] = 0;
	}
	for (uint32_t i = BUDDY_ROOT; i < 2u * BUDDY_ROOT; i++)
		ST(*z, i) = NODE_HOLE;
}

static void heads_init(struct zone *z)
{
	for (uint32_t l = 0; l < BUDDY_LISTS; l++) {
		LS(*z, HEAD(l)) = (uint16_t)l;
		NX(*z, HEAD(l)) = HEAD(l);
		PV(*z, HEAD(l)) = HEAD(l);
		z->count[l] = 0;
	}
	for (uint32_t q = 0; q < BUDDY_GROUPS; q++)
		z->pages[q] = 0;
	z->clock = 0;
}

static void geometry_init(struct zone *z, uint32_t max_order, uint32_t pageblock_order,
			  uint32_t start, uint32_t end)
{
	z->max_order = max_order;
	z->pageblock_order = pageblock_order;
	z->pageblock_pages = buddy_size(pageblock_order);
	z->start = start;
	z->end = end;
}

static void types_init(struct zone *z, uint32_t t)
{
	for (uint32_t k = 0; k < BUDDY_PAGES; k++)
		z->type[k] = (uint8_t)t;
}

void zone_init(struct zone *z, uint32_t max_order, uint32_t pageblock_order, uint32_t start,
	       uint32_t end, uint32_t t)
{
	levels_init(z);
	states_init(z);
	heads_init(z);
	geometry_init(z, max_order, pageblock_order, start, end);
	types_init(z, t);
}

/* Only roots that were opened have anything below them. */
static void root_clear(struct zone *z, uint32_t root)
{
	uint32_t first = root, many = 1;

	while (first < BUDDY_NODES) {
		for (uint32_t k = 0; k < many; k++) {
			ST(*z, first + k) = NODE_NONE;
			z->kept[first + k] = 0;
		}
		first *= 2u;
		many *= 2u;
	}
	ST(*z, root) = NODE_HOLE;
}

void zone_reset(struct zone *z, uint32_t max_order, uint32_t pageblock_order, uint32_t start,
		uint32_t end, uint32_t t)
{
	for (uint32_t i = BUDDY_ROOT; i < 2u * BUDDY_ROOT; i++)
		if (ST(*z, i) != NODE_HOLE)
			root_clear(z, i);
	heads_init(z);
	geometry_init(z, max_order, pageblock_order, start, end);
	for (uint32_t p = 0; p < end; p += z->pageblock_pages)
		z->type[p / z->pageblock_pages] = (uint8_t)t;
}
