/* What an op does to the zone and to the blocks that the program holds, and what its caller sees. */
/* SPDX-License-Identifier: MIT */
#include "step.h"
#include "../../errno.h"
#include "../algorithm/bulk.h"
#include "../algorithm/free.h"
#include "../algorithm/free_split.h"
#include "../algorithm/pcp.h"
#include "../algorithm/slow.h"
#include "../state/block.h"
#include "place.h"

/* A block that was had with @gfp. */
/*@
  requires in:    page < BUDDY_PAGES && order <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns         \nothing;
  ensures block:  \result.page == page && \result.order == order && \result.used != 0;
*/
static struct buddy_held held_new(uint32_t page, uint32_t order, uint32_t gfp)
{
	struct buddy_held held;

	held.page = (uint16_t)page;
	held.order = (uint8_t)order;
	held.used = order != 0 && (gfp & BUDDY_GFP_COMP) != 0 ? HELD_COMPOUND : HELD_PLAIN;
	return held;
}

/*@
  REQUIRES_STATE(b);
  requires apart:  \valid_read(op) && \valid(os) && \valid(want) && \separated(b, op, os, want) && os_ok(*os);
  requires in:     allocates(op->kind) && refs_in(*op);
  requires room:   b->loose_count < BUDDY_PAGES;
  requires places: places(*b);
  TOTAL;
  assigns          *b, OS_FIELDS, *want;
  ENSURES_STATE(b);
  ensures places:  places(*b);
  ensures notes:   b->op_count == \old(b->op_count);
  ensures os:      os_ok(*os);
*/
static void step_alloc(struct buddy *b, const struct op *op, struct os *os, struct outcome *want)
{
	uint32_t order = (uint32_t)op->ref[REF_ORDER], gfp = (uint32_t)op->ref[REF_GFP], page;
	uint32_t i = buddy_alloc_pages(&b->zone, &b->trace, &b->limits, b->lru, os, order, gfp);

	/*@ assert same: places(*b); */
	want->count = 1;
	if (i == 0) {
		want->err = MODEL_ENOMEM;
		return;
	}
	page = buddy_page(&b->zone, i);
	want->value[0] = b->base_pfn + page;
	buddy_slot_fill(b, op->ref[REF_PLACE], held_new(page, order, gfp));
}

/*@
  REQUIRES_STATE(b);
  requires apart:  \valid_read(op) && \valid(os) && \valid(want) && \separated(b, op, os, want) && os_ok(*os);
  requires in:     asks(op->kind) && refs_in(*op);
  requires room:   b->loose_count < BUDDY_PAGES;
  requires places: places(*b);
  TOTAL;
  assigns          *b, OS_FIELDS, *want;
  ENSURES_STATE(b);
  ensures places:  places(*b);
  ensures notes:   b->op_count == \old(b->op_count);
  ensures os:      os_ok(*os);
*/
static void step_bulk(struct buddy *b, const struct op *op, struct os *os, struct outcome *want)
{
	uint32_t most = BUDDY_PAGES - b->loose_count, k = 0;
	uint32_t got = buddy_alloc_bulk(&b->zone, &b->trace, &b->limits, b->lru, os,
					(uint32_t)op->ref[REF_COUNT], most,
					(uint32_t)op->ref[REF_GFP], b->bulk);

	want->count = OUTCOME_VALUES;
	want->value[0] = got;
	/*@
	  loop invariant in:     k <= got <= most && b->loose_count == \at(b->loose_count, LoopEntry) + k;
	  loop invariant places: places(*b);
	  loop assigns           k, want->value[0 .. OUTCOME_VALUES - 1], b->loose_count, b->loose[0 .. BUDDY_PAGES - 1];
	  loop variant           got - k;
	*/
	while (k < got) {
		uint32_t page = buddy_page(&b->zone, b->bulk[k]);

		if (k + 1 < OUTCOME_VALUES)
			want->value[k + 1] = b->base_pfn + page;
		buddy_loose_add(b, held_new(page, 0, 0));
		k++;
	}
}

/*@
  requires valid: \valid(b);
  requires in:    held.order <= BUDDY_ORDER_MAX && held.page + siz(held.order) <= BUDDY_PAGES;
  TOTAL;
  assigns         b->lru[0 .. BUDDY_PAGES - 1], b->lru_used;
  ensures set:    \forall integer k; held.page <= k < held.page + siz(held.order) ==> b->lru[k] == (on ? 1 : 0);
  ensures others: \forall integer k; 0 <= k < BUDDY_PAGES && !(held.page <= k < held.page + siz(held.order)) ==> b->lru[k] == \old(b->lru[k]);
  ensures used:   b->lru_used == true <==> \old(b->lru_used) == true || on == true;
*/
static void lru_set(struct buddy *b, struct buddy_held held, bool on)
{
	uint32_t page = held.page, end = page + buddy_size(held.order);

	/*@
	  loop invariant in:     held.page <= page <= end;
	  loop invariant set:    \forall integer k; held.page <= k < page ==> b->lru[k] == (on ? 1 : 0);
	  loop invariant others: \forall integer k; 0 <= k < BUDDY_PAGES && !(held.page <= k < page) ==> b->lru[k] == \at(b->lru[k], Pre);
	  loop assigns           page, b->lru[0 .. BUDDY_PAGES - 1];
	  loop variant           end - page;
	*/
	while (page < end) {
		b->lru[page] = on ? 1 : 0;
		page++;
	}
	if (on)
		b->lru_used = true;
}

