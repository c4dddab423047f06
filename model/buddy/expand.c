/* Allocation from a free list of the zone: the smallest block that fits, split down. */
/* SPDX-License-Identifier: MIT */
#include "expand.h"
#include "rules.h"

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
	  loop invariant halves: \forall integer x, h; BUDDY_ROOT <= x < BUDDY_NODES && ST(*z, x) == NODE_FREE && \at(ST(*z, x), Pre) != NODE_FREE && h == BUDDY_NODES + LS(*z, x) ==>
	    k <= LV(*z, x) < k0 && LS(*z, x) == 8 * LV(*z, x) + type && NX(*z, h) == x && x % 2 == 1;
	  loop invariant frame:  \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && x != i0 && \at(ST(*z, x), Pre) != NODE_NONE ==>
	    ST(*z, x) == \at(ST(*z, x), Pre) && LS(*z, x) == \at(LS(*z, x), Pre);
	  loop assigns           i, k, ON_FIELDS, TRACE_FIELDS;
	  loop variant           k - order;
	*/
	while (k > order) {
		uint32_t a = 2u * i, b = 2u * i + 1u;

		/*@ assert x: a == 2 * i && b == 2 * i + 1 && i < BUDDY_PAGES && b < BUDDY_NODES; */
		rule_fire(t, BUDDY_RULE_expand);
		buddy_split(z, i);
		/*@ assert lo: a == low(i0, k0 - (k - 1)); */
		/*@ assert u0: \forall integer x, h; BUDDY_ROOT <= x < BUDDY_NODES && ST(*z, x) == NODE_FREE && \at(ST(*z, x), Pre) != NODE_FREE && h == BUDDY_NODES + LS(*z, x) ==> k <= LV(*z, x) && LS(*z, x) == 8 * LV(*z, x) + type && NX(*z, h) == x; */
		hand_free(z, t, b, type, false);
		/*@ assert l1: LS(*z, b) == 8 * (k - 1) + type; */
		/*@ assert u1: \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && x != b && ST(*z, x) == NODE_FREE && \at(ST(*z, x), Pre) != NODE_FREE ==> k <= LV(*z, x) && LS(*z, x) == 8 * LV(*z, x) + type && BUDDY_NODES <= BUDDY_NODES + LS(*z, x) < BUDDY_LINKS && BUDDY_NODES + LS(*z, x) != HEAD(LS(*z, b)); */
		/*@ assert u2: \forall integer x, h; BUDDY_ROOT <= x < BUDDY_NODES && x != b && ST(*z, x) == NODE_FREE && \at(ST(*z, x), Pre) != NODE_FREE && h == BUDDY_NODES + LS(*z, x) ==> NX(*z, h) == x; */
		/*@ assert l3: NX(*z, HEAD(LS(*z, b))) == b && b % 2 == 1; */
		/*@ assert l4: LV(*z, b) == k - 1; */
		/*@ assert u3: \forall integer x, h; BUDDY_ROOT <= x < BUDDY_NODES && ST(*z, x) == NODE_FREE && \at(ST(*z, x), Pre) != NODE_FREE && h == BUDDY_NODES + LS(*z, x) ==> k - 1 <= LV(*z, x) && LS(*z, x) == 8 * LV(*z, x) + type; */
		/*@ assert u5: \forall integer h; h == BUDDY_NODES + LS(*z, b) ==> NX(*z, h) == b; */
		/*@ assert u4: \forall integer x, h; BUDDY_ROOT <= x < BUDDY_NODES && ST(*z, x) == NODE_FREE && \at(ST(*z, x), Pre) != NODE_FREE && h == BUDDY_NODES + LS(*z, x) ==> NX(*z, h) == x; */
		i = a;
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
	  loop invariant empty: \forall integer m; order <= m < k ==> empty(*z, 8 * m + type);
	  loop assigns          k;
	  loop variant          z->max_order + 1 - k;
	*/
	while (k <= z->max_order) {
		uint32_t i = buddy_first(z, k, type), r;

		if (i != 0) {
			/*@ assert c: chosen(*z, order, type, k, low(i, k - order)); */
			rule_fire(t, BUDDY_RULE_smallest);
			r = buddy_take_expand(z, t, i, order, type);
			/*@ assert d: chosen(\at(*z, Pre), order, type, k, r); */
			return r;
		}
		k++;
	}
	return 0;
}
