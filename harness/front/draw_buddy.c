/* Draws a zone: a column is a page, a digit begins a free block of that order; then its lists. */
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
#define FREE_TYPES 4u
#define PCP_HEADS 0x80001000u
#define PCP_HEADS_COUNT 16u
#define PCP_TYPES 3u
#define COLUMNS 64u
#define PAGES_MAX (1u << 24)
#define WALK_MAX 65536u
#define SHOWN_MAX 10u
#define HEAD_NAME_MAX 64

struct zone_map {
	uint32_t first, pages;
	uint32_t pageblock_pages;
	char *page[SIDES]; /* '.' in use, "3-------" a free block, "p=" one on a per-cpu list */
};

/* "free 6 movable": what a head of lists is of. Returns: false if @node is none. */
static bool head_name(const struct tables *tables, uint64_t node, char *out, size_t bytes)
{
	const char *names = tables->field[field_find(tables, "block_type")].names;
	uint64_t free = node - FREE_HEADS, pcp = node - PCP_HEADS;
	char type[FORM_TEXT_MAX];

	if (free < FREE_HEADS_COUNT)
		(void)snprintf(out, bytes, "free %" PRIu64 " %s", free / FREE_TYPES,
			       form_print(tables, FORM_ENUM, names, free % FREE_TYPES, type));
	else if (pcp < PCP_HEADS_COUNT)
		(void)snprintf(out, bytes, "pcp %" PRIu64 " %s", pcp / PCP_TYPES,
			       form_print(tables, FORM_ENUM, names, pcp % PCP_TYPES, type));
	else
		return false;
	return true;
}

bool note_buddy(const struct tables *tables, const struct cell *cell, bool key, char *out,
		size_t bytes)
{
	const struct field_row *field = &tables->field[cell->field];
	uint64_t node = key ? cell->key : cell->value;
	char name[HEAD_NAME_MAX];

	if ((key ? field->key_form : field->value_form) != FORM_PTR ||
	    !head_name(tables, node, name, sizeof(name)))
		return false;
	(void)snprintf(out, bytes, "order%s", strchr(name, ' '));
	return true;
}

/* The zone in whole pageblocks: those whose types the view tells. */
static bool zone_bounds(const struct state_pair *pair, struct zone_map *map)
{
	uint32_t from, to, last;

	if (!state_range(pair, "block_type", &from, &to))
		return false;
	map->first = pair->want[pair->order[from]].key;
	last = pair->want[pair->order[to - 1]].key;
	map->pageblock_pages =
	    to - from > 1 ? pair->want[pair->order[from + 1]].key - map->first : COLUMNS;
	map->pages = last - map->first + map->pageblock_pages;
	return map->pages < PAGES_MAX;
}

/* Blocks of 2^@order pages on one list. */
static void list_fill(const struct state_pair *pair, enum side side, struct zone_map *map,
		      uint32_t head, uint32_t order)
{
	uint64_t at = state_value(pair, side, "next", 0, head);
	bool free = head < PCP_HEADS;

	for (uint32_t n = 0; n < WALK_MAX && at < FREE_HEADS; n++) {
		for (uint32_t k = 0; k < 1u << order; k++)
			if (at + k - map->first < map->pages)
				map->page[side][at + k - map->first] =
				    k > 0  ? "=-"[free]
				    : free ? "0123456789abcdefghijk"[order]
					   : 'p';
		at = state_value(pair, side, "next", 0, (uint32_t)at);
	}
}

static void pages_fill(const struct state_pair *pair, enum side side, struct zone_map *map)
{
	map->page[side] = memory_new(map->pages, 1);
	memset(map->page[side], '.', map->pages);
	for (uint32_t i = 0; i < FREE_HEADS_COUNT; i++)
		list_fill(pair, side, map, FREE_HEADS + i, i / FREE_TYPES);
	for (uint32_t i = 0; i < PCP_HEADS_COUNT; i++)
		list_fill(pair, side, map, PCP_HEADS + i, i / PCP_TYPES);
}

