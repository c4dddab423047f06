/* A state of the model from what was read from the real side. */
/* SPDX-License-Identifier: MIT */
#include "load.h"
#include "../state/hole.h"
#include "../state/list.h"
#include "../state/pageblock.h"
#include "../state/pcp_list.h"
#include "../state/zone.h"

#define FREE_HEADS (BUDDY_REAL_TYPES * (BUDDY_ORDER_MAX + 1u))
#define PCP_HEADS (BUDDY_PCPTYPES * (BUDDY_PCP_ORDER + 1u))

/* The index of a PFN, or BUDDY_PAGES if there is none. */
/*@
  TOTAL;
  assigns         \nothing;
  ensures page:   \result == (0 <= pfn - base && pfn - base < BUDDY_PAGES ? pfn - base : BUDDY_PAGES);
*/
static uint32_t page_index(uint64_t base, uint64_t pfn)
{
	return pfn >= base && pfn - base < BUDDY_PAGES ? (uint32_t)(pfn - base) : BUDDY_PAGES;
}

/* The page of a node, or BUDDY_PAGES if it is none of the zone's. */
/*@
  requires valid: \valid_read(z);
  requires wf:    geometry(*z);
  TOTAL;
  assigns         \nothing;
  ensures in:     \result <= BUDDY_PAGES;
  ensures page:   \result < BUDDY_PAGES <==> z->start <= node - base < z->end;
  ensures which:  \result < BUDDY_PAGES ==> \result == node - base;
*/
static uint32_t node_page(const struct zone *z, uint64_t base, uint64_t node)
{
	uint32_t page = page_index(base, node);

	return page >= z->start && page < z->end ? page : BUDDY_PAGES;
}

/* May block @i, in hand, be free beside its buddy? From a pageblock up the pair is marked as kept apart. */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC;
  TOTAL;
  assigns         z->kept[0 .. BUDDY_NODES - 1];
  ENSURES_WF;
  ensures may:    \result == true ==> \forall integer t; mayfree(*z, i, t);
*/
static bool keep_apart(struct zone *z, uint32_t i)
{
	uint32_t order = z->t.lv[i], parent;

	if (order >= z->max_order)
		return true;
	parent = buddy_parent(i);
	/*@ assert parent: BUDDY_ROOT <= parent < BUDDY_PAGES && LV(*z, parent) == order + 1; */
	if (order < z->pageblock_order)
		return z->t.st[buddy_sibling(i)] != NODE_FREE;
	buddy_keep(z, parent);
	return true;
}

/* A block joins the tail of its list. Returns: false if it cannot stand there. */
/*@
  REQUIRES_WF;
  requires in:    page < BUDDY_PAGES && order <= BUDDY_ORDER_MAX && type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  TOTAL;
  assigns         ON_FIELDS, z->kept[0 .. BUDDY_NODES - 1];
  ENSURES_WF;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 1;
*/
static bool block_list(struct zone *z, uint32_t page, uint32_t owner, uint32_t order, uint32_t type)
{
	uint32_t i = buddy_open_at(z, page, order);

	if (i == 0)
		return false;
	if (owner != 0) {
		buddy_pcp_put_tail(z, i, 0, type);
		return true;
	}
	if (!keep_apart(z, i))
		return false;
	buddy_put_tail(z, i, type);
	return true;
}

/* One list from its head @first on; noted[] holds each page's next node. */
/*@
  requires valid: \valid(b);
  requires wf:    zone_wf(b->zone);
  requires in:    list < BUDDY_LISTS && (list / 8) % 16 <= BUDDY_ORDER_MAX && list % 8 < BUDDY_TYPES;
  requires clock: b->zone.clock < BUDDY_CLOCK_MAX - BUDDY_PAGES;
  TOTAL;
  assigns         b->zone;
  ensures wf:     zone_wf(b->zone);
  ensures clock:  \old(b->zone.clock) <= b->zone.clock <= \old(b->zone.clock) + BUDDY_PAGES;
*/
static bool list_load(struct buddy *b, uint64_t head, uint64_t first, uint32_t list)
{
	uint64_t node = first;
	uint32_t count = 0;

	/*@
	  loop invariant in:    count <= BUDDY_PAGES;
	  loop invariant wf:    zone_wf(b->zone);
	  loop invariant clock: \at(b->zone.clock, Pre) <= b->zone.clock <= \at(b->zone.clock, Pre) + count;
	  loop assigns          node, count, b->zone;
	  loop variant          BUDDY_PAGES - count;
	*/
	while (count < BUDDY_PAGES) {
		uint32_t page;

		if (node == head)
			return true;
		page = node_page(&b->zone, b->base_pfn, node);
		if (page == BUDDY_PAGES ||
		    !block_list(&b->zone, page, list / 128u, list / 8u % 16u, list % 8u))
			return false;
		node = b->noted[page];
		count++;
	}
	return false;
}

