/* Freeing a block: coalescing with its buddies, and where it goes. */
/* SPDX-License-Identifier: MIT */
#include "merge.h"
#include "../rules.h"

bool buddy_inside(const struct zone *z, uint32_t i)
{
	uint32_t page = buddy_page(z, i);

	return page >= z->start && page < z->end;
}

bool buddy_mergeable_type(uint32_t type)
{
	return type < BUDDY_PCPTYPES;
}

/* Does @i, freed as @type, merge with its buddy? From a pageblock up the buddy may have another type. */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && type < BUDDY_TYPES;
  TOTAL;
  assigns         \nothing;
  ensures can:    \result == true <==> canm(*z, i, sibl(i), type);
  ensures may:    \result == false ==> mayfree(*z, i, type);
*/
static bool can_merge(const struct zone *z, uint32_t i, uint32_t type)
{
	uint32_t b = buddy_sibling(i), other;

	/*@ assert even: \forall integer j; BUDDY_ROOT <= j < BUDDY_PAGES && i == 2 * j ==> LV(*z, j) == LV(*z, i) + 1 && b == 2 * j + 1; */
	/*@ assert odd: \forall integer j; BUDDY_ROOT <= j < BUDDY_PAGES && i == 2 * j + 1 ==> LV(*z, j) == LV(*z, i) + 1 && b == 2 * j; */
	if (LV(*z, i) >= z->max_order)
		return false;
	/*@ assert r: 2 * BUDDY_ROOT <= i; */
	if (ST(*z, b) != NODE_FREE)
		return false;
	if (LV(*z, i) < z->pageblock_order)
		return true;
	other = LS(*z, b) % 8u;
	return other == type || (buddy_mergeable_type(type) && buddy_mergeable_type(other));
}

/* The buddy comes off its list and takes the type of what it is merged with. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    2 * BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && ST(*z, sibl(i)) == NODE_FREE;
  requires tall:  LV(*z, i) < z->max_order && type < BUDDY_TYPES;
  TOTAL;
  assigns         OFF_FIELDS, z->kept[0 .. BUDDY_NODES - 1], z->type[0 .. BUDDY_PAGES - 1], TRACE_FIELDS(t);
  ENSURES_WF;
  ensures up:     \result == i / 2 && BUDDY_ROOT <= \result < BUDDY_PAGES && ST(*z, \result) == NODE_ALLOC;
  ensures halves: ST(*z, i) == NODE_NONE && ST(*z, sibl(i)) == NODE_NONE;
  ensures level:  LV(*z, \result) == LV(*z, i) + 1 && LV(*z, sibl(i)) == LV(*z, i);
  ensures was:    \old(ST(*z, i / 2)) == NODE_SPLIT;
  ensures frame:  \forall integer k; 0 <= k < BUDDY_NODES && k != i && k != sibl(i) && k != \result ==> ST(*z, k) == \old(ST(*z, k));
  ensures lists:  \forall integer k; 0 <= k < BUDDY_NODES ==> LS(*z, k) == \old(LS(*z, k));
  ensures retype: \let k = first_page(*z, sibl(i)) / z->pageblock_pages; LV(*z, i) >= z->pageblock_order && LS(*z, sibl(i)) % 8 != type ==>
    \forall integer j; k <= j < k + siz(LV(*z, i)) / z->pageblock_pages ==> z->type[j] == type;
  ensures keep:   LV(*z, i) < z->pageblock_order || LS(*z, sibl(i)) % 8 == type ==>
    \forall integer j; 0 <= j < BUDDY_PAGES ==> z->type[j] == \old(z->type[j]);
*/
static uint32_t merge_up(struct zone *z, struct trace *t, uint32_t i, uint32_t type)
{
	uint32_t b = buddy_sibling(i), p = buddy_parent(i);
	uint32_t page = buddy_page(z, b), order = LV(*z, i), other = LS(*z, b) % 8u;

	/*@ assert p: (i == 2 * p && b == 2 * p + 1) || (i == 2 * p + 1 && b == 2 * p); */
	/*@ assert t: BUDDY_ROOT <= p < BUDDY_PAGES && ST(*z, p) == NODE_SPLIT && LV(*z, p) == LV(*z, i) + 1 && LV(*z, b) == LV(*z, i); */
	/*@ assert pg1: b == sibl(i) && page == page_of(b, LV(*z, b)); */
	FIRE(t, coalesce);
	hand_take(z, t, b);
	/*@ assert a: ST(*z, 2 * p) == NODE_ALLOC && ST(*z, 2 * p + 1) == NODE_ALLOC; */
	if (order >= z->pageblock_order && other != type) {
		FIRE(t, merge_retype);
		hand_retype(z, t, page, buddy_size(order), type);
	}
	/*@ assert set: order >= z->pageblock_order && other != type ==> \forall integer j; page / z->pageblock_pages <= j < page / z->pageblock_pages + siz(order) / z->pageblock_pages ==>
	      z->type[j] == type; */
	buddy_merge(z, p);
	/*@ assert pg2: page == first_page(*z, b); */
	/*@ assert page: page == first_page(*z, sibl(i)) && order == LV(*z, i) && other == LS(*z, sibl(i)) % 8; */
	return p;
}