/* One row's pages, then a letter for the type of each pageblock that begins in it. */
static void row_text(const struct state_pair *pair, enum side side, const struct zone_map *map,
		     uint32_t at, char out[2 * COLUMNS + 2])
{
	const char *names = pair->tables->field[field_find(pair->tables, "block_type")].names;
	uint32_t length = map->pages - at < COLUMNS ? map->pages - at : COLUMNS, used = COLUMNS;
	char type[FORM_TEXT_MAX];

	memset(out, ' ', COLUMNS + 1);
	memcpy(out, map->page[side] + at, length);
	used++;
	for (uint32_t k = 0; k < length; k++) {
		uint32_t pfn = map->first + at + k;
		uint64_t value;

		if ((pfn - map->first) % map->pageblock_pages != 0)
			continue;
		value = state_value(pair, side, "block_type", 0, pfn);
		out[used++] = form_print(pair->tables, FORM_ENUM, names, value, type)[0];
	}
	while (out[used - 1] == ' ')
		used--;
	out[used] = '\0';
}

/* Inside a free block: the row that begins it tells enough. */
static bool row_inner(const char *row)
{
	return strspn(row, "-") == strlen(row);
}

static void repeats_show(uint32_t *repeats)
{
	if (*repeats > 0)
		(void)printf("  %-10s ... %u more like it\n", "", *repeats);
	*repeats = 0;
}

/* All rows but those inside a block and those that equal the one before. */
static void map_draw(const struct state_pair *pair, const struct zone_map *map)
{
	char row[SIDES][2 * COLUMNS + 2], last[2 * COLUMNS + 2] = "";
	uint32_t repeats = 0;

	for (uint32_t at = 0; at < map->pages; at += COLUMNS) {
		bool differs;

		for (int side = 0; side < SIDES; side++)
			row_text(pair, (enum side)side, map, at, row[side]);
		differs = strcmp(row[0], row[1]) != 0;
		if (!differs && row_inner(row[0]))
			continue;
		if (!differs && strcmp(row[0], last) == 0) {
			repeats++;
			continue;
		}
		repeats_show(&repeats);
		if (differs)
			(void)printf("! 0x%-8x %s model\n  %-10s %s target\n", map->first + at,
				     row[0], "", row[1]);
		else
			(void)printf("  0x%-8x %s\n", map->first + at, row[0]);
		(void)strcpy(last, differs ? "" : row[0]);
	}
	repeats_show(&repeats);
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
	char name[HEAD_NAME_MAX] = "";

	for (uint32_t head = heads; head < heads + count; head++) {
		char *model = list_text(pair, SIDE_MODEL, head);
		char *target = list_text(pair, SIDE_TARGET, head);

		(void)head_name(pair->tables, head, name, sizeof(name));
		if (strcmp(model, target) != 0)
			(void)printf("! %-19s model %s\n  %-19s target%s\n", name,
				     model[0] ? model : " empty", "",
				     target[0] ? target : " empty");
		else if (model[0] != '\0')
			(void)printf("  %-19s%s\n", name, model);
		free(model);
		free(target);
	}
}

void draw_buddy(const struct state_pair *pair)
{
	struct zone_map map = { 0 };

	if (zone_bounds(pair, &map)) {
		for (int side = 0; side < SIDES; side++)
			pages_fill(pair, (enum side)side, &map);
		(void)printf("zone (a column is a page: . in use, 3------- a free block of order "
			     "3, p======= "
			     "one on a per-cpu list;\n"
			     "      then the type of each pageblock that begins in the row)\n");
		map_draw(pair, &map);
		free(map.page[0]);
		free(map.page[1]);
	}
	(void)printf("lists (order and type, first to last)\n");
	lists_draw(pair, FREE_HEADS, FREE_HEADS_COUNT);
	lists_draw(pair, PCP_HEADS, PCP_HEADS_COUNT);
}
