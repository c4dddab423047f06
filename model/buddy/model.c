/* The buddy model as the worker drives it: slots, ops, results. */
/* SPDX-License-Identifier: MIT */
#include "../errno.h"
#include "../model.h"
#include "alloc.h"
#include "load.h"
#include "merge.h"
#include "setup.h"
#include "touch.h"
#include "view_cells.h"
#include "wf_ok.h"

extern const struct tables tables_buddy;
extern const struct model model_buddy;

/* op->ref: what the target reads comes first; the place is for step() alone. */
#define NOTES_MAX 0x3fff0000u /* ops before the notes' numbers are begun anew */
#define REF_RECLAIMED 2
#define REF_MARK 2
#define REF_PLACE 3
#define PLACE_LOOSE SLOTS /* + index; below: a slot */

/*@
  predicate held_in(struct zone z, integer page, integer order) = order <= BUDDY_ORDER_MAX && page + siz(order) <= BUDDY_PAGES
    && ST(z, node_at(page, order)) == NODE_ALLOC && LV(z, node_at(page, order)) == order;
@*/

static void state_reset(void *state, const void *rules)
{
	struct buddy *b = state;
	const struct buddy_geometry *shape;
	bool fresh = b->base_pfn == 0;

	b->rules = *(const struct buddy_rules *)rules;
	shape = &buddy_geometries[b->rules.geometry % BUDDY_GEOMETRIES];
	if (b->lru_used)
		for (uint32_t page = 0; page < b->zone.end; page++)
			b->lru[page] = 0;
	b->lru_used = false;
	for (uint32_t s = 0; s < SLOTS; s++)
		b->slot[s].used = 0;
	b->loose_count = 0;
	if (b->op_count > NOTES_MAX) {
		b->op_count = 0;
		for (uint32_t i = 0; i < BUDDY_LINKS; i++)
			b->noted[i] = 0;
	}
	for (uint32_t r = 0; r < RULES_MAX; r++)
		b->trace.hits[r] = 0;
	buddy_boot(&b->zone, &b->trace, shape, fresh);
	buddy_limits_init(&b->limits, &b->rules, shape->pages);
	b->base_pfn = shape->start_pfn - b->zone.start;
	b->trace.last = RULE_NONE;
	b->trace.touched_count = 0;
	b->all_touched = false;
}

/*@
  requires valid: \valid(b) && b->loose_count <= BUDDY_PAGES;
  requires in:    place < SLOTS || SLOTS <= place < SLOTS + b->loose_count;
  TOTAL;
  assigns         \nothing;
  ensures slot:   place < SLOTS ==> \result == &b->slot[place];
  ensures loose:  place >= SLOTS ==> \result == &b->loose[place - SLOTS];
*/
static struct buddy_held *held_at(struct buddy *b, uint64_t place)
{
	return place < PLACE_LOOSE ? &b->slot[place] : &b->loose[place - PLACE_LOOSE];
}

/*@
  requires valid: \valid(b);
  requires in:    b->loose_count < BUDDY_PAGES && page < BUDDY_PAGES && order <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns         b->loose_count, b->loose[0 .. BUDDY_PAGES - 1];
  ensures count:  b->loose_count == \old(b->loose_count) + 1;
  ensures last:   \let h = b->loose[\old(b->loose_count)]; h.page == page && h.order == order && h.used == 1;
  ensures others: \forall integer k; 0 <= k < \old(b->loose_count) ==> b->loose[k] == \old(b->loose[k]);
*/
static void loose_add(struct buddy *b, uint32_t page, uint32_t order)
{
	b->loose[b->loose_count] =
	    (struct buddy_held){ .page = (uint16_t)page, .order = (uint8_t)order, .used = 1 };
	b->loose_count++;
}