/* Merges block @i, to be freed as @type, with its buddies. Returns: the merged block, in hand. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && type < BUDDY_TYPES;
  TOTAL;
  assigns         OFF_FIELDS, z->kept[0 .. BUDDY_NODES - 1], z->type[0 .. BUDDY_PAGES - 1], TRACE_FIELDS(t);
  ENSURES_WF;
  ensures block:  BUDDY_ROOT <= \result < BUDDY_NODES && ST(*z, \result) == NODE_ALLOC && LV(*z, i) <= LV(*z, \result) <= z->max_order;
  ensures up:     \result == anc(i, LV(*z, \result) - LV(*z, i));
  ensures may:    mayfree(*z, \result, type);
  ensures stop:   !canm(*z, \result, sibl(\result), type);
  ensures merges: \forall integer m; 0 <= m < LV(*z, \result) - LV(*z, i) ==> mstep(\old(*z), i, m, type);
  ENSURES_ALLOC(i, \result);
  ENSURES_PCP;
  ensures fresh:  \result == i || \old(ST(*z, \result)) == NODE_SPLIT;
*/
static uint32_t merge_all(struct zone *z, struct trace *t, uint32_t i, uint32_t type)
{
	/*@ ghost uint32_t i0 = i; */
	/*@ ghost uint32_t k0 = LV(*z, i); */
	/*@ ghost uint32_t n = 0; */

	/*@
	  loop invariant way:    n == LV(*z, i) - k0 && i == anc(i0, n);
	  loop invariant at:     BUDDY_ROOT <= i < BUDDY_NODES && LV(*z, i0) == k0 && k0 <= LV(*z, i) <= z->max_order && ST(*z, i) == NODE_ALLOC;
	  LOOP_WF;
	  loop invariant higher: \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && LV(*z, x) >= LV(*z, i) && x != i ==>
	    ST(*z, x) == \at(ST(*z, x), Pre) && LS(*z, x) == \at(LS(*z, x), Pre);
	  loop invariant merges: \forall integer m; 0 <= m < n ==> mstep(\at(*z, Pre), i0, m, type);
	  loop invariant alloc:  \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && x != i ==> (ST(*z, x) == NODE_ALLOC <==> \at(ST(*z, x), Pre) == NODE_ALLOC && x != i0);
	  loop invariant percpu: \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES ==> (ST(*z, x) == NODE_PCP <==> \at(ST(*z, x), Pre) == NODE_PCP);
	  loop invariant fresh:  i == i0 || \at(ST(*z, \at(i, Here)), Pre) == NODE_SPLIT;
	  loop assigns           i, n, OFF_FIELDS, z->kept[0 .. BUDDY_NODES - 1], z->type[0 .. BUDDY_PAGES - 1], TRACE_FIELDS(t);
	  loop variant           z->max_order - LV(*z, i);
	*/
	while (can_merge(z, i, type)) {
		/*@ assert r: 2 * BUDDY_ROOT <= i; */
		/*@ ghost uint32_t p = i / 2; */
		/*@ ghost uint32_t b = (uint32_t)(4 * p + 1 - i); */
		/*@ assert b: b == sibl(i) && b != i && p == i / 2; */
		/*@ assert p0: BUDDY_ROOT <= p < BUDDY_PAGES; */
		/*@ assert p1: (i == 2 * p && b == 2 * p + 1) || (i == 2 * p + 1 && b == 2 * p); */
		/*@ assert p2: LV(*z, 2 * p) == LV(*z, p) - 1 && LV(*z, 2 * p + 1) == LV(*z, p) - 1; */
		/*@ assert p3: LV(*z, i) == LV(*z, p) - 1 && LV(*z, b) == LV(*z, p) - 1; */
		/*@ assert c1: BUDDY_ROOT <= b < BUDDY_NODES && LV(*z, b) == LV(*z, i); */
		/*@ assert c2: ST(*z, b) == \at(ST(*z, \at(b, Here)), Pre) && LS(*z, b) == \at(LS(*z, \at(b, Here)), Pre) && LV(*z, i) == \at(LV(*z, \at(i, Here)), Pre); */
		/*@ assert c3: canm(*z, i, b, type) && z->max_order == \at(z->max_order, Pre) && z->pageblock_order == \at(z->pageblock_order, Pre); */
		/*@ assert c: canm(\at(*z, Pre), i, b, type); */
		/*@ assert an: anc(i0, n + 1) == i / 2; */
		/*@ assert w: mstep(\at(*z, Pre), i0, n, type); */
		/*@ assert w1: \forall integer m; 0 <= m < n ==> mstep(\at(*z, Pre), i0, m, type); */
		/*@ assert w3: \forall integer m; m == n ==> mstep(\at(*z, Pre), i0, m, type); */
		/*@ assert w2: \forall integer m; 0 <= m < n + 1 ==> mstep(\at(*z, Pre), i0, m, type); */
		/*@ assert a1: i == i0 || \at(ST(*z, \at(i, Here)), Pre) != NODE_ALLOC; */
		/*@ assert a2: \at(ST(*z, \at(b, Here)), Pre) == NODE_FREE; */
		/*@ ghost L: ; */
		i = merge_up(z, t, i, type);
		/*@ assert f: i == p && \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && x != \at(i, L) && x != b && x != p ==> ST(*z, x) == \at(ST(*z, x), L); */
		/*@ assert f2: \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && LV(*z, x) >= LV(*z, p) ==> x != \at(i, L) && x != b && LV(*z, x) >= LV(*z, \at(i, L)); */
		/*@ assert f3: ST(*z, \at(i, L)) == NODE_NONE && ST(*z, b) == NODE_NONE; */
		/*@ ghost n = n + 1; */
	}
	/*@ assert may: mayfree(*z, i, type); */
	return i;
}

