/* Freeing a block: coalescing with its buddies, and where it goes. */
/* SPDX-License-Identifier: MIT */
#include "merge.h"
#include "rules.h"

bool buddy_inside(const struct zone *z, uint32_t i)
{
	uint32_t page = buddy_page(z, i);

	return page >= z->start && page < z->end;
}

bool buddy_mergeable_type(uint32_t type)
{
	return type < BUDDY_PCPTYPES;
}

/* Is the buddy of @i a free block of the same order, and are both of this zone? */
/*@
  requires valid: \valid_read(z);
  requires wf:    levels(*z) && kinds(*z);
  requires in:    2 * BUDDY_ROOT <= i < BUDDY_NODES;
  TOTAL;
  assigns         \nothing;
  ensures free:   \result == true ==> ST(*z, sibl(i)) == NODE_FREE;
*/
static bool buddy_is_free(const struct zone *z, uint32_t i)
{
	uint32_t buddy = buddy_sibling(i);

	return z->t.st[buddy] == NODE_FREE && buddy_inside(z, i) && buddy_inside(z, buddy);
}

/* May @i, freed as @type, be merged with its free buddy? From a pageblock up the buddy may have another type. */
/*@
  requires valid: \valid_read(z);
  requires wf:    wft(*z);
  requires in:    2 * BUDDY_ROOT <= i < BUDDY_NODES && type < BUDDY_TYPES;
  TOTAL;
  assigns         \nothing;
*/
static bool types_allow(const struct zone *z, uint32_t i, uint32_t type)
{
	uint32_t other;

	if (z->t.lv[i] < z->pageblock_order)
		return true;
	other = buddy_type(z, buddy_page(z, buddy_sibling(i)));
	return other == type || (buddy_mergeable_type(type) && buddy_mergeable_type(other));
}

/* The buddy comes off its list and takes the type of what it is merged with. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  requires in:    2 * BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && ST(*z, sibl(i)) == NODE_FREE;
  requires tall:  LV(*z, i) < z->max_order && type < BUDDY_TYPES;
  TOTAL;
  assigns         OFF_FIELDS, z->kept[0 .. BUDDY_NODES - 1], z->type[0 .. BUDDY_PAGES - 1], TRACE_FIELDS;
  ENSURES_WF;
  ensures up:     \result == i / 2 && ST(*z, \result) == NODE_ALLOC;
*/
static uint32_t merge_up(struct zone *z, struct trace *t, uint32_t i, uint32_t type)
{
	uint32_t buddy = buddy_sibling(i), parent = buddy_parent(i);
	uint32_t page = buddy_page(z, buddy), order = z->t.lv[i];

	hand_take(z, t, buddy);
	rule_fire(t, BUDDY_RULE_coalesce);
	if (order >= z->pageblock_order && buddy_type(z, page) != type) {
		hand_retype(z, t, page, buddy_size(order), type);
		rule_fire(t, BUDDY_RULE_merge_retype);
	}
	buddy_merge(z, parent);
	return parent;
}

/* A block whose merged form would soon find its own buddy free goes to the tail: it had better wait. */
/*@
  requires valid: \valid_read(z);
  requires wf:    wft(*z);
  requires in:    2 * BUDDY_ROOT <= i < BUDDY_NODES;
  TOTAL;
  assigns         \nothing;
*/
static bool merge_likely(const struct zone *z, uint32_t i)
{
	return z->t.lv[i] + 1u < z->max_order && buddy_is_free(z, buddy_parent(i));
}

void buddy_free_one(struct zone *z, struct trace *t, uint32_t i, uint32_t type, bool to_tail)
{
	bool tail = to_tail;

	/*@
	  loop invariant in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && LV(*z, i) <= z->max_order;
	  LOOP_WF;
	  loop invariant clock: z->clock == \at(z->clock, LoopEntry);
	  loop assigns          i, OFF_FIELDS, z->kept[0 .. BUDDY_NODES - 1], z->type[0 .. BUDDY_PAGES - 1], TRACE_FIELDS;
	  loop variant          i;
	*/
	while (z->t.lv[i] < z->max_order && buddy_is_free(z, i)) {
		if (!types_allow(z, i, type)) {
			rule_fire(t, BUDDY_RULE_merge_forbidden);
			break;
		}
		i = merge_up(z, t, i, type);
	}
	if (to_tail) {
		rule_fire(t, BUDDY_RULE_free_to_tail);
	} else if (merge_likely(z, i)) {
		tail = true;
		rule_fire(t, BUDDY_RULE_merge_likely);
	} else {
		rule_fire(t, BUDDY_RULE_free_to_head);
	}
	hand_free(z, t, i, type, tail);
}

void buddy_split_to(struct zone *z, uint32_t i, uint32_t order)
{
	uint32_t count = 1;

	while (z->t.lv[i] > order) {
		for (uint32_t k = 0; k < count; k++)
			buddy_split(z, i + k);
		i = 2 * i;
		count = 2 * count;
	}
}

void buddy_free_split(struct zone *z, struct trace *t, uint32_t i, bool to_tail)
{
	uint32_t order = z->t.lv[i], count, page;

	if (order > z->pageblock_order) {
		buddy_split_to(z, i, z->pageblock_order);
		rule_fire(t, BUDDY_RULE_free_by_pageblock);
		count = buddy_size(order - z->pageblock_order);
		page = buddy_page(z, i);
		order = z->pageblock_order;
	} else {
		count = 1;
		page = buddy_page(z, i);
	}
	for (uint32_t k = 0; k < count; k++) {
		buddy_free_one(z, t, buddy_node(page, order), buddy_type(z, page), to_tail);
		page += buddy_size(order);
	}
}