/*@
  requires valid: \valid(b);
  requires in:    b->loose_count < BUDDY_PAGES && slot < SLOTS && page < BUDDY_PAGES && order <= BUDDY_ORDER_MAX;
  requires held:  b->slot[slot].page < BUDDY_PAGES && b->slot[slot].order <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns         b->slot[0 .. SLOTS - 1], b->loose_count, b->loose[0 .. BUDDY_PAGES - 1];
  ensures slot:   b->slot[slot].page == page && b->slot[slot].order == order && b->slot[slot].used == 1;
  ensures count:  b->loose_count == \old(b->loose_count) + (\old(b->slot[slot].used) != 0 ? 1 : 0);
*/
static void slot_fill(struct buddy *b, uint64_t slot, uint32_t page, uint32_t order)
{
	struct buddy_held *held = &b->slot[slot];

	if (held->used)
		loose_add(b, held->page, held->order);
	*held = (struct buddy_held){ .page = (uint16_t)page, .order = (uint8_t)order, .used = 1 };
}

/*@
  requires valid: \valid(b) && b->loose_count <= BUDDY_PAGES;
  requires in:    place < SLOTS || SLOTS <= place < SLOTS + b->loose_count;
  TOTAL;
  assigns         b->slot[0 .. SLOTS - 1], b->loose_count, b->loose[0 .. BUDDY_PAGES - 1];
  ensures slot:   place < SLOTS ==> b->slot[place].used == 0 && b->loose_count == \old(b->loose_count);
  ensures loose:  place >= SLOTS ==> b->loose_count == \old(b->loose_count) - 1;
  ensures last:   SLOTS <= place < SLOTS + b->loose_count ==> b->loose[place - SLOTS] == \old(b->loose[b->loose_count - 1]);
*/
static void place_empty(struct buddy *b, uint64_t place)
{
	if (place < PLACE_LOOSE) {
		b->slot[place].used = 0;
		return;
	}
	b->loose_count--;
	b->loose[place - PLACE_LOOSE] = b->loose[b->loose_count];
}

/* The first slot from @from on that holds a block, round about; SLOTS if none does. */
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

/* The block that a slot holds; else, or if none was named, a loose one; else that of the next slot. */
/*@
  requires valid: \valid(b) && \valid(op) && \separated(b, op);
  requires in:    b->loose_count <= BUDDY_PAGES && b->base_pfn <= 0x40000000 && op->arg[0] <= 0xffffffff && (by_slot ==> op->arg[0] < SLOTS);
  TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:   \result == SKIP_NO || \result == SKIP_EMPTY_SLOT;
  ensures place:  \result == SKIP_NO ==> op->ref[REF_PLACE] < SLOTS || SLOTS <= op->ref[REF_PLACE] < SLOTS + b->loose_count;
  ensures named:  by_slot && b->slot[op->arg[0]].used != 0 ==> \result == SKIP_NO && op->ref[REF_PLACE] == op->arg[0];
*/
static enum skip held_resolve(struct buddy *b, struct op *op, bool by_slot)
{
	uint64_t place = op->arg[0];
	const struct buddy_held *held;

	if (!by_slot || !b->slot[place].used) {
		if (b->loose_count != 0)
			place = PLACE_LOOSE + place % b->loose_count;
		else
			place = slot_used(b, place);
		if (place == SLOTS && b->loose_count == 0)
			return SKIP_EMPTY_SLOT;
	}
	held = held_at(b, place);
	op->ref[0] = b->base_pfn + held->page;
	op->ref[1] = held->order;
	op->ref[REF_RECLAIMED] = 0;
	op->ref[REF_PLACE] = place;
	return SKIP_NO;
}

static enum skip state_admit(void *state, struct op *op)
{
	struct buddy *b = state;
	enum skip skip;

	switch (op->kind) {
	case BUDDY_OP_alloc_pages:
	case BUDDY_OP_alloc_large:
	case BUDDY_OP_alloc_pages_bulk:
		op->ref[0] = op->arg[0];
		op->ref[1] = op->arg[1] * BUDDY_GFP_TYPE + op->arg[2];
		op->ref[REF_RECLAIMED] = op->arg[3];
		return SKIP_NO;
	case BUDDY_OP_free_loose:
		return held_resolve(b, op, false);
	case BUDDY_OP_mark_lru:
		skip = held_resolve(b, op, true);
		op->ref[REF_MARK] = op->arg[1];
		return skip;
	case BUDDY_OP_drain:
		return SKIP_NO;
	default:
		return held_resolve(b, op, true);
	}
}

