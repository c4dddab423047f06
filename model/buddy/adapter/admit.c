/* Which ops are applied. */
/* SPDX-License-Identifier: MIT */
#include "admit.h"
#include "../state/block.h"
#include "place.h"

/* The block that an op is about. An exact call names its slot and no other block. */
/*@
  requires valid:  \valid_read(b) && \valid(op) && \separated(b, op);
  requires places: places(*b);
  requires in:     b->base_pfn <= 0x40000000 && op->arg[0] <= 0xffffffff && (by_slot ==> op->arg[0] < BUDDY_SLOTS) && (op->exact == true ==> by_slot == true);
  TOTAL;
  assigns          op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:    \result == SKIP_NO || \result == SKIP_EMPTY_SLOT;
  ensures place:   \result == SKIP_NO ==> op->ref[REF_PLACE] < BUDDY_SLOTS + b->loose_count;
  ensures order:   \result == SKIP_NO ==> op->ref[1] <= BUDDY_ORDER_MAX && op->ref[1] == (op->ref[REF_PLACE] < BUDDY_SLOTS
    ? b->slot[op->ref[REF_PLACE]].order : b->loose[op->ref[REF_PLACE] - BUDDY_SLOTS].order);
  ensures named:   by_slot && b->slot[op->arg[0]].used != 0 ==> \result == SKIP_NO && op->ref[REF_PLACE] == op->arg[0];
  ensures exact:   op->exact == true && b->slot[op->arg[0]].used == 0 ==> \result == SKIP_EMPTY_SLOT;
*/
static enum skip held_resolve(const struct buddy *b, struct op *op, bool by_slot)
{
	uint64_t place = buddy_place_named(b, op->arg[0], by_slot);
	struct buddy_held held;

	if (place == PLACE_NONE || (op->exact && b->slot[op->arg[0]].used == 0))
		return SKIP_EMPTY_SLOT;
	held = buddy_held_at(b, place);
	op->ref[0] = b->base_pfn + held.page;
	op->ref[1] = held.order;
	op->ref[REF_RECLAIMED] = 0;
	op->ref[REF_PLACE] = place;
	return SKIP_NO;
}

/* split_page() of a compound block is its caller's mistake: the tail pages would go on naming their head. */
/*@
  requires valid: \valid_read(b) && \valid(op) && \separated(b, op);
  requires place: b->loose_count <= BUDDY_PAGES && op->ref[REF_PLACE] < BUDDY_SLOTS + b->loose_count;
  TOTAL;
  assigns         op->blamed;
  ensures may:    \result == SKIP_NO || \result == SKIP_UNMODELLED;
  ensures split:  op->kind != BUDDY_OP_split_page ==> \result == SKIP_NO;
*/
static enum skip split_admit(const struct buddy *b, struct op *op)
{
	if (op->kind != BUDDY_OP_split_page ||
	    buddy_held_at(b, op->ref[REF_PLACE]).used != HELD_COMPOUND)
		return SKIP_NO;
	op->blamed = 1;
	return SKIP_UNMODELLED;
}

/* What the target reads. */
/*@
  requires valid:  \valid_read(b) && \valid(op) && \separated(b, op);
  requires places: places(*b) && b->base_pfn <= 0x40000000;
  requires args:   args_in(*op);
  requires names:  names(op->kind);
  TOTAL;
  assigns          op->ref[0 .. OP_ARGS_MAX - 1], op->blamed;
  ensures skip:    \result == SKIP_NO || \result == SKIP_EMPTY_SLOT || \result == SKIP_UNMODELLED;
  ensures place:   \result == SKIP_NO ==> op->ref[REF_PLACE] < BUDDY_SLOTS + b->loose_count;
  ensures order:   \result == SKIP_NO ==> op->ref[1] <= BUDDY_ORDER_MAX;
*/
static enum skip named_resolve(const struct buddy *b, struct op *op)
{
	enum skip skip = held_resolve(b, op, op->kind != BUDDY_OP_free_loose);

	if (skip != SKIP_NO)
		return skip;
	if (op->kind == BUDDY_OP_mark_lru)
		op->ref[REF_MARK] = op->arg[1];
	return split_admit(b, op);
}

/* @gfp where @flags has @bit. */
/*@
  requires in:  gfp <= 0x1000000;
  TOTAL;
  assigns       \nothing;
  ensures flag: \result == ((flags & bit) != 0 ? gfp : 0);
*/
static uint32_t gfp_if(uint32_t flags, uint32_t bit, uint32_t gfp)
{
	return (flags & bit) != 0 ? gfp : 0;
}