/* A block whose merged form would soon find its own buddy free goes to the tail: it had better wait. */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES;
  TOTAL;
  assigns         \nothing;
  ensures likely: \result == true <==> likely(*z, i);
*/
static bool merge_likely(const struct zone *z, uint32_t i)
{
	uint32_t p, b;

	if (LV(*z, i) + 1u >= z->max_order)
		return false;
	p = buddy_parent(i);
	/*@ assert r: 2 * BUDDY_ROOT <= i && BUDDY_ROOT <= p < BUDDY_PAGES && LV(*z, p) == LV(*z, i) + 1; */
	/*@ assert r2: 2 * BUDDY_ROOT <= p; */
	b = buddy_sibling(p);
	return ST(*z, b) == NODE_FREE && buddy_inside(z, p);
}

/* Does block @r, just merged, go to the tail of its list? Only if told so, or if it had better wait. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= r < BUDDY_NODES;
  TOTAL;
  assigns         t->last, t->hits[0 .. RULES_MAX - 1];
  ensures tail:   \result == true <==> to_tail || likely(*z, r);
*/
static bool goes_last(const struct zone *z, struct trace *t, uint32_t r, bool to_tail)
{
	if (to_tail) {
		FIRE(t, free_to_tail);
		return true;
	}
	if (merge_likely(z, r)) {
		FIRE(t, merge_likely);
		return true;
	}
	FIRE(t, free_to_head);
	return false;
}

uint32_t buddy_free_one(struct zone *z, struct trace *t, uint32_t i, uint32_t type, bool to_tail)
{
	uint32_t r = merge_all(z, t, i, type);
	bool tail;

	if (LV(*z, r) < z->max_order && ST(*z, buddy_sibling(r)) == NODE_FREE)
		FIRE(t, merge_forbidden);
	tail = goes_last(z, t, r, to_tail);
	/*@ ghost L: ; */
	/*@ assert far: sibl(r / 2) != r && 0 <= sibl(r / 2) < BUDDY_NODES; */
	hand_free(z, t, r, type, tail);
	/*@ assert same: ST(*z, sibl(r / 2)) == \at(ST(*z, sibl(\at(r, Here) / 2)), L); */
	/*@ assert page: first_page(*z, r / 2) == \at(first_page(*z, r / 2), L); */
	/*@ assert inside: inside(*z, r / 2) <==> \at(inside(*z, r / 2), L); */
	/*@ assert likely: likely(*z, r) <==> \at(likely(*z, r), L); */
	/*@ assert tail: tail <==> to_tail || likely(*z, r); */
	return r;
}
