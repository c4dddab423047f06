/* Allocation from a free list of the zone: the smallest block that fits, split down. */
/* SPDX-License-Identifier: MIT */
#include "expand.h"
#include "../rules.h"

/* Halves block @i in hand; its upper half becomes free as @type. Returns: the lower half, in hand. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_PAGES && ST(*z, i) == NODE_ALLOC && type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  TOTAL;
  assigns         ON_FIELDS, TRACE_FIELDS(t);
  ENSURES_WF;
  ensures low:    \result == 2 * i && ST(*z, \result) == NODE_ALLOC && ST(*z, i) == NODE_SPLIT;
  ensures up:     ST(*z, 2 * i + 1) == NODE_FREE && LS(*z, 2 * i + 1) == 8 * (LV(*z, i) - 1) + type;
  ensures first:  NX(*z, BUDDY_NODES + 8 * (LV(*z, i) - 1) + type) == 2 * i + 1;
  ensures head:   \forall integer m; m == LV(*z, i) - 1 ==> head_first(*z, m, type) == 2 * i + 1;
  ensures level:  LV(*z, 2 * i) == LV(*z, i) - 1 && LV(*z, 2 * i + 1) == LV(*z, i) - 1;
  ensures was:    \old(ST(*z, 2 * i)) == NODE_NONE && \old(ST(*z, 2 * i + 1)) == NODE_NONE;
  ensures clock:  z->clock == \old(z->clock) + 1;
  ensures states: \forall integer k; 0 <= k < BUDDY_NODES && k != i && k != 2 * i && k != 2 * i + 1 ==> ST(*z, k) == \old(ST(*z, k));
  ensures lists:  \forall integer k; 0 <= k < BUDDY_NODES && k != 2 * i + 1 ==> LS(*z, k) == \old(LS(*z, k));
  ensures heads:  \forall integer k; BUDDY_NODES <= k < BUDDY_LINKS && k != BUDDY_NODES + 8 * (LV(*z, i) - 1) + type ==> NX(*z, k) == \old(NX(*z, k));
*/
static uint32_t halve(struct zone *z, struct trace *t, uint32_t i, uint32_t type)
{
	uint32_t a = 2u * i, b = 2u * i + 1u;

	FIRE(t, expand);
	buddy_split(z, i);
	hand_free(z, t, b, type, false);
	/*@ assert first: NX(*z, BUDDY_NODES + 8 * (LV(*z, i) - 1) + type) == b; */
	return a;
}

uint32_t buddy_expand(struct zone *z, struct trace *t, uint32_t i, uint32_t order, uint32_t type)
{
	uint32_t k = LV(*z, i);
	/*@ ghost uint32_t i0 = i; */
	/*@ ghost uint32_t k0 = k; */
	/*@ ghost int64_t c0 = z->clock; */

	/*@
	  loop invariant at:     order <= k <= k0 && LV(*z, i0) == k0 && LV(*z, i) == k && BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC;
	  loop invariant low:    i == low(i0, k0 - k);
	  LOOP_WF;
	  loop invariant clock:  z->clock == c0 + (k0 - k);
	  loop invariant alloc:  \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES && n != i ==> (ST(*z, n) == NODE_ALLOC <==> \at(ST(*z, n), Pre) == NODE_ALLOC && n != i0);
	  loop invariant percpu: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_PCP <==> \at(ST(*z, n), Pre) == NODE_PCP);
	  loop invariant fresh:  i == i0 || \at(ST(*z, \at(i, Here)), Pre) == NODE_NONE;
	  loop invariant halves: \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && ST(*z, x) == NODE_FREE && \at(ST(*z, x), Pre) != NODE_FREE ==>
	    k <= LV(*z, x) < k0 && LS(*z, x) == 8 * LV(*z, x) + type && x % 2 == 1;
	  loop invariant frame:  \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && x != i0 && \at(ST(*z, x), Pre) != NODE_NONE ==>
	    ST(*z, x) == \at(ST(*z, x), Pre) && LS(*z, x) == \at(LS(*z, x), Pre);
	  loop assigns           i, k, ON_FIELDS, TRACE_FIELDS(t);
	  loop variant           k - order;
	*/
	while (k > order) {
		/*@ ghost uint32_t b = (uint32_t)(2 * i + 1); */
		/*@ assert x: i < BUDDY_PAGES && b == 2 * i + 1 && b < BUDDY_NODES; */
		/*@ ghost L: ; */
		i = halve(z, t, i, type);
		/*@ assert lo: i == low(i0, k0 - (k - 1)); */
		/*@ assert u0: \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && x != b && ST(*z, x) == NODE_FREE && \at(ST(*z, x), Pre) != NODE_FREE ==>
		      \at(ST(*z, x), L) == NODE_FREE && \at(LS(*z, x), L) == LS(*z, x); */
		k--;
	}
	return i;
}

uint32_t buddy_take_expand(struct zone *z, struct trace *t, uint32_t i, uint32_t order,
			   uint32_t type)
{
	hand_take(z, t, i);
	return buddy_expand(z, t, i, order, type);
}

uint32_t buddy_rmqueue_smallest(struct zone *z, struct trace *t, uint32_t order, uint32_t type)
{
	uint32_t k = order;

	/*@
	  loop invariant at:    order <= k <= z->max_order + 1;
	  loop invariant empty: \forall integer m; order <= m < k ==> vacant(*z, m, type);
	  loop assigns          k;
	  loop variant          z->max_order + 1 - k;
	*/
	while (k <= z->max_order) {
		uint32_t i = buddy_first(z, k, type), r;

		if (i != 0) {
			/*@ assert c: chosen(*z, order, type, k, low(i, k - order)); */
			FIRE(t, smallest);
			r = buddy_take_expand(z, t, i, order, type);
			/*@ assert d: chosen(\at(*z, Pre), order, type, k, r); */
			return r;
		}
		/*@ assert here: vacant(*z, k, type); */
		k++;
	}
	return 0;
}
