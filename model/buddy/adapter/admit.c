/* Which ops are applied. */
/* SPDX-License-Identifier: MIT */
#include "admit.h"
#include "../state/block.h"
#include "place.h"

/* The block that an op is about. */
/*@
  requires valid:  \valid_read(b) && \valid(op) && \separated(b, op);
  requires places: places(*b);
  requires in:     b->base_pfn <= 0x40000000 && op->arg[0] <= 0xffffffff && (by_slot ==> op->arg[0] < SLOTS);
  TOTAL;
  assigns          op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:    \result == SKIP_NO || \result == SKIP_EMPTY_SLOT;
  ensures place:   \result == SKIP_NO ==> op->ref[REF_PLACE] < SLOTS + b->loose_count;
  ensures order:   \result == SKIP_NO ==> op->ref[1] <= BUDDY_ORDER_MAX
    && op->ref[1] == (op->ref[REF_PLACE] < SLOTS ? b->slot[op->ref[REF_PLACE]].order : b->loose[op->ref[REF_PLACE] - SLOTS].order);
  ensures named:   by_slot && b->slot[op->arg[0]].used != 0 ==> \result == SKIP_NO && op->ref[REF_PLACE] == op->arg[0];
*/
static enum skip held_resolve(const struct buddy *b, struct op *op, bool by_slot)
{
	uint64_t place = buddy_place_named(b, op->arg[0], by_slot);
	struct buddy_held held;

	if (place == SLOTS && b->loose_count == 0)
		return SKIP_EMPTY_SLOT;
	held = buddy_held_at(b, place);
	op->ref[0] = b->base_pfn + held.page;
	op->ref[1] = held.order;
	op->ref[REF_RECLAIMED] = 0;
	op->ref[REF_PLACE] = place;
	return SKIP_NO;
}

/* How many blocks the op may make loose. */
/*@
  requires valid: \valid_read(op);
  requires args:  args_in(*op);
  requires order: op->kind == BUDDY_OP_split_page ==> op->ref[1] <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns         \nothing;
  ensures few:    \result <= 1024;
  ensures alloc:  allocates(op->kind) ==> \result == 1;
  ensures bulk:   op->kind == BUDDY_OP_alloc_pages_bulk ==> \result == op->arg[0];
  ensures split:  op->kind == BUDDY_OP_split_page ==> \result == siz(op->ref[1]) - 1;
*/
static uint32_t loose_most(const struct op *op)
{
	switch (op->kind) {
	case BUDDY_OP_alloc_pages:
	case BUDDY_OP_alloc_large:
		return 1;
	case BUDDY_OP_alloc_pages_bulk:
		return (uint32_t)op->arg[0];
	case BUDDY_OP_split_page:
		return buddy_size((uint32_t)op->ref[1]) - 1;
	default:
		return 0;
	}
}

/* What the target reads. */
/*@
  requires valid:  \valid_read(b) && \valid(op) && \separated(b, op);
  requires places: places(*b) && b->base_pfn <= 0x40000000;
  requires args:   args_in(*op);
  requires names:  names(op->kind);
  TOTAL;
  assigns          op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:    \result == SKIP_NO || \result == SKIP_EMPTY_SLOT;
  ensures place:   \result == SKIP_NO ==> op->ref[REF_PLACE] < SLOTS + b->loose_count;
  ensures order:   \result == SKIP_NO ==> op->ref[1] <= BUDDY_ORDER_MAX;
*/
static enum skip named_resolve(const struct buddy *b, struct op *op)
{
	enum skip skip = held_resolve(b, op, op->kind != BUDDY_OP_free_loose);

	if (op->kind == BUDDY_OP_mark_lru)
		op->ref[REF_MARK] = op->arg[1];
	return skip;
}

enum skip buddy_admit(const struct buddy *b, struct op *op)
{
	enum skip skip = SKIP_NO;

	switch (op->kind) {
	case BUDDY_OP_alloc_pages:
	case BUDDY_OP_alloc_large:
	case BUDDY_OP_alloc_pages_bulk:
		op->ref[0] = op->arg[0];
		op->ref[1] = op->arg[1] * BUDDY_GFP_TYPE + op->arg[2];
		op->ref[REF_RECLAIMED] = op->arg[3];
		break;
	case BUDDY_OP_drain:
		break;
	default:
		skip = named_resolve(b, op);
		break;
	}
	if (skip == SKIP_NO && b->loose_count + loose_most(op) > BUDDY_PAGES)
		skip = SKIP_CAPACITY;
	return skip;
}
