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

static struct buddy_held *held_at(struct buddy *b, uint64_t place)
{
	return place < PLACE_LOOSE ? &b->slot[place] : &b->loose[place - PLACE_LOOSE];
}

static void loose_add(struct buddy *b, uint32_t page, uint32_t order)
{
	b->loose[b->loose_count] =
	    (struct buddy_held){ .page = (uint16_t)page, .order = (uint8_t)order, .used = 1 };
	b->loose_count++;
}

static void slot_fill(struct buddy *b, uint64_t slot, uint32_t page, uint32_t order)
{
	struct buddy_held *held = &b->slot[slot];

	if (held->used)
		loose_add(b, held->page, held->order);
	*held = (struct buddy_held){ .page = (uint16_t)page, .order = (uint8_t)order, .used = 1 };
}

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
static uint64_t slot_used(const struct buddy *b, uint64_t from)
{
	for (uint64_t k = 0; k < SLOTS; k++)
		if (b->slot[(from + k) % SLOTS].used)
			return (from + k) % SLOTS;
	return SLOTS;
}

/* The block that a slot holds; else, or if none was named, a loose one; else that of the next slot. */
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

static void step_bulk(struct buddy *b, const struct op *op, struct os *os, struct outcome *want)
{
	uint32_t block[BUDDY_BULK_MAX];
	uint32_t got =
	    buddy_alloc_bulk(&b->zone, &b->trace, &b->limits, b->lru, os, (uint32_t)op->arg[0],
			     (uint32_t)op->arg[1], (uint32_t)op->arg[2], block);

	want->count = OUTCOME_VALUES;
	want->value[0] = got;
	for (uint32_t k = 0; k < got; k++) {
		uint32_t page = buddy_page(&b->zone, block[k]);

		if (k + 1 < OUTCOME_VALUES)
			want->value[k + 1] = b->base_pfn + page;
		loose_add(b, page, 0);
	}
}

static void lru_set(struct buddy *b, const struct buddy_held *held, bool on)
{
	for (uint32_t k = 0; k < buddy_size(held->order); k++)
		b->lru[held->page + k] = on;
	b->lru_used |= on;
}

static void step_free(struct buddy *b, const struct op *op)
{
	const struct buddy_held held = *held_at(b, op->ref[REF_PLACE]);

	place_empty(b, op->ref[REF_PLACE]);
	if (b->lru_used)
		lru_set(b, &held, false);
	buddy_free_block(&b->zone, &b->trace, &b->limits, buddy_node(held.page, held.order));
}

static void step_split(struct buddy *b, const struct op *op)
{
	struct buddy_held *held = held_at(b, op->ref[REF_PLACE]);
	uint32_t size = buddy_size(held->order);

	buddy_split_to(&b->zone, buddy_node(held->page, held->order), 0);
	rule_fire(&b->trace, BUDDY_RULE_split);
	held->order = 0;
	for (uint32_t k = 1; k < size; k++)
		loose_add(b, held->page + k, 0);
}

static void step_mark(struct buddy *b, const struct op *op)
{
	lru_set(b, held_at(b, op->ref[REF_PLACE]), op->arg[1] != 0);
	rule_fire(&b->trace, BUDDY_RULE_mark);
}

/* Each note of this op once: a refill notes the same nodes again and again. */
static void notes_reduce(struct buddy *b)
{
	struct trace *t = &b->trace;
	uint32_t kept = 0, orders = 0;

	b->op_count++;
	for (uint32_t k = 0; k < t->touched_count; k++) {
		uint32_t what = t->touched[k] & ~TOUCH_KIND, kind = t->touched[k] & TOUCH_KIND;

		if (kind == TOUCH_COUNT) {
			if ((orders >> what & 1u) != 0)
				continue;
			orders |= 1u << what;
		} else if (kind != TOUCH_TYPE) {
			uint32_t note = b->op_count * 2u + (kind == TOUCH_FREE);

			if (b->noted[what] >= note)
				continue;
			b->noted[what] = note;
		}
		t->touched[kept] = t->touched[k];
		kept++;
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
