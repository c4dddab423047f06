/* What a traced program has mapped: which slot names an address. */
/* SPDX-License-Identifier: MIT */
#include "import_space.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PAGE UINT64_C(4096)
#define NEVER_MAPPED UINT64_C(0x10000) /* vm.mmap_min_addr */
#define USER_END (UINT64_C(1) << 47)

/* The end of a range in whole pages; nothing lies above USER_END. */
static uint64_t range_end(uint64_t addr, uint64_t bytes)
{
	if (addr >= USER_END || bytes > USER_END - addr)
		return USER_END;
	return (addr + bytes + PAGE - 1) & ~(PAGE - 1);
}

/* The first piece that ends behind @addr. */
static uint32_t piece_above(const struct space *space, uint64_t addr)
{
	uint32_t low = 0, high = space->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (space->piece[middle].end <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void slot_hold(struct space *space, uint32_t slot)
{
	if (slot == PIECE_UNSAID)
		return;
	if (slot >= space->slots_room) {
		uint32_t room = slot * 2 + 64;

		space->pieces_of = memory_grow(space->pieces_of, room, sizeof(uint32_t));
		memset(space->pieces_of + space->slots_room, 0,
		       (room - space->slots_room) * sizeof(uint32_t));
		space->slots_room = room;
	}
	space->pieces_of[slot]++;
}

static void slot_release(struct space *space, uint32_t slot)
{
	if (slot != PIECE_UNSAID && --space->pieces_of[slot] == 0)
		import_slot_give(space->import, slot);
}

static void piece_insert(struct space *space, uint32_t at, struct piece piece)
{
	if (space->count == space->room) {
		space->room = space->room ? 2 * space->room : 64;
		space->piece = memory_grow(space->piece, space->room, sizeof(struct piece));
	}
	memmove(space->piece + at + 1, space->piece + at,
		(space->count - at) * sizeof(struct piece));
	space->piece[at] = piece;
	space->count++;
	slot_hold(space, piece.slot);
}

static void pieces_remove(struct space *space, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		slot_release(space, space->piece[i].slot);
	if (to > from)
		memmove(space->piece + from, space->piece + to,
			(space->count - to) * sizeof(struct piece));
	space->count -= to - from;
}

void space_unmap(struct space *space, uint64_t addr, uint64_t bytes)
{
	uint64_t end = range_end(addr, bytes);
	uint32_t from = piece_above(space, addr), to;

	if (addr >= end || from == space->count)
		return;
	if (space->piece[from].start < addr) {
		struct piece low = space->piece[from];

		low.end = addr;
		space->piece[from].start = addr;
		piece_insert(space, from++, low);
	}
	to = piece_above(space, end);
	if (to < space->count && space->piece[to].start < end)
		space->piece[to].start = end;
	if (to > from)
		pieces_remove(space, from, to);
}

void space_map(struct space *space, uint64_t addr, uint64_t bytes, uint32_t slot)
{
	uint64_t end = range_end(addr, bytes);

	space_unmap(space, addr, bytes);
	if (addr < end)
		piece_insert(space, piece_above(space, addr),
			     (struct piece){ addr, end, addr, end, slot });
	else if (slot != PIECE_UNSAID)
		import_slot_give(space->import, slot);
}

const struct piece *space_find(const struct space *space, uint64_t addr)
{
	uint32_t i = piece_above(space, addr);

	return i < space->count && space->piece[i].start <= addr ? &space->piece[i] : NULL;
}

/*
 * The piece whose slot names @addr: the one there, or in a hole, one that is left of the mapping that was there. Of
 * several the one that was mapped within the others.
 */
static const struct piece *piece_naming(const struct space *space, uint64_t addr)
{
	const struct piece *best = space_find(space, addr);

	if (best != NULL)
		return best;
	for (uint32_t i = 0; i < space->count; i++)
		if (space->piece[i].base <= addr && addr < space->piece[i].limit &&
		    (best == NULL || space->piece[i].base > best->base))
			best = &space->piece[i];
	return best;
}

static bool in_heap(const struct space *space, uint64_t addr)
{
	return space->heap != 0 && addr >= space->heap && addr <= space->heap_end;
}

bool space_address(const struct space *space, uint64_t addr, char out[MM_ADDR_BYTES])
{
	const struct piece *piece = piece_naming(space, addr);

	if (piece != NULL && piece->slot == PIECE_UNSAID)
		return false;
	if (piece != NULL)
		(void)snprintf(out, MM_ADDR_BYTES, "s%" PRIu32 "+0x%" PRIx64, piece->slot,
			       addr - piece->base);
	else if (in_heap(space, addr))
		(void)snprintf(out, MM_ADDR_BYTES, "0x%" PRIx64,
			       space->heap_here + (addr - space->heap));
	else if (addr < NEVER_MAPPED || addr >= USER_END)
		(void)snprintf(out, MM_ADDR_BYTES, "0x%" PRIx64, addr);
	else
		return false;
	return true;
}

bool space_holds(const struct space *space, uint64_t addr, uint64_t bytes)
{
	const struct piece *piece = space_find(space, addr);

	if (piece == NULL)
		return in_heap(space, addr) && bytes <= space->brk - addr && addr <= space->brk;
	return piece->slot != PIECE_UNSAID && bytes <= piece->end - addr;
}

void space_free(struct space *space)
{
	free(space->piece);
	free(space->pieces_of);
}
