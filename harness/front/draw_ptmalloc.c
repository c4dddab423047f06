/* Draws a heap: its lists, then its chunks in order of address, on both sides. */
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
#define FLAG_BITS UINT64_C(7)
#define FENCEPOST 0x10u
#define PLACE_TEXT_MAX 32
#define CHUNK_TEXT_MAX 96

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

/* A place in memory where either side has a chunk, as the program's pointer to it. */
struct chunk {
	uint64_t pointer;
	bool on[SIDES];
};

struct chunks {
	struct chunk *chunk;
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
		(void)printf("! %-12s model  %s\n  %-12s target %s\n", name,
			     text[0][0] ? text[0] : "empty", "", text[1][0] ? text[1] : "empty");
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

/* Of what is on no list. */
static void use_text(const struct state_pair *pair, enum side side, uint64_t pointer, uint64_t size,
		     char *out, size_t bytes)
{
	if (state_value(pair, side, "top", 0, 0) == pointer)
		(void)snprintf(out, bytes, "top");
	else if (state_value(pair, side, "tcache", 0, 0) == pointer)
		(void)snprintf(out, bytes, "in use: the tcache itself");
	else if (size == FENCEPOST && pointer_space(pointer) == 0)
		(void)snprintf(out, bytes, "fencepost");
	else
		(void)snprintf(out, bytes, "in use");
	for (uint32_t i = 0; i < SLOTS; i++)
		if (pair->slot[i] == pointer)
			(void)snprintf(out, bytes, "in use: s%u", i);
}

/* "0x290 P  in use: s3" */
static void chunk_text(const struct state_pair *pair, enum side side, const struct places *places,
		       const struct chunk *chunk, char *out, size_t bytes)
{
	uint64_t pointer = chunk->pointer;
	uint64_t head =
	    state_value(pair, side, "head", pointer_space(pointer), pointer_key(pointer));
	const char *list = place_find(places, pointer);
	bool rest = state_value(pair, side, "last_remainder", 0, 0) == pointer;
	char use[PLACE_TEXT_MAX];

	if (head == CELL_ABSENT || !chunk->on[side]) {
		(void)snprintf(out, bytes, "no chunk");
		return;
	}
	use_text(pair, side, pointer, head & ~FLAG_BITS, use, sizeof(use));
	(void)snprintf(out, bytes, "0x%" PRIx64 " %c%c  %s%s", head & ~FLAG_BITS,
		       head & 1 ? 'P' : '-', head & 2 ? 'M' : '-', list ? list : use,
		       rest ? ", last_remainder" : "");
}

static struct chunk *chunk_add(struct chunks *chunks, uint64_t pointer)
{
	if ((chunks->count & (chunks->count - 1)) == 0)
		chunks->chunk = memory_grow(chunks->chunk, chunks->count ? chunks->count * 2 : 1,
					    sizeof(struct chunk));
	chunks->chunk[chunks->count] = (struct chunk){ .pointer = pointer };
	return &chunks->chunk[chunks->count++];
}

/*
 * The target's chunks from @pointer on, each where the size of the one before says, up to the top, a
 * fencepost or what is no chunk. Returns: where they end.
 */
static uint64_t target_walk(const struct state_pair *pair, struct chunks *chunks, uint64_t pointer)
{
	uint64_t top = state_value(pair, SIDE_TARGET, "top", 0, 0);
	bool fence = false;

	for (uint32_t n = 0; n < WALK_MAX; n++) {
		uint64_t head = state_value(pair, SIDE_TARGET, "head", pointer_space(pointer),
					    pointer_key(pointer));
		uint64_t size = head & ~FLAG_BITS;

		if (head == CELL_ABSENT || size < FENCEPOST)
			break;
		chunk_add(chunks, pointer)->on[SIDE_TARGET] = true;
		pointer += size;
		if (pointer - size == top || head & 2 || (fence && size == FENCEPOST))
			break;
		fence = size == FENCEPOST;
	}
	return pointer;
}

static int chunk_compare(const void *a, const void *b)
{
	uint64_t x = ((const struct chunk *)a)->pointer, y = ((const struct chunk *)b)->pointer;

	return x < y ? -1 : x > y;
}

/* Both sides' chunks in order of address; one that only one side has is there as well. */
static void chunks_collect(const struct state_pair *pair, struct chunks *chunks)
{
	uint32_t from, to, kept = 0;
	uint64_t end = 0;

	(void)state_range(pair, "head", &from, &to);
	for (uint32_t i = from; i < to; i++) {
		uint64_t pointer = chunk_pointer(&pair->want[pair->order[i]]);

		chunk_add(chunks, pointer)->on[SIDE_MODEL] =
		    state_at(pair, SIDE_MODEL, i) != CELL_ABSENT;
		if (pointer >= end)
			end = target_walk(pair, chunks, pointer);
	}
	qsort(chunks->chunk, chunks->count, sizeof(struct chunk), chunk_compare);
	for (uint32_t i = 0; i < chunks->count; i++) {
		struct chunk *last = kept > 0 ? &chunks->chunk[kept - 1] : NULL;

		if (last != NULL && last->pointer == chunks->chunk[i].pointer)
			for (int side = 0; side < SIDES; side++)
				last->on[side] |= chunks->chunk[i].on[side];
		else
			chunks->chunk[kept++] = chunks->chunk[i];
	}
	chunks->count = kept;
}

static void chunks_draw(const struct state_pair *pair, const struct places places[SIDES])
{
	char text[SIDES][CHUNK_TEXT_MAX], point[FORM_TEXT_MAX];
	struct chunks chunks = { 0 };

	chunks_collect(pair, &chunks);
	if (chunks.count > 0 && !pair->alone)
		(void)printf("  %-22s %-42s %s\n", "pointer", "model", "target");
	for (uint32_t i = 0; i < chunks.count && i < ROWS_MAX; i++) {
		const struct chunk *chunk = &chunks.chunk[i];

		for (int side = 0; side < SIDES; side++)
			chunk_text(pair, (enum side)side, &places[side], chunk, text[side],
				   sizeof(text[side]));
		(void)printf("%c %-22s ", strcmp(text[0], text[1]) != 0 ? '!' : ' ',
			     form_print(pair->tables, FORM_PTR, "", chunk->pointer, point));
		state_columns(pair, 42, text[0], text[1]);
	}
	if (chunks.count > ROWS_MAX)
		(void)printf("  ... %u more chunks\n", chunks.count - ROWS_MAX);
	free(chunks.chunk);
}

bool note_ptmalloc(const struct tables *tables, const struct cell *cell, bool key, char *out,
		   size_t bytes)
{
	char point[FORM_TEXT_MAX];

	if (!key || tables->field[cell->field].key_form != FORM_CHUNK)
		return false;
	(void)snprintf(out, bytes, "%s",
		       form_print(tables, FORM_PTR, "", chunk_pointer(cell), point));
	return true;
}

void draw_ptmalloc(const struct state_pair *pair)
{
	struct places places[SIDES] = { 0 };

	(void)printf("lists (first to last)\n");
	lists_draw(pair, places);
	(void)printf("chunks (size; P: the chunk before it is in use, M: mapped; place)\n");
	chunks_draw(pair, places);
	free(places[0].place);
	free(places[1].place);
}
