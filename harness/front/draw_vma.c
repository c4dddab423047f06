/* Draws an address space: its VMAs as letters, one page a column, and as a list, on both sides. */
/* SPDX-License-Identifier: MIT */
#include "state_pair.h"
#include "../../model/vma/env.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 64u
#define AREAS_MAX 256u

struct area {
	uint64_t start, end; /* pages */
};

/* A page with its region's name. */
static const char *page_name(const struct tables *tables, uint64_t page, char out[FORM_TEXT_MAX])
{
	(void)form_print(tables, FORM_PTR, "", page << 12, out);
	if (strncmp(out, "0x", 2) == 0 || strcmp(out, "NULL") == 0)
		(void)snprintf(out, FORM_TEXT_MAX, "page 0x%" PRIx64, page);
	return out;
}

/* What one side has in a cell of that page. */
static uint64_t page_value(const struct state_pair *pair, enum side side, const char *field,
			   uint64_t page)
{
	return state_value(pair, side, field, page_space(page), page_key(page));
}

/* One side's VMAs, from one to the next. */
static uint32_t areas_collect(const struct state_pair *pair, enum side side,
			      struct area area[AREAS_MAX])
{
	uint32_t from, to, count = 0;
	uint64_t page;

	if (!state_range(pair, "next", &from, &to))
		return 0;
	page = cell_page(pair->want[pair->order[from]].space, pair->want[pair->order[from]].key);
	while (count < AREAS_MAX) {
		uint64_t start = page_value(pair, side, "next", page);
		uint64_t end =
		    start == CELL_ABSENT ? CELL_ABSENT : page_value(pair, side, "end", start);

		if (end == CELL_ABSENT)
			break;
		area[count++] = (struct area){ start, end };
		page = end;
	}
	return count;
}

static char letter_of(uint32_t index)
{
	return (char)('A' + index % 26);
}

/* The letters of one line of pages; '.' where nothing is mapped. */
static bool row_fill(const struct area *area, uint32_t count, uint64_t page, char row[COLUMNS + 1])
{
	bool any = false;

	memset(row, '.', COLUMNS);
	row[COLUMNS] = '\0';
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t at = 0; at < COLUMNS; at++)
			if (page + at >= area[i].start && page + at < area[i].end) {
				row[at] = letter_of(i);
				any = true;
			}
	return any;
}

static void row_draw(const struct state_pair *pair, const struct area *const area[SIDES],
		     const uint32_t count[SIDES], uint64_t page)
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
	uint64_t last = UINT64_MAX;

	for (uint32_t i = 0, j = 0; i < count[0] || j < count[1];) {
		bool model =
		    j >= count[1] || (i < count[0] && area[0][i].start <= area[1][j].start);
		const struct area *next = model ? &area[0][i++] : &area[1][j++];
		uint64_t first = next->start / COLUMNS, end = (next->end - 1) / COLUMNS;

		if (last == UINT64_MAX || first > last) {
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

static bool area_starts(const struct area *area, uint32_t count, uint64_t start)
{
	for (uint32_t i = 0; i < count; i++)
		if (area[i].start == start)
			return true;
	return false;
}

static void area_text(const struct state_pair *pair, enum side side, uint64_t start, char *out,
		      size_t bytes)
{
	static const char letters[] = "rwxs";
	uint64_t end = page_value(pair, side, "end", start);
	uint64_t perms = page_value(pair, side, "perms", start);
	char access[5] = "---p";

	for (uint32_t i = 0; i < 4; i++)
		if (perms >> i & 1)
			access[i] = letters[i];
	(void)snprintf(out, bytes, "%" PRIu64 " pages %s object %" PRIu64 " pgoff 0x%" PRIx64,
		       end - start, access, page_value(pair, side, "object", start),
		       page_value(pair, side, "pgoff", start));
}

/* The VMA that begins at @start, on both sides; its letter is that of the map, the model's if it has one. */
static void area_draw(const struct state_pair *pair, const struct area *const area[SIDES],
		      const uint32_t count[SIDES], uint64_t start, char letter)
{
	char text[SIDES][96], name[FORM_TEXT_MAX];

	for (int side = 0; side < SIDES; side++) {
		if (area_starts(area[side], count[side], start))
			area_text(pair, (enum side)side, start, text[side], sizeof(text[side]));
		else
			(void)strcpy(text[side], "none begins here");
	}
	(void)printf("%c %c %-18s ", strcmp(text[0], text[1]) != 0 ? '!' : ' ', letter,
		     page_name(pair->tables, start, name));
	state_columns(pair, 44, text[0], text[1]);
}

static void list_draw(const struct state_pair *pair, const struct area *const area[SIDES],
		      const uint32_t count[SIDES])
{
	for (uint32_t i = 0, j = 0; i < count[0] || j < count[1];) {
		bool model =
		    j >= count[1] || (i < count[0] && area[0][i].start <= area[1][j].start);
		uint64_t start = model ? area[0][i].start : area[1][j].start;

		area_draw(pair, area, count, start, letter_of(model ? i : j));
		i += i < count[0] && area[0][i].start == start;
		j += j < count[1] && area[1][j].start == start;
	}
}

/* As in /proc/PID/smaps. */
static void flags_text(uint64_t flags, char *out, size_t bytes)
{
	static const char names[] =
	    "rd wr ex sh mr mw me ms gd .. .. .. .. lo .. sr rr dc de lf ac "
	    "nr ht sf ar wf dd sd mm hg nh mg";
	size_t used = 0;

	for (uint32_t bit = 0; bit < sizeof(names) / 3; bit++)
		if (flags >> bit & 1 && used + 4 < bytes)
			used += (size_t)snprintf(out + used, bytes - used, "%s%.2s",
						 used ? " " : "", names + bit * 3);
	if (used == 0)
		(void)snprintf(out, bytes, "no flag");
}

bool note_vma(const struct tables *tables, const struct cell *cell, bool key, char *out,
	      size_t bytes)
{
	const char *field = tables->field[cell->field].name;
	bool page = strcmp(field, "next") == 0 || strcmp(field, "end") == 0;
	char name[FORM_TEXT_MAX];

	if (key ? tables->field[cell->field].key_form == FORM_HEX : page)
		(void)snprintf(
		    out, bytes, "%s",
		    page_name(tables, key ? cell_page(cell->space, cell->key) : cell->value, name));
	else if (!key && strcmp(field, "vm_flags") == 0)
		flags_text(cell->value, out, bytes);
	else
		return false;
	return true;
}

void draw_vma(const struct state_pair *pair)
{
	struct area model[AREAS_MAX], target[AREAS_MAX];
	const struct area *const area[SIDES] = { model, target };
	uint32_t count[SIDES];

	count[0] = areas_collect(pair, SIDE_MODEL, model);
	count[1] = areas_collect(pair, SIDE_TARGET, target);
	(void)printf("map (a column is a page)\n");
	map_draw(pair, area, count);
	(void)printf("VMAs%s\n", pair->alone ? "" : " (model, target)");
	list_draw(pair, area, count);
}
