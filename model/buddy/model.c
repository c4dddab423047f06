/* The buddy model as the worker drives it: slots, ops, results. */
/* SPDX-License-Identifier: MIT */
#include "../errno.h"
#include "../model.h"
#include "algorithm/alloc.h"
#include "adapter/load.h"
#include "algorithm/merge.h"
#include "adapter/notes.h"
#include "adapter/place.h"
#include "algorithm/setup.h"
#include "state/wf_ok.h"

/* The worker's pointers as what they are: the type of struct model's functions cannot say it. */
#define OF(state) ((struct buddy *)(state))
#define RULES_OF(rules) ((const struct buddy_rules *)(rules))

extern const struct tables tables_buddy;
extern const struct model model_buddy;

/* op->ref: what the target reads comes first; the place is for step() alone. */
#define REF_RECLAIMED 2
#define REF_MARK 2
#define REF_PLACE 3

/*@
  predicate allocates(integer kind) = kind == BUDDY_OP_alloc_pages || kind == BUDDY_OP_alloc_large;
  predicate names(integer kind) = kind == BUDDY_OP_free_pages || kind == BUDDY_OP_free_loose || kind == BUDDY_OP_split_page || kind == BUDDY_OP_mark_lru;
  // what operand.def allows
  predicate args_in(struct op op) = (allocates(op.kind) ==> op.arg[0] <= 255 && op.arg[4] < SLOTS)
    && (op.kind == BUDDY_OP_alloc_pages_bulk ==> 1 <= op.arg[0] <= BUDDY_BULK_MAX)
    && (allocates(op.kind) || op.kind == BUDDY_OP_alloc_pages_bulk ==> op.arg[1] < BUDDY_PCPTYPES && op.arg[2] < BUDDY_GFP_TYPE)
    && (names(op.kind) ==> (op.kind == BUDDY_OP_free_loose ? op.arg[0] <= 0xffffffff : op.arg[0] < SLOTS));
  // the blocks that an op makes loose have places
  predicate room(struct buddy b, struct op op) = (allocates(op.kind) ==> b.loose_count < BUDDY_PAGES)
    && (op.kind == BUDDY_OP_alloc_pages_bulk ==> b.loose_count + op.arg[0] <= BUDDY_PAGES)
    && (op.kind == BUDDY_OP_split_page ==> op.ref[1] <= BUDDY_ORDER_MAX && b.loose_count + siz(op.ref[1]) <= BUDDY_PAGES + 1);
@*/

/*@
  requires valid: \valid(t);
  TOTAL;
  assigns         *t;
  ensures none:   t->touched_count == 0 && t->last == RULE_NONE;
*/
static void trace_reset(struct trace *t)
{
	uint32_t r = 0;

	t->last = RULE_NONE;
	t->touched_count = 0;
	/*@
	  loop invariant in: r <= RULES_MAX;
	  loop assigns       r, t->hits[0 .. RULES_MAX - 1];
	  loop variant       RULES_MAX - r;
	*/
	while (r < RULES_MAX) {
		t->hits[r] = 0;
		r++;
	}
}

/* No page is marked any more. */
/*@
  requires valid: \valid(b);
  requires in:    b->lru_used ==> b->zone.end <= BUDDY_PAGES;
  TOTAL;
  assigns         b->lru[0 .. BUDDY_PAGES - 1], b->lru_used;
  ensures none:   b->lru_used == false;
  ensures clear:  \old(b->lru_used) == true ==> \forall integer k; 0 <= k < b->zone.end ==> b->lru[k] == 0;
*/
static void lru_reset(struct buddy *b)
{
	uint32_t page = 0;

	/*@
	  loop invariant in:    b->lru_used ==> page <= b->zone.end;
	  loop invariant clear: \forall integer k; 0 <= k < page ==> b->lru[k] == 0;
	  loop assigns          page, b->lru[0 .. BUDDY_PAGES - 1];
	  loop variant          b->zone.end - page;
	*/
	while (b->lru_used && page < b->zone.end) {
		b->lru[page] = 0;
		page++;
	}
	b->lru_used = false;
}