/*@
  REQUIRES_STATE;
  requires apart: \valid_read(op) && \valid(os) && \valid(want) && \separated(b, op, os, want) && os_ok(*os);
  requires in:    op->arg[0] <= 255 && op->arg[1] < BUDDY_PCPTYPES && op->arg[2] < BUDDY_GFP_TYPE && op->arg[4] < SLOTS;
  requires room:  b->loose_count < BUDDY_PAGES;
  requires held:  b->slot[op->arg[4]].page < BUDDY_PAGES && b->slot[op->arg[4]].order <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns         *b, OS_FIELDS, *want;
  ENSURES_STATE;
  ensures os:     os_ok(*os);
*/
static void step_alloc(struct buddy *b, const struct op *op, struct os *os, struct outcome *want)
{
	uint32_t order = (uint32_t)op->arg[0];
	uint32_t i = buddy_alloc_pages(&b->zone, &b->trace, &b->limits, b->lru, os, order,
				       (uint32_t)op->arg[1], (uint32_t)op->arg[2]);

	want->count = 1;
	if (i == 0) {
		want->err = MODEL_ENOMEM;
		return;
	}
	want->value[0] = b->base_pfn + buddy_page(&b->zone, i);
	slot_fill(b, op->arg[4], buddy_page(&b->zone, i), order);
}

/*@
  REQUIRES_STATE;
  requires apart: \valid_read(op) && \valid(os) && \valid(want) && \separated(b, op, os, want) && os_ok(*os);
  requires in:    op->arg[0] <= BUDDY_BULK_MAX && op->arg[1] < BUDDY_PCPTYPES && op->arg[2] < BUDDY_GFP_TYPE;
  requires room:  b->loose_count + BUDDY_BULK_MAX <= BUDDY_PAGES;
  TOTAL;
  assigns         *b, OS_FIELDS, *want;
  ENSURES_STATE;
  ensures os:     os_ok(*os);
*/
static void step_bulk(struct buddy *b, const struct op *op, struct os *os, struct outcome *want)
{
	uint32_t block[BUDDY_BULK_MAX], k = 0;
	uint32_t got =
	    buddy_alloc_bulk(&b->zone, &b->trace, &b->limits, b->lru, os, (uint32_t)op->arg[0],
			     (uint32_t)op->arg[1], (uint32_t)op->arg[2], block);

	want->count = OUTCOME_VALUES;
	want->value[0] = got;
	/*@
	  loop invariant in: k <= got <= BUDDY_BULK_MAX && b->loose_count == \at(b->loose_count, LoopEntry) + k;
	  loop assigns       k, want->value[0 .. OUTCOME_VALUES - 1], b->loose_count, b->loose[0 .. BUDDY_PAGES - 1];
	  loop variant       got - k;
	*/
	while (k < got) {
		uint32_t page = buddy_page(&b->zone, block[k]);

		if (k + 1 < OUTCOME_VALUES)
			want->value[k + 1] = b->base_pfn + page;
		loose_add(b, page, 0);
		k++;
	}
}

