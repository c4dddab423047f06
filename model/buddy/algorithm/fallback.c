/* When the lists of a type are empty: which other type, and how. */
/* SPDX-License-Identifier: MIT */
#include "fallback.h"
#include "expand.h"

/* The other type whose lists serve @type: its first (@nth 0) or second choice. */
/*@
  requires in:  type < BUDDY_PCPTYPES && nth < 2;
  TOTAL;
  assigns       \nothing;
  ensures type: \result == other(type, nth) && \result < BUDDY_PCPTYPES && \result != type;
*/
static uint32_t fallback_type(uint32_t type, uint32_t nth)
{
	static const uint32_t choice[BUDDY_PCPTYPES][2] = {
		[UNMOVABLE] = { RECLAIMABLE, MOVABLE },
		[MOVABLE] = { RECLAIMABLE, UNMOVABLE },
		[RECLAIMABLE] = { UNMOVABLE, MOVABLE },
	};

	return choice[type][nth];
}

/* The first block of @order on a list of another type, or 0. */
/*@
  requires valid: \valid_read(z);
  requires wf:    zone_wf(*z);
  requires in:    order <= BUDDY_ORDER_MAX && type < BUDDY_PCPTYPES;
  TOTAL;
  assigns         \nothing;
  ensures none:   \result == 0 <==> first_other(*z, order, type) >= BUDDY_NODES;
  ensures some:   \result != 0 ==> BUDDY_ROOT <= \result < BUDDY_NODES && \result == first_other(*z, order, type);
  ensures block:  \result != 0 ==> ST(*z, \result) == NODE_FREE && LV(*z, \result) == order;
  ensures list:   \result != 0 ==> LS(*z, \result) % 8 < BUDDY_PCPTYPES && LS(*z, \result) % 8 != type;
*/
static uint32_t fallback_first(const struct zone *z, uint32_t order, uint32_t type)
{
	uint32_t i = buddy_first(z, order, fallback_type(type, 0));

	return i != 0 ? i : buddy_first(z, order, fallback_type(type, 1));
}

/* Movable allocations leave small blocks of others alone; the rest had better not be scattered. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns         \nothing;
  ensures allow:  \result == true <==> claimable(*z, order, type);
*/
static bool claim_allowed(const struct zone *z, uint32_t order, uint32_t type)
{
	return order >= z->pageblock_order / 2 || type != MOVABLE;
}

/*@
  // the first block of order k of another type than t: its pageblock is not worth claiming whole, or r is the block of order o that comes of it
  predicate refused(struct zone z, integer k, integer t) = claimable(z, k, t) && (k < z.pageblock_order || type_at(z, first_other(z, k, t)) == HIGHATOMIC);
  predicate wins(struct zone z, integer o, integer k, integer t, integer r) = k >= z.pageblock_order && type_at(z, first_other(z, k, t)) != HIGHATOMIC ==>
    r == low(first_other(z, k, t), k - o);
  predicate whole(struct zone z, integer o, integer t, integer r) = \forall integer k; highest(z, o, t, k) ==> wins(z, o, k, t, r);
@*/

