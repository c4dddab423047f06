/* Blocks that the program holds: in slots, and loose ones. */
/* SPDX-License-Identifier: MIT */
#include "place.h"

void buddy_places_reset(struct buddy *b)
{
	uint32_t s = 0;

	b->loose_count = 0;
	/*@
	  loop invariant in:    s <= b->slot_high;
	  loop invariant slots: slots_in(*b);
	  loop invariant none:  \forall integer k; 0 <= k < s ==> b->slot[k].used == 0;
	  loop assigns          s, b->slot[0 .. BUDDY_SLOTS - 1];
	  loop variant          b->slot_high - s;
	*/
	while (s < b->slot_high) {
		b->slot[s].used = 0;
		s++;
	}
	b->slot_high = 0;
}

struct buddy_held buddy_held_at(const struct buddy *b, uint64_t place)
{
	return place < PLACE_LOOSE ? b->slot[place] : b->loose[place - PLACE_LOOSE];
}

void buddy_loose_add(struct buddy *b, struct buddy_held held)
{
	b->loose[b->loose_count] = held;
	b->loose_count++;
}

void buddy_slot_fill(struct buddy *b, uint64_t slot, struct buddy_held held)
{
	if (b->slot[slot].used)
		buddy_loose_add(b, b->slot[slot]);
	b->slot[slot] = held;
	if (slot >= b->slot_high)
		b->slot_high = (uint32_t)slot + 1;
}

void buddy_place_empty(struct buddy *b, uint64_t place)
{
	if (place < PLACE_LOOSE) {
		b->slot[place].used = 0;
		return;
	}
	b->loose_count--;
	b->loose[place - PLACE_LOOSE] = b->loose[b->loose_count];
}

void buddy_place_shrink(struct buddy *b, uint64_t place)
{
	if (place < PLACE_LOOSE)
		b->slot[place].order = 0;
	else
		b->loose[place - PLACE_LOOSE].order = 0;
}

/* The first of the slots below SLOTS from @from on that holds a block, round about; SLOTS if none does. */
/*@
  requires valid: \valid_read(b);
  requires in:    from <= 0xffffffff;
  TOTAL;
  assigns         \nothing;
  ensures in:     \result <= SLOTS;
  ensures used:   \result < SLOTS ==> b->slot[\result].used != 0;
  ensures none:   \result == SLOTS ==> \forall integer k; 0 <= k < SLOTS ==> b->slot[(from + k) % SLOTS].used == 0;
*/
static uint64_t slot_used(const struct buddy *b, uint64_t from)
{
	uint64_t k = 0;

	/*@
	  loop invariant in:   k <= SLOTS;
	  loop invariant none: \forall integer j; 0 <= j < k ==> b->slot[(from + j) % SLOTS].used == 0;
	  loop assigns         k;
	  loop variant         SLOTS - k;
	*/
	while (k < SLOTS) {
		if (b->slot[(from + k) % SLOTS].used)
			return (from + k) % SLOTS;
		k++;
	}
	return SLOTS;
}

uint64_t buddy_place_named(const struct buddy *b, uint64_t named, bool by_slot)
{
	uint64_t slot;

	if (by_slot && b->slot[named].used)
		return named;
	if (b->loose_count != 0)
		return PLACE_LOOSE + named % b->loose_count;
	slot = slot_used(b, named);
	return slot < SLOTS ? slot : PLACE_NONE;
}