/*@
  requires valid: \valid(b) && \valid_read(held) && \separated(&b->lru[0 .. BUDDY_PAGES - 1], &b->lru_used, held);
  requires in:    held->order <= BUDDY_ORDER_MAX && held->page + siz(held->order) <= BUDDY_PAGES;
  TOTAL;
  assigns         b->lru[0 .. BUDDY_PAGES - 1], b->lru_used;
  ensures set:    \forall integer k; held->page <= k < held->page + siz(held->order) ==> b->lru[k] == (on ? 1 : 0);
  ensures others: \forall integer k; 0 <= k < BUDDY_PAGES && !(held->page <= k < held->page + siz(held->order)) ==> b->lru[k] == \old(b->lru[k]);
  ensures used:   b->lru_used == true <==> \old(b->lru_used) == true || on == true;
*/
static void lru_set(struct buddy *b, const struct buddy_held *held, bool on)
{
	uint32_t page = held->page, end = page + buddy_size(held->order);

	/*@
	  loop invariant in:     held->page <= page <= end;
	  loop invariant set:    \forall integer k; held->page <= k < page ==> b->lru[k] == (on ? 1 : 0);
	  loop invariant others: \forall integer k; 0 <= k < BUDDY_PAGES && !(held->page <= k < page) ==> b->lru[k] == \at(b->lru[k], Pre);
	  loop assigns           page, b->lru[0 .. BUDDY_PAGES - 1];
	  loop variant           end - page;
	*/
	while (page < end) {
		b->lru[page] = on;
		page++;
	}
	if (on)
		b->lru_used = true;
}

/*@
  REQUIRES_STATE;
  requires apart: \valid_read(op) && \separated(b, op);
  requires in:    b->loose_count <= BUDDY_PAGES && op->ref[REF_PLACE] < SLOTS + b->loose_count;
  requires held:  \let r = op->ref[REF_PLACE]; r < SLOTS ? held_in(b->zone, b->slot[r].page, b->slot[r].order)
    : held_in(b->zone, b->loose[r - SLOTS].page, b->loose[r - SLOTS].order);
  TOTAL;
  assigns         *b;
  ENSURES_STATE;
*/
static void step_free(struct buddy *b, const struct op *op)
{
	const struct buddy_held held = *held_at(b, op->ref[REF_PLACE]);

	place_empty(b, op->ref[REF_PLACE]);
	if (b->lru_used)
		lru_set(b, &held, false);
	buddy_free_block(&b->zone, &b->trace, &b->limits, buddy_node(held.page, held.order));
}

/*@
  REQUIRES_STATE;
  requires apart: \valid_read(op) && \separated(b, op);
  requires in:    b->loose_count <= BUDDY_PAGES && op->ref[REF_PLACE] < SLOTS + b->loose_count;
  requires held:  \let r = op->ref[REF_PLACE]; r < SLOTS ? held_in(b->zone, b->slot[r].page, b->slot[r].order)
    : held_in(b->zone, b->loose[r - SLOTS].page, b->loose[r - SLOTS].order);
  requires room:  b->loose_count + BUDDY_PAGES / BUDDY_ROOT <= BUDDY_PAGES;
  TOTAL;
  assigns         *b;
  ENSURES_STATE;
*/
static void step_split(struct buddy *b, const struct op *op)
{
	struct buddy_held *held = held_at(b, op->ref[REF_PLACE]);
	uint32_t page = held->page, size = buddy_size(held->order), k = 1;

	(void)buddy_split_to(&b->zone, buddy_node(page, held->order), 0);
	rule_fire(&b->trace, BUDDY_RULE_split);
	held->order = 0;
	/*@
	  loop invariant in: 1 <= k <= size && b->loose_count == \at(b->loose_count, LoopEntry) + (k - 1);
	  loop assigns       k, b->loose_count, b->loose[0 .. BUDDY_PAGES - 1];
	  loop variant       size - k;
	*/
	while (k < size) {
		loose_add(b, page + k, 0);
		k++;
	}
}

/*@
  REQUIRES_STATE;
  requires apart: \valid_read(op) && \separated(b, op);
  requires in:    b->loose_count <= BUDDY_PAGES && op->ref[REF_PLACE] < SLOTS + b->loose_count;
  requires held:  \let r = op->ref[REF_PLACE]; r < SLOTS ? held_in(b->zone, b->slot[r].page, b->slot[r].order)
    : held_in(b->zone, b->loose[r - SLOTS].page, b->loose[r - SLOTS].order);
  TOTAL;
  assigns         *b;
  ENSURES_STATE;
*/
static void step_mark(struct buddy *b, const struct op *op)
{
	lru_set(b, held_at(b, op->ref[REF_PLACE]), op->arg[1] != 0);
	rule_fire(&b->trace, BUDDY_RULE_mark);
}