/*@
  REQUIRES_STATE(b);
  requires apart:  \valid_read(op) && \separated(b, op);
  requires places: places(*b);
  requires named:  named(*b, op->ref[REF_PLACE]);
  TOTAL;
  assigns          *b;
  ENSURES_STATE(b);
  ensures places:  places(*b);
  ensures notes:   b->op_count == \old(b->op_count);
*/
static void step_free(struct buddy *b, const struct op *op)
{
	const struct buddy_held held = buddy_held_at(b, op->ref[REF_PLACE]);

	/*@ assert held: held_in(b->zone, held.page, held.order); */
	buddy_place_empty(b, op->ref[REF_PLACE]);
	if (b->lru_used)
		lru_set(b, held, false);
	/*@ assert same: places(*b); */
	buddy_free_block(&b->zone, &b->trace, &b->limits, buddy_node(held.page, held.order));
}

/*@
  REQUIRES_STATE(b);
  requires apart:  \valid_read(op) && \separated(b, op);
  requires places: places(*b);
  requires named:  named(*b, op->ref[REF_PLACE]);
  requires room:   \let r = op->ref[REF_PLACE]; b->loose_count + siz(r < BUDDY_SLOTS ? b->slot[r].order : b->loose[r - BUDDY_SLOTS].order) <= BUDDY_PAGES + 1;
  TOTAL;
  assigns          *b;
  ENSURES_STATE(b);
  ensures places:  places(*b);
  ensures notes:   b->op_count == \old(b->op_count);
*/
static void step_split(struct buddy *b, const struct op *op)
{
	const struct buddy_held held = buddy_held_at(b, op->ref[REF_PLACE]);
	uint32_t page = held.page, size = buddy_size(held.order), k = 1;

	/*@ assert held: held_in(b->zone, held.page, held.order); */
	(void)buddy_split_to(&b->zone, buddy_node(page, held.order), 0);
	FIRE(&b->trace, split);
	buddy_place_shrink(b, op->ref[REF_PLACE]);
	/*@
	  loop invariant in:     1 <= k <= size && b->loose_count == \at(b->loose_count, LoopEntry) + (k - 1);
	  loop invariant places: places(*b);
	  loop assigns           k, b->loose_count, b->loose[0 .. BUDDY_PAGES - 1];
	  loop variant           size - k;
	*/
	while (k < size) {
		buddy_loose_add(b, held_new(page + k, 0, 0));
		k++;
	}
}

/*@
  REQUIRES_STATE(b);
  requires apart:  \valid_read(op) && \separated(b, op);
  requires places: places(*b);
  requires named:  named(*b, op->ref[REF_PLACE]);
  TOTAL;
  assigns          *b;
  ENSURES_STATE(b);
  ensures places:  places(*b);
  ensures notes:   b->op_count == \old(b->op_count);
*/
static void step_mark(struct buddy *b, const struct op *op)
{
	const struct buddy_held held = buddy_held_at(b, op->ref[REF_PLACE]);

	/*@ assert held: held_in(b->zone, held.page, held.order); */
	lru_set(b, held, op->ref[REF_MARK] != 0);
	FIRE(&b->trace, mark);
	/*@ assert same: places(*b); */
}

/* The op's effect. */
/*@
  REQUIRES_STATE(b);
  REQUIRES_ADMITTED(b);
  TOTAL;
  assigns          *b, OS_FIELDS, *want;
  ENSURES_STATE(b);
  ensures places:  places(*b);
  ensures notes:   b->op_count == \old(b->op_count);
  ensures os:      os_ok(*os);
*/
static void op_apply(struct buddy *b, const struct op *op, struct os *os, struct outcome *want)
{
	switch (op->kind) {
	case BUDDY_OP_alloc_pages:
	case BUDDY_OP_alloc_large:
		step_alloc(b, op, os, want);
		break;
	case BUDDY_OP_alloc_pages_bulk:
		step_bulk(b, op, os, want);
		break;
	case BUDDY_OP_free_pages:
	case BUDDY_OP_free_loose:
		step_free(b, op);
		break;
	case BUDDY_OP_split_page:
		step_split(b, op);
		break;
	case BUDDY_OP_mark_lru:
		step_mark(b, op);
		break;
	default:
		pcp_drain_all(&b->zone, &b->trace, b->limits.pcp.batch);
		break;
	}
}

void buddy_step(struct buddy *b, const struct op *op, struct os *os, struct outcome *want)
{
	b->before = b->limits;
	/*@ assert same: places(*b) && room(*b, *op); */
	/*@ assert same: names(op->kind) ==> named(*b, op->ref[REF_PLACE]); */
	op_apply(b, op, os, want);
	b->all_touched = b->trace.touched_count > TOUCHED_MAX;
	if (b->all_touched)
		b->trace.touched_count = 0;
	/*@ assert same: places(*b); */
}
