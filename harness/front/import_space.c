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

		space->slot = memory_grow(space->slot, room, sizeof(struct slot_note));
		memset(space->slot + space->slots_room, 0,
		       (room - space->slots_room) * sizeof(struct slot_note));
		space->slots_room = room;
	}
	space->slot[slot].pieces++;
}

/* A piece of the slot is gone. */
static void slot_release(struct space *space, uint32_t slot)
{
	struct slot_note *note;

	if (slot == PIECE_UNSAID)
		return;
	note = &space->slot[slot];
	if (--note->pieces > 0)
		return;
	note->holed_at = 0;
	import_slot_give(space->import, slot);
}

/* Some of what the slot names will be gone. */
static void slot_hole(struct space *space, uint32_t slot)
{
	if (slot != PIECE_UNSAID && space->slot[slot].holed_at == 0)
		space->slot[slot].holed_at = space->placements + 1;
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

/* Takes the range out of all pieces. */
static void range_cut(struct space *space, uint64_t addr, uint64_t bytes)
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

/* A range goes: whatever returned it has a hole there. */
static void holes_note(struct space *space, uint64_t addr, uint64_t end)
{
	uint32_t i = piece_above(space, addr);
	bool nested = false;

	for (; i < space->count && space->piece[i].start < end; i++) {
		slot_hole(space, space->piece[i].slot);
		nested = nested || space->piece[i].nested;
	}
	for (i = 0; nested && i < space->count; i++)
		if (space->piece[i].base < end && addr < space->piece[i].limit)
			slot_hole(space, space->piece[i].slot);
}

void space_forget(struct space *space, uint64_t addr, uint64_t bytes)
{
	holes_note(space, addr, range_end(addr, bytes));
	range_cut(space, addr, bytes);
}

void space_map(struct space *space, uint64_t addr, uint64_t bytes, uint32_t slot)
{
	uint64_t end = range_end(addr, bytes);
	bool nested = piece_naming(space, addr) != NULL;

	range_cut(space, addr, bytes);
	if (addr < end)
		piece_insert(space, piece_above(space, addr),
			     (struct piece){ addr, end, addr, end, nested, slot });
	else if (slot != PIECE_UNSAID)
		import_slot_give(space->import, slot);
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

/* Has the slot no hole, or one in which the kernel can have placed nothing yet? */
static bool slot_certain(const struct space *space, uint32_t slot)
{
	const struct slot_note *note = &space->slot[slot];

	return note->holed_at == 0 || note->holed_at == space->placements + 1;
}

bool space_certain(const struct space *space, uint64_t addr, uint64_t bytes)
{
	const struct piece *piece = piece_naming(space, addr);

	if (piece == NULL || piece->slot == PIECE_UNSAID || space_holds(space, addr, bytes))
		return true;
	for (uint32_t i = 0; i < space->count; i++) {
		piece = &space->piece[i];
		if (piece->slot != PIECE_UNSAID && piece->base <= addr && addr < piece->limit &&
		    bytes <= piece->limit - addr && slot_certain(space, piece->slot))
			return true;
	}
	return false;
}

void space_free(struct space *space)
{
	free(space->piece);
	free(space->slot);
}
