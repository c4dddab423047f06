/* Draws a zone: a column is a page, a digit begins a free block of that order; then the lists that differ. */
/* SPDX-License-Identifier: MIT */
#include "error.h"
#include "state_pair.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Heads of lists as model/buddy/region.def lays them out. */
#define FREE_HEADS 0x80000000u
#define FREE_HEADS_COUNT 64u
#define PCP_HEADS 0x80001000u
#define PCP_HEADS_COUNT 16u
#define COLUMNS 64u
#define ROWS_MAX 48u
#define WALK_MAX 65536u
#define SHOWN_MAX 10u

struct zone_map {
	uint32_t first, pages;
	char *page[SIDES]; /* '.' in use, digit and '-' a free block, 'p' on a per-cpu list */
};

/* First and last PFN that the view speaks of. */
static bool zone_bounds(const struct state_pair *pair, struct zone_map *map)
{
	uint32_t from, to, last = 0;

	map->first = UINT32_MAX;
	(void)state_range(pair, "order", &from, &to);
	for (uint32_t i = from; i < to; i++) {
		uint32_t pfn = pair->want[pair->order[i]].key;

		if (pfn >= FREE_HEADS)
			continue;
		map->first = pfn < map->first ? pfn : map->first;
		last = pfn > last ? pfn : last;
	}
	if (map->first > last)
		return false;
	map->pages = last - map->first + 1;
	return map->pages < 1u << 24;
}

static void blocks_fill(const struct state_pair *pair, enum side side, struct zone_map *map)
{
	uint32_t from, to;

	(void)state_range(pair, "order", &from, &to);
	for (uint32_t i = from; i < to; i++) {
		uint32_t pfn = pair->want[pair->order[i]].key;
		uint64_t order = state_at(pair, side, i);

		if (pfn >= FREE_HEADS || order > 20)
			continue;
		for (uint32_t at = pfn - map->first, k = 0; k < 1u << order && at < map->pages;
		     k++, at++)
			map->page[side][at] = k ? '-' : "0123456789abcdefghijk"[order];
	}
}

static void pcp_fill(const struct state_pair *pair, enum side side, struct zone_map *map)
{
	for (uint32_t head = PCP_HEADS; head < PCP_HEADS + PCP_HEADS_COUNT; head++) {
		uint64_t at = state_value(pair, side, "next", 0, head);

		for (uint32_t n = 0; n < WALK_MAX && at < FREE_HEADS; n++) {
			if (at >= map->first && at - map->first < map->pages)
				map->page[side][at - map->first] = 'p';
			at = state_value(pair, side, "next", 0, (uint32_t)at);
		}
	}
}

static bool row_differs(const struct zone_map *map, uint32_t at, uint32_t length)
{
	return memcmp(map->page[0] + at, map->page[1] + at, length) != 0;
}

/* Small zones whole; of large ones only lines that differ and those around the mark. */
static void map_draw(const struct zone_map *map, uint32_t mark)
{
	uint32_t rows = 0;
	bool gap = false;

	for (uint32_t at = 0; at < map->pages && rows < ROWS_MAX; at += COLUMNS) {
		uint32_t length = map->pages - at < COLUMNS ? map->pages - at : COLUMNS;
		uint32_t pfn = map->first + at;
		bool differs = row_differs(map, at, length);
		bool near = mark + 4 * COLUMNS >= pfn && mark < pfn + 5 * COLUMNS;

		if (map->pages > ROWS_MAX * COLUMNS && !differs && !near) {
			if (!gap)
				(void)printf("  ...\n");
			gap = true;
			continue;
		}
		gap = false;
		rows++;
		if (!differs)
			(void)printf("  0x%-8x %.*s\n", pfn, (int)length, map->page[0] + at);
		else
			(void)printf("! 0x%-8x %.*s model\n  %-10s %.*s target\n", pfn, (int)length,
				     map->page[0] + at, "", (int)length, map->page[1] + at);
	}
}

static char *list_text(const struct state_pair *pair, enum side side, uint32_t head)
{
	char *text = text_format("%s", ""), *longer;
	uint64_t at = state_value(pair, side, "next", 0, head);
	uint32_t length = 0;

	for (; length < WALK_MAX && at < FREE_HEADS; length++) {
		if (length < SHOWN_MAX) {
			longer = text_format("%s 0x%" PRIx64, text, at);
			free(text);
			text = longer;
		}
		at = state_value(pair, side, "next", 0, (uint32_t)at);
	}
	if (length <= SHOWN_MAX)
		return text;
	longer = text_format("%s ... (%u)", text, length);
	free(text);
	return longer;
}

static void lists_draw(const struct state_pair *pair, uint32_t heads, uint32_t count)
{
	char name[FORM_TEXT_MAX];

	for (uint32_t head = heads; head < heads + count; head++) {
		char *model = list_text(pair, SIDE_MODEL, head);
		char *target = list_text(pair, SIDE_TARGET, head);

		(void)form_print(pair->tables, FORM_PTR, "", head, name);
		if (strcmp(model, target) != 0)
			(void)printf("! %-8s model %s\n  %-8s target%s\n", name, model, "", target);
		else if (model[0] != '\0')
			(void)printf("  %-8s%s\n", name, model);
		free(model);
		free(target);
	}
}

void draw_buddy(const struct state_pair *pair, const struct cell *mark)
{
	struct zone_map map = { 0 };

	if (zone_bounds(pair, &map)) {
		for (int side = 0; side < SIDES; side++) {
			map.page[side] = memory_new(map.pages, 1);
			memset(map.page[side], '.', map.pages);
			blocks_fill(pair, (enum side)side, &map);
			pcp_fill(pair, (enum side)side, &map);
		}
		(void)printf("zone (a column is a page: . in use, p per-cpu list, 3------- free "
			     "block of order 3)\n");
		map_draw(&map, mark && mark->key < FREE_HEADS ? mark->key : map.first);
		free(map.page[0]);
		free(map.page[1]);
	}
	(void)printf("lists (free#: order * 4 + type, pcp#: order * 3 + type)\n");
	lists_draw(pair, FREE_HEADS, FREE_HEADS_COUNT);
	lists_draw(pair, PCP_HEADS, PCP_HEADS_COUNT);
}