/* The zone after boot under @rules. @b is a state, or zeroes. */
/*@
  requires valid: \valid(b) && \valid_read(rules) && \separated(b, rules);
  requires rules: RULES_IN(*rules);
  requires was:   b->base_pfn == 0 ? b->lru_used == false : zone_wf(b->zone);
  requires slots: \forall integer s; 0 <= s < SLOTS ==> b->slot[s].page < BUDDY_PAGES && b->slot[s].order <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns         *b;
  ensures wf:     zone_wf(b->zone);
  ensures ok:     PCP_OK(b->limits.pcp) && MARKS_OK(b->limits.marks) && 0 < b->base_pfn <= 0x40000000;
  ensures clock:  b->zone.clock <= 0x2000000;
  ensures places: places(*b);
  ensures notes:  b->trace.touched_count == 0 && b->op_count <= NOTES_MAX;
*/
static void state_reset(struct buddy *b, const struct buddy_rules *rules)
{
	const struct buddy_geometry shape = buddy_shape(rules->geometry);

	lru_reset(b);
	buddy_places_reset(b);
	buddy_notes_reset(b);
	b->rules = *rules;
	trace_reset(&b->trace);
	buddy_boot(&b->zone, &b->trace, &shape, b->base_pfn == 0);
	b->trace.last = RULE_NONE; /* the rules of the boot are counted; no op has been */
	b->trace.touched_count = 0;
	buddy_limits_init(&b->limits, &b->rules, shape.pages);
	b->base_pfn = shape.start_pfn - b->zone.start;
	b->all_touched = false;
}

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

/* Resolves @op. Skipped: one that names nothing, and one whose blocks would find no place. */
/*@
  requires valid:  \valid_read(b) && \valid(op) && \separated(b, op);
  requires places: places(*b) && b->base_pfn <= 0x40000000;
  requires args:   args_in(*op);
  requires kind:   allocates(op->kind) || names(op->kind) || op->kind == BUDDY_OP_alloc_pages_bulk || op->kind == BUDDY_OP_drain;
  TOTAL;
  assigns          op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:    \result == SKIP_NO || \result == SKIP_EMPTY_SLOT || \result == SKIP_CAPACITY;
  ensures place:   \result == SKIP_NO && names(op->kind) ==> op->ref[REF_PLACE] < SLOTS + b->loose_count;
  ensures room:    \result == SKIP_NO ==> room(*b, *op);
*/
static enum skip op_admit(const struct buddy *b, struct op *op)
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

/*@
  REQUIRES_STATE;
  requires apart:  \valid_read(op) && \valid(os) && \valid(want) && \separated(b, op, os, want) && os_ok(*os);
  requires in:     op->arg[0] <= 255 && op->arg[1] < BUDDY_PCPTYPES && op->arg[2] < BUDDY_GFP_TYPE && op->arg[4] < SLOTS;
  requires room:   b->loose_count < BUDDY_PAGES;
  requires places: places(*b);
  TOTAL;
  assigns          *b, OS_FIELDS, *want;
  ENSURES_STATE;
  ensures places:  places(*b);
  ensures notes:   b->op_count == \old(b->op_count);
  ensures os:      os_ok(*os);
*/
static void step_alloc(struct buddy *b, const struct op *op, struct os *os, struct outcome *want)
{
	uint32_t order = (uint32_t)op->arg[0], page;
	uint32_t i = buddy_alloc_pages(&b->zone, &b->trace, &b->limits, b->lru, os, order,
				       (uint32_t)op->arg[1], (uint32_t)op->arg[2]);

	/*@ assert same: places(*b); */
	want->count = 1;
	if (i == 0) {
		want->err = MODEL_ENOMEM;
		return;
	}
	page = buddy_page(&b->zone, i);
	want->value[0] = b->base_pfn + page;
	buddy_slot_fill(b, op->arg[4], page, order);
}