/* Is @touched new in this op? @orders: bits of those whose count is noted. */
/*@
  requires valid: \valid(b) && \valid(orders) && \separated(b, orders);
  requires in:    note(touched) && b->op_count < 0x7fffffff;
  TOTAL;
  assigns         b->noted[0 .. BUDDY_LINKS - 1], *orders;
*/
static bool note_new(struct buddy *b, uint32_t *orders, uint32_t touched)
{
	uint32_t what = touched & ~TOUCH_KIND, kind = touched & TOUCH_KIND, note;

	if (kind == TOUCH_TYPE)
		return true;
	if (kind == TOUCH_COUNT) {
		if ((*orders >> what & 1u) != 0)
			return false;
		*orders |= 1u << what;
		return true;
	}
	note = b->op_count * 2u + (kind == TOUCH_FREE);
	if (b->noted[what] >= note)
		return false;
	b->noted[what] = note;
	return true;
}

/* Each note of this op once: a refill notes the same nodes again and again. */
/*@
  requires valid: \valid(b);
  requires in:    b->op_count < 0x7ffffffe && b->trace.touched_count <= TOUCHED_MAX;
  requires notes: \forall integer k; 0 <= k < b->trace.touched_count && k < TOUCHED_MAX ==> note(b->trace.touched[k]);
  TOTAL;
  assigns         b->op_count, b->noted[0 .. BUDDY_LINKS - 1], b->trace.touched_count, b->trace.touched[0 .. TOUCHED_MAX - 1];
  ensures notes:  \forall integer k; 0 <= k < b->trace.touched_count && k < TOUCHED_MAX ==> note(b->trace.touched[k]);
  ensures fewer:  b->trace.touched_count <= \old(b->trace.touched_count);
*/
static void notes_reduce(struct buddy *b)
{
	struct trace *t = &b->trace;
	uint32_t kept = 0, orders = 0, k = 0;

	b->op_count++;
	/*@
	  loop invariant in:    kept <= k <= b->trace.touched_count && b->trace.touched_count == \at(b->trace.touched_count, Pre);
	  loop invariant notes: \forall integer j; 0 <= j < b->trace.touched_count ==> note(b->trace.touched[j]);
	  loop assigns          kept, orders, k, b->noted[0 .. BUDDY_LINKS - 1], b->trace.touched[0 .. TOUCHED_MAX - 1];
	  loop variant          b->trace.touched_count - k;
	*/
	while (k < t->touched_count) {
		uint32_t touched = t->touched[k];

		if (note_new(b, &orders, touched)) {
			t->touched[kept] = touched;
			kept++;
		}
		k++;
	}
	t->touched_count = kept;
}

static void op_step(struct buddy *b, const struct op *op, struct os *os, struct outcome *want)
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

static void state_step(void *state, const struct op *op, struct os *os, struct outcome *want)
{
	struct buddy *b = state;

	b->before = b->limits;
	op_step(b, op, os, want);
	b->all_touched = b->trace.touched_count > TOUCHED_MAX;
	if (b->all_touched)
		b->trace.touched_count = 0;
}

static void state_view(const void *state, enum view_scope scope, struct view *view)
{
	/* Notes are no part of the model: they only lie beside it. */
	if (scope == VIEW_TOUCHED)
		notes_reduce((struct buddy *)(uintptr_t)state);
	buddy_view(state, scope, view);
}

static bool state_wf_ok(const void *state)
{
	return zone_wf_ok(&((const struct buddy *)state)->zone);
}

static bool state_load(void *state, const struct view *seen)
{
	return buddy_load(state, seen);
}

static struct trace *state_trace(void *state)
{
	return &((struct buddy *)state)->trace;
}

const struct model model_buddy = {
	.tables = &tables_buddy,
	.bytes = sizeof(struct buddy),
	.reset = state_reset,
	.admit = state_admit,
	.step = state_step,
	.view = state_view,
	.load = state_load,
	.wf_ok = state_wf_ok,
	.trace = state_trace,
};
