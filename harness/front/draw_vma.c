/* Draws an address space: its VMAs as letters, one page a column, and as a list, on both sides. */
/* SPDX-License-Identifier: MIT */
#include "state_pair.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 64u
#define AREAS_MAX 256u

struct area {
	uint32_t start, end; /* pages, as keys: modulo 2^32 */
};

/* A page number with its region's name. Keys have lost the upper bits of high addresses. */
static const char *page_name(const struct tables *tables, uint32_t page, char out[FORM_TEXT_MAX])
{
	for (uint64_t high = 0; high < 8; high++) {
		(void)form_print(tables, FORM_PTR, "", (high << 32 | page) << 12, out);
		if (strncmp(out, "0x", 2) != 0 && strcmp(out, "NULL") != 0)
			return out;
	}
	(void)snprintf(out, FORM_TEXT_MAX, "page 0x%x", page);
	return out;
}

static uint32_t areas_collect(const struct state_pair *pair, enum side side,
			      struct area area[AREAS_MAX])
{
	uint32_t from, to, count = 0;

	(void)state_range(pair, "end", &from, &to);
	for (uint32_t i = from; i < to && count < AREAS_MAX; i++) {
		uint64_t end = state_at(pair, side, i);
		uint32_t start = pair->want[pair->order[i]].key;

		if (end != CELL_ABSENT && end != 0)
			area[count++] = (struct area){ start, (uint32_t)end };
	}
	return count;
}

/* The letters of one line of pages; '.' where nothing is mapped. */
static bool row_fill(const struct area *area, uint32_t count, uint32_t page, char row[COLUMNS + 1])
{
	bool any = false;

	memset(row, '.', COLUMNS);
	row[COLUMNS] = '\0';
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t at = 0; at < COLUMNS; at++)
			if (page + at >= area[i].start && page + at < area[i].end) {
				row[at] = (char)('A' + i % 26);
				any = true;
			}
	return any;
}

static void row_draw(const struct state_pair *pair, const struct area *const area[SIDES],
		     const uint32_t count[SIDES], uint32_t page)
{
	char row[SIDES][COLUMNS + 1], name[FORM_TEXT_MAX];
	bool any = row_fill(area[0], count[0], page, row[0]);

	any = row_fill(area[1], count[1], page, row[1]) || any;
	if (!any)
		return;
	(void)page_name(pair->tables, page, name);
	if (strcmp(row[0], row[1]) == 0)
		(void)printf("  %-18s %s\n", name, row[0]);
	else
		(void)printf("! %-18s %s model\n  %-18s %s target\n", name, row[0], "", row[1]);
}

/* Lines of COLUMNS pages around every start and end; long stretches inside a VMA are left out. */
static void map_draw(const struct state_pair *pair, const struct area *const area[SIDES],
		     const uint32_t count[SIDES])
{
	uint32_t last = UINT32_MAX;

	for (uint32_t i = 0, j = 0; i < count[0] || j < count[1];) {
		bool model =
		    j >= count[1] || (i < count[0] && area[0][i].start <= area[1][j].start);
		const struct area *next = model ? &area[0][i++] : &area[1][j++];
		uint32_t first = next->start / COLUMNS, end = (next->end - 1) / COLUMNS;

		if (last == UINT32_MAX || first > last) {
			row_draw(pair, area, count, first * COLUMNS);
			last = first;
		}
		if (end > last && next->end > next->start) {
			if (end > last + 1)
				(void)printf("  %-18s ...\n", "");
			row_draw(pair, area, count, end * COLUMNS);
			last = end;
		}
	}
}

static void area_text(const struct state_pair *pair, enum side side, uint32_t start, char *out,
		      size_t bytes)
{
	static const char letters[] = "rwxs";
	uint64_t end = state_value(pair, side, "end", 0, start);
	uint64_t perms = state_value(pair, side, "perms", 0, start);
	char access[5] = "---p";

	if (end == CELL_ABSENT || end == 0) {
		(void)snprintf(out, bytes, "absent");
		return;
	}
	for (uint32_t i = 0; i < 4; i++)
		if (perms >> i & 1)
			access[i] = letters[i];
	(void)snprintf(out, bytes, "%" PRIu64 " pages %s object %" PRIu64 " pgoff 0x%" PRIx64,
		       (uint32_t)end - (uint64_t)start, access,
		       state_value(pair, side, "object", 0, start),
		       state_value(pair, side, "pgoff", 0, start));
}

static void list_draw(const struct state_pair *pair)
{
	uint32_t from, to;
	char text[SIDES][96], name[FORM_TEXT_MAX];

	(void)state_range(pair, "end", &from, &to);
	for (uint32_t i = from; i < to && i < from + AREAS_MAX; i++) {
		uint32_t start = pair->want[pair->order[i]].key;

		for (int side = 0; side < SIDES; side++)
			area_text(pair, (enum side)side, start, text[side], sizeof(text[side]));
		(void)printf("%c %c %-18s %-44s %s\n", strcmp(text[0], text[1]) != 0 ? '!' : ' ',
			     (char)('A' + (i - from) % 26), page_name(pair->tables, start, name),
			     text[0], strcmp(text[0], text[1]) != 0 ? text[1] : "=");
	}
}

void draw_vma(const struct state_pair *pair, const struct cell *mark)
{
	struct area model[AREAS_MAX], target[AREAS_MAX];
	const struct area *const area[SIDES] = { model, target };
	uint32_t count[SIDES];

	(void)mark;
	count[0] = areas_collect(pair, SIDE_MODEL, model);
	count[1] = areas_collect(pair, SIDE_TARGET, target);
	(void)printf("map (a column is a page)\n");
	map_draw(pair, area, count);
	(void)printf("VMAs (model, target)\n");
	list_draw(pair);
}