/* The list whose head is node @head; BUDDY_LISTS if there is none. */
/*@
  TOTAL;
  assigns         \nothing;
  ensures in:     \result <= BUDDY_LISTS;
  ensures list:   \result < BUDDY_LISTS ==> (\result / 8) % 16 <= BUDDY_ORDER_MAX && \result % 8 < BUDDY_TYPES;
*/
static uint32_t head_list(uint32_t head)
{
	uint32_t k;

	if (head >= VIEW_FREE && head - VIEW_FREE < FREE_HEADS) {
		k = head - VIEW_FREE;
		return buddy_list(0, k / BUDDY_REAL_TYPES, k % BUDDY_REAL_TYPES);
	}
	if (head < VIEW_PCP || head - VIEW_PCP >= PCP_HEADS)
		return BUDDY_LISTS;
	k = head - VIEW_PCP;
	return buddy_list(1, k / BUDDY_PCPTYPES, k % BUDDY_PCPTYPES);
}

/* Types of pageblocks, and what follows each page. */
/*@
  requires valid: \valid(b);
  requires wf:    zone_wf(b->zone);
  requires seen:  \valid_read(seen) && \valid_read(seen->cell + (0 .. seen->count - 1));
  requires apart: \separated(b, seen, seen->cell + (0 .. seen->count - 1));
  TOTAL;
  assigns         b->noted[0 .. BUDDY_LINKS - 1], b->zone.type[0 .. BUDDY_PAGES - 1];
  ensures wf:     zone_wf(b->zone);
*/
static void pages_load(struct buddy *b, const struct view *seen)
{
	uint32_t k = 0;

	/*@
	  loop invariant in: k <= seen->count;
	  loop invariant wf: zone_wf(b->zone);
	  loop assigns       k, b->noted[0 .. BUDDY_LINKS - 1], b->zone.type[0 .. BUDDY_PAGES - 1];
	  loop variant       seen->count - k;
	*/
	while (k < seen->count) {
		uint32_t page = page_index(b->base_pfn, seen->cell[k].key);
		uint64_t value = seen->cell[k].value;

		if (page < BUDDY_PAGES && seen->cell[k].field == BUDDY_FIELD_next)
			b->noted[page] = value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
		if (page < BUDDY_PAGES && seen->cell[k].field == BUDDY_FIELD_block_type &&
		    value < BUDDY_TYPES) {
			/*@ assert block: 0 <= page / b->zone.pageblock_pages < BUDDY_PAGES; */
			buddy_set_type(&b->zone, page, (uint32_t)value);
		}
		k++;
	}
}

/* What is on no list is the program's. */
/*@
  REQUIRES_WF;
  TOTAL;
  assigns         z->t.st[0 .. BUDDY_NODES - 1];
  ENSURES_WF;
*/
static void rest_open(struct zone *z)
{
	uint32_t page = z->start;

	/*@
	  loop invariant in: page <= BUDDY_PAGES + 1024;
	  LOOP_WF;
	  loop assigns       page, z->t.st[0 .. BUDDY_NODES - 1];
	  loop variant       BUDDY_PAGES + 1024 - page;
	*/
	while (page < z->end) {
		uint32_t i = buddy_block(z, page), order = z->t.lv[i];

		if (z->t.st[i] == NODE_HOLE) {
			order = buddy_order_at(page, z->end,
					       order < z->max_order ? order : z->max_order);
			(void)buddy_open_at(z, page, order);
		}
		page += buddy_size(order);
	}
}

bool buddy_load(struct buddy *b, const struct view *seen)
{
	uint32_t k = 0;

	zone_reset(&b->zone, b->zone.max_order, b->zone.pageblock_order, b->zone.start, b->zone.end,
		   MOVABLE);
	pages_load(b, seen);
	/*@
	  loop invariant in:    k <= seen->count;
	  loop invariant wf:    zone_wf(b->zone);
	  loop invariant clock: 0 <= b->zone.clock <= BUDDY_PAGES * k;
	  loop assigns          k, b->zone;
	  loop variant          seen->count - k;
	*/
	while (k < seen->count) {
		uint32_t head = seen->cell[k].key;

		if (seen->cell[k].field == BUDDY_FIELD_next && head >= VIEW_FREE) {
			uint32_t list = head_list(head);

			if (list == BUDDY_LISTS || !list_load(b, head, seen->cell[k].value, list))
				return false;
		}
		k++;
	}
	rest_open(&b->zone);
	return true;
}
