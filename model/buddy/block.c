/* Blocks of a zone: where they lie, splitting and merging them. */
/* SPDX-License-Identifier: MIT */
#include "block.h"
#include "count.h"

uint32_t buddy_size(uint32_t order)
{
	return 1u << order;
}

uint32_t buddy_list(uint32_t owner, uint32_t order, uint32_t type)
{
	return (owner * 16u + order) * 8u + type;
}

uint32_t buddy_parent(uint32_t i)
{
	return i / 2u;
}

uint32_t buddy_sibling(uint32_t i)
{
	return i % 2u == 0u ? i + 1u : i - 1u;
}

uint32_t buddy_node(uint32_t page, uint32_t order)
{
	return (BUDDY_PAGES + page) >> order;
}

uint32_t buddy_page(const struct zone *z, uint32_t i)
{
	return (i << LV(*z, i)) - BUDDY_PAGES;
}

uint32_t buddy_block(const struct zone *z, uint32_t page)
{
	uint32_t i = BUDDY_PAGES + page;

	while (ST(*z, i) == NODE_NONE)
		i /= 2u;
	return i;
}

void buddy_split(struct zone *z, uint32_t i)
{
	uint32_t a = 2u * i, b = 2u * i + 1u;
	uint8_t state = ST(*z, i);

	ST(*z, i) = NODE_SPLIT;
	ST(*z, a) = state;
	ST(*z, b) = state;
}

void buddy_merge(struct zone *z, uint32_t i)
{
	uint32_t a = 2u * i, b = 2u * i + 1u;

	ST(*z, i) = NODE_ALLOC;
	ST(*z, a) = NODE_NONE;
	ST(*z, b) = NODE_NONE;
	z->kept[i] = 0;
}

void buddy_open(struct zone *z, uint32_t i)
{
	ST(*z, i) = NODE_ALLOC;
}

void buddy_keep(struct zone *z, uint32_t i)
{
	z->kept[i] = 1;
}
