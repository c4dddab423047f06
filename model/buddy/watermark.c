/* Watermarks: may an allocation go ahead with so few free pages? */
/* SPDX-License-Identifier: MIT */
#include "watermark.h"

uint32_t buddy_free_pages(const struct zone *z)
{
	return z->pages[0] + z->pages[1] + z->pages[2] + z->pages[3] + z->pages[4] + z->pages[5];
}

uint32_t buddy_pcp_pages(const struct zone *z)
{
	return z->pages[8] + z->pages[9] + z->pages[10];
}

/* The mark, lowered for those who may dip into the reserve. */
/*@
  requires in: mark <= 0x600000;
  TOTAL;
  assigns      \nothing;
  ensures few: 0 <= \result <= mark;
  ensures all: !(alloc_flags & ALLOC_MIN_RESERVE) ==> \result == mark;
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

/* Is a block of at least @order on a list that this allocation may use? */
/*@
  requires valid: \valid_read(z);
  requires wf:    wfl(*z) && geometry(*z);
  TOTAL;
  assigns         \nothing;
*/
static bool block_available(const struct zone *z, uint32_t order, uint32_t alloc_flags)
{
	/*@
	  loop invariant in: o <= z->max_order + 1 || o == order;
	  loop assigns       o;
	  loop variant       z->max_order + 1 - o;
	*/
	for (uint32_t o = order; o <= z->max_order; o++) {
		if (buddy_first(z, o, UNMOVABLE) != 0 || buddy_first(z, o, MOVABLE) != 0 ||
		    buddy_first(z, o, RECLAIMABLE) != 0)
			return true;
		if ((alloc_flags & ALLOC_HIGHATOMIC) != 0 && buddy_first(z, o, HIGHATOMIC) != 0)
			return true;
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
	rule_fire(t, BUDDY_RULE_boost_ignored);
	return buddy_watermark_ok(z, order, marks->mark[0], alloc_flags);
}
