/* Blocks that the program holds: in slots, and loose ones. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_PLACE_H
#define MEMORACLE_BUDDY_PLACE_H

#include "../env.h"

/* buddy_places_reset() - nothing is held. */
/*@
  requires valid: \valid(b);
  requires slots: slots_in(*b);
  TOTAL;
  assigns         b->slot[0 .. BUDDY_SLOTS - 1], b->slot_high, b->loose_count;
  ensures places: places(*b);
  ensures none:   b->loose_count == 0 && b->slot_high == 0 && \forall integer s; 0 <= s < BUDDY_SLOTS ==> b->slot[s].used == 0;
*/
void buddy_places_reset(struct buddy *b);

/* buddy_held_at() - the block at @place. */
/*@
  requires valid: \valid_read(b) && b->loose_count <= BUDDY_PAGES;
  requires in:    place < BUDDY_SLOTS + b->loose_count;
  TOTAL;
  assigns         \nothing;
  ensures slot:   place < BUDDY_SLOTS ==> \result == b->slot[place];
  ensures loose:  place >= BUDDY_SLOTS ==> \result == b->loose[place - BUDDY_SLOTS];
*/
struct buddy_held buddy_held_at(const struct buddy *b, uint64_t place);

/* buddy_loose_add() - one more loose block. */
/*@
  requires valid:  \valid(b);
  requires in:     b->loose_count < BUDDY_PAGES && held.page < BUDDY_PAGES && held.order <= BUDDY_ORDER_MAX;
  requires places: places(*b);
  TOTAL;
  assigns          b->loose_count, b->loose[0 .. BUDDY_PAGES - 1];
  ensures places:  places(*b);
  ensures count:   b->loose_count == \old(b->loose_count) + 1;
  ensures last:    b->loose[\old(b->loose_count)] == held;
  ensures others:  \forall integer k; 0 <= k < \old(b->loose_count) ==> b->loose[k] == \old(b->loose[k]);
*/
void buddy_loose_add(struct buddy *b, struct buddy_held held);

/* buddy_slot_fill() - @slot holds a block; the one that it held becomes loose. */
/*@
  requires valid:  \valid(b);
  requires in:     b->loose_count < BUDDY_PAGES && slot < BUDDY_SLOTS && held.page < BUDDY_PAGES && held.order <= BUDDY_ORDER_MAX;
  requires places: places(*b);
  TOTAL;
  assigns          b->slot[0 .. BUDDY_SLOTS - 1], b->slot_high, b->loose_count, b->loose[0 .. BUDDY_PAGES - 1];
  ensures places:  places(*b);
  ensures slot:    b->slot[slot] == held;
  ensures count:   b->loose_count == \old(b->loose_count) + (\old(b->slot[slot].used) != 0 ? 1 : 0);
*/
void buddy_slot_fill(struct buddy *b, uint64_t slot, struct buddy_held held);

/* buddy_place_empty() - @place holds none any more; the last loose block takes the place of a loose one. */
/*@
  requires valid:  \valid(b);
  requires places: places(*b);
  requires in:     place < BUDDY_SLOTS + b->loose_count;
  TOTAL;
  assigns          b->slot[0 .. BUDDY_SLOTS - 1], b->loose_count, b->loose[0 .. BUDDY_PAGES - 1];
  ensures places:  places(*b);
  ensures slot:    place < BUDDY_SLOTS ==> b->slot[place].used == 0 && b->loose_count == \old(b->loose_count);
  ensures loose:   place >= BUDDY_SLOTS ==> b->loose_count == \old(b->loose_count) - 1;
  ensures last:    BUDDY_SLOTS <= place < BUDDY_SLOTS + b->loose_count ==> b->loose[place - BUDDY_SLOTS] == \old(b->loose[b->loose_count - 1]);
*/
void buddy_place_empty(struct buddy *b, uint64_t place);

/* buddy_place_shrink() - the block at @place is now its first page alone. */
/*@
  requires valid:  \valid(b);
  requires places: places(*b);
  requires in:     place < BUDDY_SLOTS + b->loose_count;
  TOTAL;
  assigns          b->slot[0 .. BUDDY_SLOTS - 1], b->loose[0 .. BUDDY_PAGES - 1];
  ensures places:  places(*b);
  ensures slot:    place < BUDDY_SLOTS ==> b->slot[place].order == 0;
  ensures loose:   place >= BUDDY_SLOTS ==> b->loose[place - BUDDY_SLOTS].order == 0;
*/
void buddy_place_shrink(struct buddy *b, uint64_t place);

/*
 * buddy_place_named() - where the block is that slot @named holds; else, or if none was named, a loose one; else that of the next
 * of the first SLOTS slots that holds one.
 * Returns: a place, or PLACE_NONE if there is none of these.
 */
/*@
  requires valid:  \valid_read(b);
  requires in:     b->loose_count <= BUDDY_PAGES && named <= 0xffffffff && (by_slot ==> named < BUDDY_SLOTS);
  TOTAL;
  assigns          \nothing;
  ensures place:   \result < BUDDY_SLOTS + b->loose_count || \result == PLACE_NONE;
  ensures named:   by_slot && b->slot[named].used != 0 ==> \result == named;
*/
uint64_t buddy_place_named(const struct buddy *b, uint64_t named, bool by_slot);

#endif
