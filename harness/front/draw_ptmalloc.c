/* Draws a heap: its chunks in order of address, then its lists, on both sides. */
/* SPDX-License-Identifier: MIT */
#include "error.h"
#include "state_pair.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Pointers and chunk keys as model/ptmalloc/region.def and view.def lay them out. */
#define REGION_SHIFT 40
#define OFFSET_MASK ((UINT64_C(1) << REGION_SHIFT) - 1)
#define CHUNK_TO_MEM 0x10u
#define BIN_BASE UINT64_C(0x1000000000000000)
#define BINS 128u
#define SMALL_BINS 64u
#define FASTBINS 10u
#define TCACHE_BINS 64u
#define WALK_MAX 20000u
#define SHOWN_MAX 8u
#define ROWS_MAX 120u

/* The list that a chunk was met on. */
struct place {
	uint64_t pointer;
	char list[20];
};

/* Of one side. */
struct places {
	struct place *place;
	uint32_t count;
};

static uint16_t pointer_space(uint64_t pointer)
{
	return (uint16_t)(pointer >> REGION_SHIFT);
}

static uint32_t pointer_key(uint64_t pointer)
{
	return (uint32_t)(((pointer & OFFSET_MASK) - CHUNK_TO_MEM) / 16);
}

static uint64_t chunk_pointer(const struct cell *cell)
{
	return ((uint64_t)cell->space << REGION_SHIFT) + (uint64_t)cell->key * 16 + CHUNK_TO_MEM;
}

static void place_note(struct places *places, uint64_t pointer, const char *list)
{
	if ((places->count & (places->count - 1)) == 0)
		places->place = memory_grow(places->place, places->count ? places->count * 2 : 1,
					    sizeof(struct place));
	places->place[places->count].pointer = pointer;
	(void)snprintf(places->place[places->count].list, sizeof(places->place[0].list), "%s",
		       list);
	places->count++;
}

/* A list as text: its pointers, cut after a few; each is noted in @places. */
static char *list_walk(const struct state_pair *pair, enum side side, struct places *places,
		       const char *name, uint64_t pointer, uint64_t end, const char *link)
{
	char *text = text_format("%s", ""), point[FORM_TEXT_MAX];
	uint32_t length = 0;

	while (pointer != end && pointer != CELL_ABSENT && pointer != 0 && length < WALK_MAX) {
		place_note(places, pointer, name);
		if (length < SHOWN_MAX) {
			char *longer =
			    text_format("%s%s%s", text, length ? " " : "",
					form_print(pair->tables, FORM_PTR, "", pointer, point));

			free(text);
			text = longer;
		}
		length++;
		pointer =
		    state_value(pair, side, link, pointer_space(pointer), pointer_key(pointer));
	}
	if (length > SHOWN_MAX) {
		char *longer = text_format("%s ... (%u)", text, length);

		free(text);
		text = longer;
	}
	return text;
}

/* One list on both sides; printed where either has something. */
static void list_draw(const struct state_pair *pair, struct places places[SIDES], const char *name,
		      const char *head, uint32_t key, uint64_t end, const char *link)
{
	char *text[SIDES];

	for (int side = 0; side < SIDES; side++)
		text[side] = list_walk(pair, (enum side)side, &places[side], name,
				       state_value(pair, (enum side)side, head, 0, key), end, link);
	if (strcmp(text[0], text[1]) != 0)
		(void)printf("! %-12s model  %s\n  %-12s target %s\n", name, text[0], "", text[1]);
	else if (text[0][0] != '\0')
		(void)printf("  %-12s %s\n", name, text[0]);
	free(text[0]);
	free(text[1]);
}

static void lists_draw(const struct state_pair *pair, struct places places[SIDES])
{
	char name[24];

	for (uint32_t i = 0; i < TCACHE_BINS; i++) {
		(void)snprintf(name, sizeof(name), "tcache %u", i);
		list_draw(pair, places, name, "tcache_entry", i, 0, "tcache_next");
	}
	for (uint32_t i = 0; i < FASTBINS; i++) {
		(void)snprintf(name, sizeof(name), "fastbin %u", i);
		list_draw(pair, places, name, "fastbin", i, 0, "fast_next");
	}
	for (uint32_t i = 1; i < BINS; i++) {
		(void)snprintf(name, sizeof(name), i == 1 ? "unsorted" : "%s %u",
			       i < SMALL_BINS ? "small" : "large", i);
		list_draw(pair, places, name, "bin_fd", i, BIN_BASE + i, "fd");
	}
}

static const char *place_find(const struct places *places, uint64_t pointer)
{
	for (uint32_t i = 0; i < places->count; i++)
		if (places->place[i].pointer == pointer)
			return places->place[i].list;
	return NULL;
}

/* "0x290 P  in use s3" */
static void chunk_text(const struct state_pair *pair, enum side side, const struct places *places,
		       uint64_t pointer, uint64_t head, char *out, size_t bytes)
{
	const char *list = place_find(places, pointer);
	char slot[8] = "";

	if (head == CELL_ABSENT) {
		(void)snprintf(out, bytes, "absent");
		return;
	}
	for (uint32_t i = 0; i < SLOTS; i++)
		if (pair->slot[i] == pointer)
			(void)snprintf(slot, sizeof(slot), " s%u", i);
	if (state_value(pair, side, "top", 0, 0) == pointer)
		list = "top";
	else if (list == NULL && (head & ~UINT64_C(7)) <= 0x10)
		list = "fencepost";
	(void)snprintf(
	    out, bytes, "0x%" PRIx64 "%s%s  %s%s%s", head & ~UINT64_C(7), head & 1 ? " P" : "",
	    head & 2 ? " M" : "", list ? list : "in use", list ? "" : slot,
	    state_value(pair, side, "last_remainder", 0, 0) == pointer ? ", last_remainder" : "");
}

static void chunks_draw(const struct state_pair *pair, const struct places places[SIDES])
{
	char text[SIDES][96], point[FORM_TEXT_MAX];
	uint32_t from, to;

	if (!state_range(pair, "head", &from, &to))
		return;
	(void)printf("  %-22s %-36s %s\n", "pointer", "model: size, flags, place", "target");
	for (uint32_t i = from; i < to && i < from + ROWS_MAX; i++) {
		uint64_t pointer = chunk_pointer(&pair->want[pair->order[i]]);

		if (i > from && chunk_pointer(&pair->want[pair->order[i - 1]]) == pointer)
			continue; /* a view may hold a cell twice */
		for (int side = 0; side < SIDES; side++)
			chunk_text(pair, (enum side)side, &places[side], pointer,
				   state_at(pair, (enum side)side, i), text[side],
				   sizeof(text[side]));
		(void)printf("%c %-22s %-36s %s\n", strcmp(text[0], text[1]) != 0 ? '!' : ' ',
			     form_print(pair->tables, FORM_PTR, "", pointer, point), text[0],
			     strcmp(text[0], text[1]) != 0 ? text[1] : "=");
	}
	if (to - from > ROWS_MAX)
		(void)printf("  ... %u more chunks\n", to - from - ROWS_MAX);
}

void draw_ptmalloc(const struct state_pair *pair, const struct cell *mark)
{
	struct places places[SIDES] = { 0 };

	(void)mark;
	(void)printf("lists\n");
	lists_draw(pair, places);
	(void)printf("chunks\n");
	chunks_draw(pair, places);
	free(places[0].place);
	free(places[1].place);
}
