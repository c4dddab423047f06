/* Watermarks: may an allocation go ahead with so few free pages? */
/* SPDX-License-Identifier: MIT */
#include "watermark.h"
#include "../state/count.h"

uint32_t buddy_free_pages(const struct zone *z)
{
	/*@ ghost lem_bound(z->t); */
	/*@ assert few: \forall integer q; 0 <= q < BUDDY_GROUPS ==> z->pages[q] <= 1024 * BUDDY_NODES; */
	return z->pages[0] + z->pages[1] + z->pages[2] + z->pages[3] + z->pages[4] + z->pages[5];
}

uint32_t buddy_pcp_pages(const struct zone *z)
{
	/*@ ghost lem_bound(z->t); */
	/*@ assert few: \forall integer q; 0 <= q < BUDDY_GROUPS ==> z->pages[q] <= 1024 * BUDDY_NODES; */
	return z->pages[8] + z->pages[9] + z->pages[10];
}

/* The mark, lowered for those who may dip into the reserve. */
/*@
  requires in: mark <= 0x600000;
  TOTAL;
  assigns      \nothing;
  ensures low: \result == lowered(mark, alloc_flags) && \result <= mark;
*/
static uint32_t mark_lowered(uint32_t mark, uint32_t alloc_flags)
{
	if ((alloc_flags & ALLOC_MIN_RESERVE) != 0) {
		mark -= mark / 2;
		if ((alloc_flags & ALLOC_NON_BLOCK) != 0)
			mark -= mark / 4;
	}
	return mark;
}

/* Is a block of @order on a list that this allocation may use? */
/*@
  requires valid: \valid_read(z);
  requires wf:    zone_wf(*z);
  requires in:    order <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns         \nothing;
  ensures has:    \result == true <==> has_block(*z, order, alloc_flags);
*/
static bool order_available(const struct zone *z, uint32_t order, uint32_t alloc_flags)
{
	if (buddy_first(z, order, UNMOVABLE) != 0 || buddy_first(z, order, MOVABLE) != 0 ||
	    buddy_first(z, order, RECLAIMABLE) != 0)
		return true;
	return (alloc_flags & ALLOC_HIGHATOMIC) != 0 && buddy_first(z, order, HIGHATOMIC) != 0;
}

/* Is a block of at least @order on a list that this allocation may use? */
/*@
  requires valid: \valid_read(z);
  requires wf:    zone_wf(*z);
  requires in:    order <= z->max_order;
  TOTAL;
  assigns         \nothing;
  ensures has:    \result == true <==> available(*z, order, alloc_flags);
*/
static bool block_available(const struct zone *z, uint32_t order, uint32_t alloc_flags)
{
	uint32_t o = order;

	/*@
	  loop invariant in:   order <= o <= z->max_order + 1;
	  loop invariant none: \forall integer k; order <= k < o ==> !has_block(*z, k, alloc_flags);
	  loop assigns         o;
	  loop variant         z->max_order + 1 - o;
	*/
	while (o <= z->max_order) {
		if (order_available(z, o, alloc_flags))
			return true;
		o++;
	}
	return false;
}

bool buddy_watermark_ok(const struct zone *z, uint32_t order, uint32_t mark, uint32_t alloc_flags)
{
	int64_t usable = (int64_t)buddy_free_pages(z) - ((int64_t)buddy_size(order) - 1);

	if ((alloc_flags & ALLOC_RESERVES) == 0)
		usable -= (int64_t)z->pages[HIGHATOMIC];
	if (usable <= (int64_t)mark_lowered(mark, alloc_flags))
		return false;
	return order == 0 || block_available(z, order, alloc_flags);
}

bool buddy_watermark_fast(const struct zone *z, struct trace *t, const struct buddy_marks *marks,
			  uint32_t order, uint32_t mark, uint32_t alloc_flags)
{
	if (buddy_watermark_ok(z, order, mark + marks->boost, alloc_flags))
		return true;
	if (order != 0 || (alloc_flags & ALLOC_MIN_RESERVE) == 0 || marks->boost == 0 ||
	    (alloc_flags & ALLOC_WMARK_MASK) != ALLOC_WMARK_MIN)
		return false;
	FIRE(t, boost_ignored);
	return buddy_watermark_ok(z, order, marks->mark[0], alloc_flags);
}