/*@
  REQUIRES_STATE;
  requires apart:  \valid_read(op) && \valid(os) && \valid(want) && \separated(b, op, os, want) && os_ok(*os);
  requires in:     1 <= op->arg[0] <= BUDDY_BULK_MAX && op->arg[1] < BUDDY_PCPTYPES && op->arg[2] < BUDDY_GFP_TYPE;
  requires room:   b->loose_count + op->arg[0] <= BUDDY_PAGES;
  requires places: places(*b);
  TOTAL;
  assigns          *b, OS_FIELDS, *want;
  ENSURES_STATE;
  ensures places:  places(*b);
  ensures notes:   b->op_count == \old(b->op_count);
  ensures os:      os_ok(*os);
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
	  loop invariant in:     k <= got <= op->arg[0] && b->loose_count == \at(b->loose_count, LoopEntry) + k;
	  loop invariant places: places(*b);
	  loop assigns           k, want->value[0 .. OUTCOME_VALUES - 1], b->loose_count, b->loose[0 .. BUDDY_PAGES - 1];
	  loop variant           got - k;
	*/
	while (k < got) {
		uint32_t page = buddy_page(&b->zone, block[k]);

		if (k + 1 < OUTCOME_VALUES)
			want->value[k + 1] = b->base_pfn + page;
		buddy_loose_add(b, page, 0);
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
  REQUIRES_STATE;
  requires apart:  \valid_read(op) && \separated(b, op);
  requires places: places(*b);
  requires named:  named(*b, op->ref[REF_PLACE]);
  TOTAL;
  assigns          *b;
  ENSURES_STATE;
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
  REQUIRES_STATE;
  requires apart:  \valid_read(op) && \separated(b, op);
  requires places: places(*b);
  requires named:  named(*b, op->ref[REF_PLACE]);
  requires room:   \let r = op->ref[REF_PLACE]; b->loose_count + siz(r < SLOTS ? b->slot[r].order : b->loose[r - SLOTS].order) <= BUDDY_PAGES + 1;
  TOTAL;
  assigns          *b;
  ENSURES_STATE;
  ensures places:  places(*b);
  ensures notes:   b->op_count == \old(b->op_count);
*/
static void step_split(struct buddy *b, const struct op *op)
{
	const struct buddy_held held = buddy_held_at(b, op->ref[REF_PLACE]);
	uint32_t page = held.page, size = buddy_size(held.order), k = 1;

	/*@ assert held: held_in(b->zone, held.page, held.order); */
	(void)buddy_split_to(&b->zone, buddy_node(page, held.order), 0);
	rule_fire(&b->trace, BUDDY_RULE_split);
	buddy_place_shrink(b, op->ref[REF_PLACE]);
	/*@
	  loop invariant in:     1 <= k <= size && b->loose_count == \at(b->loose_count, LoopEntry) + (k - 1);
	  loop invariant places: places(*b);
	  loop assigns           k, b->loose_count, b->loose[0 .. BUDDY_PAGES - 1];
	  loop variant           size - k;
	*/
	while (k < size) {
		buddy_loose_add(b, page + k, 0);
		k++;
	}
}

/*@
  REQUIRES_STATE;
  requires apart:  \valid_read(op) && \separated(b, op);
  requires places: places(*b);
  requires named:  named(*b, op->ref[REF_PLACE]);
  TOTAL;
  assigns          *b;
  ENSURES_STATE;
  ensures places:  places(*b);
  ensures notes:   b->op_count == \old(b->op_count);
*/
static void step_mark(struct buddy *b, const struct op *op)
{
	const struct buddy_held held = buddy_held_at(b, op->ref[REF_PLACE]);

	/*@ assert held: held_in(b->zone, held.page, held.order); */
	lru_set(b, held, op->arg[1] != 0);
	rule_fire(&b->trace, BUDDY_RULE_mark);
	/*@ assert same: places(*b); */
}

/* The op's effect. */
/*@
  REQUIRES_STATE;
  REQUIRES_ADMITTED;
  TOTAL;
  assigns          *b, OS_FIELDS, *want;
  ENSURES_STATE;
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

/* The op's effect, with what the view needs: the limits before it, whether it touched more than could be noted. */
/*@
  REQUIRES_STATE;
  REQUIRES_ADMITTED;
  TOTAL;
  assigns          *b, OS_FIELDS, *want;
  ENSURES_STATE;
  ensures places:  places(*b);
  ensures notes:   b->trace.touched_count <= TOUCHED_MAX && b->op_count == \old(b->op_count);
  ensures os:      os_ok(*os);
*/
static void op_step(struct buddy *b, const struct op *op, struct os *os, struct outcome *want)
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

/* The cells of @b. Notes are no part of the model: they only lie beside it. */
/*@
  REQUIRES_SHOWN;
  requires own:    \valid(b);
  requires places: places(*b);
  requires few:    b->op_count < 0x7ffffffe && b->trace.touched_count <= TOUCHED_MAX;
  requires notes:  \forall integer k; 0 <= k < b->trace.touched_count && k < TOUCHED_MAX ==> note(b->trace.touched[k]);
  TOTAL;
  assigns          b->op_count, b->noted[0 .. BUDDY_LINKS - 1], b->trace.touched_count, b->trace.touched[0 .. TOUCHED_MAX - 1],
                   view->count, view->overflow, view->cell[0 .. view->capacity - 1];
  ensures count:   view->count <= view->capacity;
  ensures places:  places(*b);
*/
static void state_view(struct buddy *b, enum view_scope scope, struct view *view)
{
	if (scope == VIEW_TOUCHED)
		buddy_notes_reduce(b);
	buddy_view(b, scope, view);
}

/*@
  requires valid: \valid(OF(state)) && \valid_read(RULES_OF(rules)) && \separated(OF(state), RULES_OF(rules));
  requires rules: RULES_IN(*RULES_OF(rules));
  requires was:   OF(state)->base_pfn == 0 ? OF(state)->lru_used == false : zone_wf(OF(state)->zone);
  requires slots: \forall integer s; 0 <= s < SLOTS ==> OF(state)->slot[s].page < BUDDY_PAGES && OF(state)->slot[s].order <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns         *OF(state);
  ensures wf:     zone_wf(OF(state)->zone);
  ensures ok:     PCP_OK(OF(state)->limits.pcp) && MARKS_OK(OF(state)->limits.marks) && 0 < OF(state)->base_pfn <= 0x40000000;
  ensures clock:  OF(state)->zone.clock <= 0x2000000;
  ensures places: places(*OF(state));
  ensures notes:  OF(state)->trace.touched_count == 0 && OF(state)->op_count <= NOTES_MAX;
*/
static void reset(void *state, const void *rules)
{
	state_reset(state, rules);
}

/*@
  requires valid:  \valid_read(OF(state)) && \valid(op) && \separated(OF(state), op);
  requires places: places(*OF(state)) && OF(state)->base_pfn <= 0x40000000;
  requires args:   args_in(*op);
  requires kind:   allocates(op->kind) || names(op->kind) || op->kind == BUDDY_OP_alloc_pages_bulk || op->kind == BUDDY_OP_drain;
  TOTAL;
  assigns          op->ref[0 .. OP_ARGS_MAX - 1];
  ensures skip:    \result == SKIP_NO || \result == SKIP_EMPTY_SLOT || \result == SKIP_CAPACITY;
  ensures place:   \result == SKIP_NO && names(op->kind) ==> op->ref[REF_PLACE] < SLOTS + OF(state)->loose_count;
  ensures room:    \result == SKIP_NO ==> room(*OF(state), *op);
*/
static enum skip admit(void *state, struct op *op)
{
	return op_admit(state, op);
}

/*@
  requires valid:  \valid(OF(state));
  requires wf:     zone_wf(OF(state)->zone);
  requires ok:     PCP_OK(OF(state)->limits.pcp) && MARKS_OK(OF(state)->limits.marks) && OF(state)->base_pfn <= 0x40000000;
  requires clock:  OF(state)->zone.clock < BUDDY_CLOCK_MAX - 0x1000000000;
  requires apart:  \valid_read(op) && \valid(os) && \valid(want) && \separated(OF(state), op, os, want) && os_ok(*os);
  requires places: places(*OF(state));
  requires args:   args_in(*op);
  requires room:   room(*OF(state), *op);
  requires named:  names(op->kind) ==> named(*OF(state), op->ref[REF_PLACE]);
  requires order:  op->kind == BUDDY_OP_split_page ==> \let r = op->ref[REF_PLACE];
    op->ref[1] == (r < SLOTS ? OF(state)->slot[r].order : OF(state)->loose[r - SLOTS].order);
  TOTAL;
  assigns          *OF(state), OS_FIELDS, *want;
  ensures wf:      zone_wf(OF(state)->zone);
  ensures ok:      PCP_OK(OF(state)->limits.pcp) && MARKS_OK(OF(state)->limits.marks) && OF(state)->base_pfn == \old(OF(state)->base_pfn);
  ensures clock:   \old(OF(state)->zone.clock) <= OF(state)->zone.clock <= \old(OF(state)->zone.clock) + 0x800000000;
  ensures places:  places(*OF(state));
  ensures notes:   OF(state)->trace.touched_count <= TOUCHED_MAX && OF(state)->op_count == \old(OF(state)->op_count);
  ensures os:      os_ok(*os);
*/
static void step(void *state, const struct op *op, struct os *os, struct outcome *want)
{
	op_step(state, op, os, want);
}

/*@
  requires state:  \valid_read(OF(state)) && \separated(OF(state), cells, cells->cell + (0 .. cells->capacity - 1));
  requires base:   OF(state)->base_pfn <= 0x40000000;
  requires wf:     zone_wf(OF(state)->zone);
  requires view:   \valid(cells) && cells->count <= cells->capacity;
  requires cells:  \valid(cells->cell + (0 .. cells->capacity - 1)) && \separated(cells, cells->cell + (0 .. cells->capacity - 1));
  requires own:    \valid(OF(state));
  requires places: places(*OF(state));
  requires few:    OF(state)->op_count < 0x7ffffffe && OF(state)->trace.touched_count <= TOUCHED_MAX;
  requires notes:  \forall integer k; 0 <= k < OF(state)->trace.touched_count && k < TOUCHED_MAX ==> note(OF(state)->trace.touched[k]);
  TOTAL;
  assigns          OF(state)->op_count, OF(state)->noted[0 .. BUDDY_LINKS - 1], OF(state)->trace.touched_count, OF(state)->trace.touched[0 .. TOUCHED_MAX - 1],
                   cells->count, cells->overflow, cells->cell[0 .. cells->capacity - 1];
  ensures count:   cells->count <= cells->capacity;
  ensures places:  places(*OF(state));
*/
static void view(const void *state, enum view_scope scope, struct view *cells)
{
	state_view(OF(state), scope, cells);
}

/*@
  requires valid: \valid_read(OF(state));
  TOTAL;
  assigns         \nothing;
  ensures iff:    \result == true <==> zone_wf(OF(state)->zone);
*/
static bool model_wf_ok(const void *state)
{
	return zone_wf_ok(&OF(state)->zone);
}

/*@
  requires state: \valid(OF(state));
  requires wf:    zone_wf(OF(state)->zone);
  requires seen:  \valid_read(seen) && \valid_read(seen->cell + (0 .. seen->count - 1));
  requires apart: \separated(OF(state), seen, seen->cell + (0 .. seen->count - 1));
  TOTAL;
  assigns         OF(state)->zone, OF(state)->noted[0 .. BUDDY_LINKS - 1];
  ensures wf:     zone_wf(OF(state)->zone);
*/
static bool load(void *state, const struct view *seen)
{
	return buddy_load(state, seen);
}

/*@
  requires valid: \valid(OF(state));
  TOTAL;
  assigns         \result \from state;
  ensures which:  \result == &OF(state)->trace;
*/
static struct trace *model_trace(void *state)
{
	return &OF(state)->trace;
}

const struct model model_buddy = {
	.tables = &tables_buddy,
	.bytes = sizeof(struct buddy),
	.reset = reset,
	.admit = admit,
	.step = step,
	.view = view,
	.load = load,
	.wf_ok = model_wf_ok,
	.trace = model_trace,
};