#define GFP_DIRECT_ONCE (BUDDY_GFP_DIRECT + BUDDY_GFP_NORETRY + BUDDY_GFP_IO + BUDDY_GFP_FS)

/* The kernel's flags for those of a compact op. */
/*@
  requires in:    type < BUDDY_PCPTYPES && flags < 32;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == type * BUDDY_GFP_MOVABLE + ((flags & 1) != 0 ? BUDDY_GFP_KSWAPD : 0) + ((flags & 2) != 0 ? BUDDY_GFP_HIGH : 0)
    + ((flags & 4) != 0 ? GFP_DIRECT_ONCE : 0) + ((flags & 8) != 0 ? BUDDY_GFP_NOMEMALLOC : 0) + ((flags & 16) != 0 ? BUDDY_GFP_MEMALLOC : 0);
*/
static uint32_t gfp_of(uint32_t type, uint32_t flags)
{
	return type * BUDDY_GFP_MOVABLE + gfp_if(flags, 1, BUDDY_GFP_KSWAPD) +
	       gfp_if(flags, 2, BUDDY_GFP_HIGH) + gfp_if(flags, 4, GFP_DIRECT_ONCE) +
	       gfp_if(flags, 8, BUDDY_GFP_NOMEMALLOC) + gfp_if(flags, 16, BUDDY_GFP_MEMALLOC);
}

/*
 * Flags that the model does not cover: DMA and DMA32 ask for other zones; NOFAIL ends with memory or not at all; MOVABLE
 * and RECLAIMABLE together are a mistake. Without effect on one zone of a kernel without cpusets and memory cgroups,
 * with no page dirty and contents not compared: HIGHMEM, FS, ZERO, WRITE, NOWARN, HARDWALL, THISNODE, ACCOUNT,
 * ZEROTAGS, and bits that 6.12 gives no meaning to. The others are in slow.c, and COMP in split_admit().
 */
/*@
  TOTAL;
  assigns         \nothing;
  ensures type:   \result == true ==> (gfp / 8) % 4 < BUDDY_PCPTYPES;
*/
static bool gfp_modelled(uint32_t gfp)
{
	return (gfp & (BUDDY_GFP_DMA | BUDDY_GFP_DMA32 | BUDDY_GFP_NOFAIL)) == 0 &&
	       buddy_gfp_type(gfp) < BUDDY_PCPTYPES;
}

/* What an allocation asks for, of either form. */
/*@
  requires valid: \valid(op);
  requires args:  args_in(*op) && asks(op->kind);
  TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1], op->blamed;
  ensures skip:   \result == SKIP_NO || \result == SKIP_UNMODELLED;
  ensures refs:   \result == SKIP_NO ==> refs_in(*op);
  ensures order:  op->ref[REF_ORDER] == op->arg[0];
*/
static enum skip alloc_resolve(struct op *op)
{
	uint32_t at = op->exact ? 1 : 2; /* where its flags stand */
	uint32_t gfp =
	    op->exact ? (uint32_t)op->arg[1] : gfp_of((uint32_t)op->arg[1], (uint32_t)op->arg[2]);

	op->ref[REF_ORDER] = op->arg[0];
	op->ref[REF_GFP] = gfp;
	op->ref[REF_RECLAIMED] = op->arg[at + 1];
	op->ref[REF_PLACE] = op->arg[at + 2];
	if (gfp_modelled(gfp))
		return SKIP_NO;
	op->blamed = 1 + REF_GFP;
	return SKIP_UNMODELLED;
}

/* How many places for loose blocks there must be. */
/*@
  requires valid: \valid_read(op);
  requires order: op->kind == BUDDY_OP_split_page ==> op->ref[1] <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns         \nothing;
  ensures few:    \result <= 1024;
  ensures asks:   asks(op->kind) ==> \result == 1;
  ensures split:  op->kind == BUDDY_OP_split_page ==> \result == siz(op->ref[1]) - 1;
*/
static uint32_t loose_most(const struct op *op)
{
	switch (op->kind) {
	case BUDDY_OP_alloc_pages:
	case BUDDY_OP_alloc_large:
	case BUDDY_OP_alloc_pages_bulk:
		return 1;
	case BUDDY_OP_split_page:
		return buddy_size((uint32_t)op->ref[1]) - 1;
	default:
		return 0;
	}
}

enum skip buddy_admit(const struct buddy *b, struct op *op)
{
	enum skip skip = SKIP_NO;

	switch (op->kind) {
	case BUDDY_OP_alloc_pages:
	case BUDDY_OP_alloc_large:
	case BUDDY_OP_alloc_pages_bulk:
		skip = alloc_resolve(op);
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
