/* What lies in a pageblock, and moving its free blocks to another type. */
/* SPDX-License-Identifier: MIT */
#include "census.h"
#include "rules.h"

bool buddy_block_whole(const struct zone *z, uint32_t page)
{
	uint32_t first = page - page % z->pageblock_pages;

	return first >= z->start && first + z->pageblock_pages <= z->end;
}

/* How many of the @size pages from @page on are marked. */
static uint32_t pages_marked(const uint8_t *lru, uint32_t page, uint32_t size)
{
	uint32_t marked = 0;

	for (uint32_t k = 0; k < size; k++)
		if (lru[page + k] != 0)
			marked++;
	return marked;
}

struct buddy_census buddy_block_census(const struct zone *z, const uint8_t *lru, uint32_t page)
{
	struct buddy_census census = { 0, 0 };
	uint32_t at = page - page % z->pageblock_pages, end = at + z->pageblock_pages;

	while (at < end) {
		uint32_t i = buddy_block(z, at), size = buddy_size(z->t.lv[i]);

		if (size > end - at)
			size = end - at;
		if (z->t.st[i] == NODE_FREE)
			census.free += size;
		else
			census.movable += pages_marked(lru, at, size);
		at += size;
	}
	return census;
}

uint32_t buddy_block_move(struct zone *z, struct trace *t, uint32_t page, uint32_t type)
{
	uint32_t first = page - page % z->pageblock_pages, moved = 0, at = first;

	while (at < first + z->pageblock_pages) {
		uint32_t i = buddy_block(z, at), size = buddy_size(z->t.lv[i]);

		if (z->t.st[i] == NODE_FREE) {
			hand_move(z, t, i, type);
			moved += size;
			rule_fire(t, BUDDY_RULE_move_to_tail);
		}
		at += size;
	}
	hand_retype(z, t, first, z->pageblock_pages, type);
	return moved;
}