uint32_t buddy_claim(struct zone *z, struct trace *t, struct buddy_limits *l, const uint8_t *lru,
		     uint32_t order, uint32_t type, uint32_t alloc_flags)
{
	uint32_t o = z->max_order + 1;
	/*@ assert low: \forall integer k, r; whole(*z, order, type, r) && highest(*z, order, type, k) && k >= z->pageblock_order
	      && type_at(*z, first_other(*z, k, type)) != HIGHATOMIC ==> r == low(first_other(*z, k, type), k - order); */
	/*@ ghost int64_t c0 = z->clock; */
	/*@ ghost int tried = 0; */

	/*@
	  loop invariant in:     order <= o <= z->max_order + 1;
	  loop invariant above:  tried == 0 ==> \forall integer m; o <= m <= z->max_order ==> first_other(\at(*z, Pre), m, type) >= BUDDY_NODES;
	  loop invariant same:   tried == 0 ==> *z == \at(*z, Pre) && l->marks.boost == \at(l->marks.boost, Pre) && l->marks.flags == \at(l->marks.flags, Pre);
	  loop invariant stops:  tried != 0 ==> \forall integer k; highest(\at(*z, Pre), order, type, k) ==> refused(\at(*z, Pre), k, type);
	  LOOP_WF;
	  loop invariant marks:  MARKS_OK(l->marks);
	  loop invariant clock:  c0 <= z->clock <= c0 + 2048 * (z->max_order + 1 - o);
	  loop invariant alloc:  \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \at(ST(*z, n), Pre) == NODE_ALLOC);
	  loop invariant percpu: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_PCP <==> \at(ST(*z, n), Pre) == NODE_PCP);
	  loop assigns           o, tried, ALLOC_FIELDS(t), l->marks.boost, l->marks.flags;
	  loop variant           o;
	*/
	while (o > order) {
		uint32_t i, got;

		o--;
		i = fallback_first(z, o, type);
		if (i == 0)
			continue;
		if (!claim_allowed(z, o, type)) {
			FIRE(t, claim_stops);
			return 0;
		}
		/*@ assert top: tried == 0 ==> highest(\at(*z, Pre), order, type, o) && i == first_other(\at(*z, Pre), o, type); */
		/*@ assert one: tried == 0 ==> \forall integer k; highest(\at(*z, Pre), order, type, k) ==> k == o; */
		/*@ assert own: tried == 0 ==> type_at(*z, i) == type_at(\at(*z, Pre), first_other(\at(*z, Pre), o, type)); */
		/*@ assert then: tried == 0 ==> \forall integer r; wins(\at(*z, Pre), order, o, type, r) ==> whole(\at(*z, Pre), order, type, r); */
		/*@ assert not: tried != 0 ==> \forall integer k; highest(\at(*z, Pre), order, type, k) && k >= z->pageblock_order ==>
		      type_at(\at(*z, Pre), first_other(\at(*z, Pre), k, type)) == HIGHATOMIC; */
		FIRE(t, claim_largest);
		got = buddy_claim_block(z, t, l, lru, i, order, type, alloc_flags);
		/*@ assert won: tried == 0 && o >= z->pageblock_order && type_at(\at(*z, Pre), first_other(\at(*z, Pre), o, type)) != HIGHATOMIC ==>
		      got != 0 && got == low(first_other(\at(*z, Pre), o, type), o - order); */
		/*@ assert wins: tried == 0 && got != 0 ==> wins(\at(*z, Pre), order, o, type, got); */
		/*@ assert all: tried == 0 && got != 0 ==> whole(\at(*z, Pre), order, type, got); */
		if (got != 0)
			return got;
		/*@ assert lost: tried == 0 ==> refused(\at(*z, Pre), o, type); */
		/*@ assert lost: tried == 0 ==> \forall integer k; highest(\at(*z, Pre), order, type, k) ==> refused(\at(*z, Pre), k, type); */
		/*@ ghost tried = 1; */
	}
	return 0;
}

uint32_t buddy_steal(struct zone *z, struct trace *t, uint32_t order, uint32_t type)
{
	uint32_t o = order;

	/*@
	  loop invariant in:   order <= o <= z->max_order + 1;
	  loop invariant none: \forall integer m; order <= m < o ==> first_other(*z, m, type) >= BUDDY_NODES;
	  loop assigns         o;
	  loop variant         z->max_order + 1 - o;
	*/
	while (o <= z->max_order) {
		uint32_t i = fallback_first(z, o, type), r;

		if (i != 0) {
			/*@ assert c: stolen(*z, order, type, o, low(i, o - order)); */
			FIRE(t, steal);
			r = buddy_take_expand(z, t, i, order, LS(*z, i) % 8u);
			/*@ assert d: stolen(\at(*z, Pre), order, type, o, r); */
			/*@ assert e: freed_as(\at(*z, Pre), *z, type_other(\at(*z, Pre), o, type)); */
			return r;
		}
		o++;
	}
	return 0;
}

uint32_t buddy_rmqueue_any(struct zone *z, struct trace *t, struct buddy_limits *l,
			   const uint8_t *lru, uint32_t order, uint32_t type, uint32_t alloc_flags,
			   enum buddy_mode *mode)
{
	uint32_t i;

	if (*mode == BUDDY_MODE_NORMAL) {
		i = buddy_rmqueue_smallest(z, t, order, type);
		if (i != 0)
			return i;
	}
	if (*mode != BUDDY_MODE_STEAL) {
		i = buddy_claim(z, t, l, lru, order, type, alloc_flags);
		if (i != 0) {
			*mode = BUDDY_MODE_NORMAL;
			return i;
		}
	} else {
		FIRE(t, mode_kept);
	}
	i = buddy_steal(z, t, order, type);
	if (i != 0)
		*mode = BUDDY_MODE_STEAL;
	return i;
}
