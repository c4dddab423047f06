/* Freeing a block that is larger than a pageblock. */
/* SPDX-License-Identifier: MIT */
#include "free_split.h"
#include "../rules.h"
#include "merge.h"

/* Halves each of the @many allocated blocks that begin at node @i. */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i && 1 <= many && i + many <= BUDDY_PAGES && many <= 512;
  requires alloc: \forall integer n; i <= n < i + many ==> ST(*z, n) == NODE_ALLOC && LV(*z, n) == LV(*z, i);
  TOTAL;
  assigns         z->t.st[0 .. BUDDY_NODES - 1];
  ENSURES_WF;
  ensures halves: \forall integer n; 2 * i <= n < 2 * i + 2 * many ==> ST(*z, n) == NODE_ALLOC && \old(ST(*z, n)) == NODE_NONE;
  ensures level:  \forall integer n; 2 * i <= n < 2 * i + 2 * many ==> LV(*z, n) == LV(*z, i) - 1;
  ensures frame:  \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES && !(i <= n < i + many) && !(2 * i <= n < 2 * i + 2 * many) ==> ST(*z, n) == \old(ST(*z, n));
*/
static void halve_all(struct zone *z, uint32_t i, uint32_t many)
{
	uint32_t k = i, end = i + many;

	/*@
	  loop invariant in:     i <= k <= end;
	  LOOP_WF;
	  loop invariant rest:   \forall integer n; k <= n < end ==> ST(*z, n) == NODE_ALLOC;
	  loop invariant halves: \forall integer n; 2 * i <= n < 2 * k ==> ST(*z, n) == NODE_ALLOC && \at(ST(*z, n), Pre) == NODE_NONE;
	  loop invariant level:  \forall integer n; 2 * i <= n < 2 * k ==> LV(*z, n) == LV(*z, i) - 1;
	  loop invariant frame:  \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES && !(i <= n < k) && !(2 * i <= n < 2 * k) ==> ST(*z, n) == \at(ST(*z, n), Pre);
	  loop assigns           k, z->t.st[0 .. BUDDY_NODES - 1];
	  loop variant           end - k;
	*/
	while (k < end) {
		buddy_split(z, k);
		k++;
	}
}

uint32_t buddy_split_to(struct zone *z, uint32_t i, uint32_t order)
{
	uint32_t level = LV(*z, i), first = i, many = 1;
	/*@ ghost uint32_t k0 = level; */

	/*@
	  loop invariant at:     order <= level <= k0 && first == low(i, k0 - level) && many == siz(k0 - level);
	  loop invariant in:     BUDDY_ROOT <= first && first + many <= BUDDY_NODES;
	  LOOP_WF;
	  loop invariant blocks: \forall integer n; first <= n < first + many ==> ST(*z, n) == NODE_ALLOC && LV(*z, n) == level;
	  loop invariant fresh:  \forall integer n; first <= n < first + many && n != i ==> \at(ST(*z, n), Pre) == NODE_NONE;
	  loop invariant frame:  \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES && n != i && \at(ST(*z, n), Pre) != NODE_NONE ==> ST(*z, n) == \at(ST(*z, n), Pre);
	  loop assigns           first, many, level, z->t.st[0 .. BUDDY_NODES - 1];
	  loop variant           level;
	*/
	while (level > order) {
		/*@ assert last: \let n = first + many - 1; LV(*z, n) == level && n < BUDDY_PAGES; */
		/*@ assert size: many <= 512; */
		/*@ ghost L: ; */
		halve_all(z, first, many);
		/*@ assert bare: \forall integer n; 2 * first <= n < 2 * first + 2 * many ==> \at(ST(*z, n), L) == NODE_NONE; */
		first *= 2u;
		many *= 2u;
		level--;
		/*@ assert low: first == low(i, k0 - level) && many == siz(k0 - level); */
	}
	return first;
}

/* Frees block @i, not larger than a pageblock, as the type of its pageblock. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  TOTAL;
  assigns         ALLOC_FIELDS(t);
  ENSURES_WF;
  ensures free:   BUDDY_ROOT <= \result < BUDDY_NODES && ST(*z, \result) == NODE_FREE && \result == anc(i, LV(*z, \result) - LV(*z, i));
  ensures type:   LS(*z, \result) == 8 * LV(*z, \result) + \old(z->type[first_page(*z, i) / z->pageblock_pages]);
  ensures clock:  z->clock == \old(z->clock) + 1;
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC && n != i);
  ENSURES_PCP;
*/
static uint32_t free_as_own(struct zone *z, struct trace *t, uint32_t i, bool to_tail)
{
	uint32_t page = buddy_page(z, i), type = buddy_type(z, page);

	return buddy_free_one(z, t, i, type, to_tail);
}

void buddy_free_split(struct zone *z, struct trace *t, uint32_t i, bool to_tail)
{
	uint32_t order = LV(*z, i), first = i, many = 1, k = 0;

	if (order > z->pageblock_order) {
		FIRE(t, free_by_pageblock);
		first = buddy_split_to(z, i, z->pageblock_order);
		many = buddy_size(order - z->pageblock_order);
	}
	/*@
	  loop invariant in:    0 <= k <= many <= 1024;
	  LOOP_WF;
	  loop invariant alloc: \forall integer n; first + k <= n < first + many ==> ST(*z, n) == NODE_ALLOC;
	  loop invariant clock: z->clock == \at(z->clock, Pre) + k;
	  loop assigns          k, ALLOC_FIELDS(t);
	  loop variant          many - k;
	*/
	while (k < many) {
		(void)free_as_own(z, t, first + k, to_tail);
		k++;
	}
}
