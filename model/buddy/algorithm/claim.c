/* Claiming a whole pageblock of another type. */
/* SPDX-License-Identifier: MIT */
#include "claim.h"
#include "census.h"
#include "expand.h"

/* value * numerator / denominator, as the kernel's mult_frac works it out: without a large product. */
/*@
  requires in:   value <= 0x100000 && numerator <= 30000;
  TOTAL;
  assigns        \nothing;
  ensures exact: \result == frac(value, numerator);
  ensures few:   \result <= 0x380000;
*/
static uint64_t fraction(uint64_t value, uint64_t numerator)
{
	uint64_t whole = value / 10000, rest = value % 10000;

	/*@ assert whole: whole * numerator <= whole * 30000 <= 104 * 30000; */
	/*@ assert rest: rest * numerator <= rest * 30000 <= 9999 * 30000; */
	return whole * numerator + rest * numerator / 10000;
}

bool buddy_boost(struct buddy_marks *marks, uint32_t pageblock_pages)
{
	uint64_t most = fraction(marks->mark[2], marks->boost_factor);
	uint64_t boost = (uint64_t)marks->boost + pageblock_pages;

	if (marks->boost_factor == 0 || pageblock_pages * 4u > marks->managed || most == 0)
		return false;
	if (most < pageblock_pages)
		most = pageblock_pages;
	marks->boost = (uint32_t)(boost < most ? boost : most);
	return true;
}

/* Raises the watermarks, and notes for kswapd that it should restore them, if it may be woken. */
/*@
  requires valid: \valid(marks) && \valid(t) && \separated(marks, t);
  requires marks: MARKS_OK(*marks);
  requires pages: pageblock_pages <= 1024;
  TOTAL;
  assigns         marks->boost, marks->flags, t->last, t->hits[0 .. RULES_MAX - 1];
  ensures marks:  MARKS_OK(*marks);
  ensures boost:  boosts(\old(*marks), pageblock_pages) ==> marks->boost == boosted(\old(*marks), pageblock_pages);
  ensures same:   !boosts(\old(*marks), pageblock_pages) ==> marks->boost == \old(marks->boost);
  ensures wakes:  boosts(\old(*marks), pageblock_pages) && (alloc_flags & ALLOC_KSWAPD) != 0 ==> marks->flags == (\old(marks->flags) | BUDDY_BOOSTED);
  ensures calm:   !(boosts(\old(*marks), pageblock_pages) && (alloc_flags & ALLOC_KSWAPD) != 0) ==> marks->flags == \old(marks->flags);
*/
static void zone_boost(struct buddy_marks *marks, struct trace *t, uint32_t pageblock_pages,
		       uint32_t alloc_flags)
{
	if (!buddy_boost(marks, pageblock_pages))
		return;
	FIRE(t, boost);
	if ((alloc_flags & ALLOC_KSWAPD) != 0)
		marks->flags |= BUDDY_BOOSTED;
}

/* Pages of the block that are as good as ours: what movable allocations see in movable pages, and the
 * others, when they take a movable block, in pages that are not. */
/*@
  requires in:    census.free + census.movable <= pageblock_pages;
  TOTAL;
  assigns         \nothing;
  ensures alike:  \result == (type == MOVABLE ? census.movable : block_type != MOVABLE ? 0 : pageblock_pages - (census.free + census.movable));
*/
static uint32_t alike_pages(struct buddy_census census, uint32_t pageblock_pages,
			    uint32_t block_type, uint32_t type)
{
	if (type == MOVABLE)
		return census.movable;
	if (block_type == MOVABLE)
		return pageblock_pages - (census.free + census.movable);
	return 0;
}

/* A block that fills pageblocks is taken over whole. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_FREE && order <= LV(*z, i) && type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 2048;
  TOTAL;
  assigns         ALLOC_FIELDS(t);
  ENSURES_WF;
  ensures block:  BUDDY_ROOT <= \result < BUDDY_NODES && ST(*z, \result) == NODE_ALLOC && LV(*z, \result) == order;
  ensures low:    \result == low(i, LV(*z, i) - order);
  ENSURES_ALLOC(i, \result);
  ENSURES_PCP;
  ensures fresh:  \result == i || \old(ST(*z, \result)) == NODE_NONE;
  ensures typed:  \let k = first_page(*z, i) / z->pageblock_pages; \forall integer j; k <= j < k + siz(LV(*z, i)) / z->pageblock_pages ==> z->type[j] == type;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 10;
*/
static uint32_t claim_large(struct zone *z, struct trace *t, uint32_t i, uint32_t order,
			    uint32_t type)
{
	uint32_t page = buddy_page(z, i), size = buddy_size(LV(*z, i));

	FIRE(t, claim_large);
	hand_take(z, t, i);
	hand_retype(z, t, page, size, type);
	return buddy_expand(z, t, i, order, type);
}

/* Half a pageblock of free and like pages is enough to claim it. */
/*@
  logic integer alike(integer movable, integer others, integer block_type, integer type) = type == MOVABLE ? movable : block_type != MOVABLE ? 0 : others;
  predicate worth(struct zone z, integer page, integer free, integer movable, integer block_type, integer type) =
    free + alike(movable, z.pageblock_pages - (free + movable), block_type, type) >= z.pageblock_pages / 2;
@*/
/*@
  REQUIRES_WF;
  requires trace: \valid(t) && \separated(z, t);
  requires lru:   \valid_read(lru + (0 .. BUDDY_PAGES - 1)) && \separated(z, t, lru + (0 .. BUDDY_PAGES - 1));
  requires in:    page < BUDDY_PAGES;
  TOTAL;
  assigns         TRACE_FIELDS(t);
  ensures whole:  \result == true ==> whole(*z, page);
  ensures worth:  \result == true <==> whole(*z, page) && worth(*z, page, block_frees(*z, page), block_movables(*z, lru, page), block_type, type);
*/
static bool claim_worth(const struct zone *z, struct trace *t, const uint8_t *lru, uint32_t page,
			uint32_t block_type, uint32_t type)
{
	struct buddy_census census;

	if (!buddy_block_whole(z, page)) {
		FIRE(t, claim_edge);
		return false;
	}
	census = buddy_block_census(z, lru, page);
	if (census.free + alike_pages(census, z->pageblock_pages, block_type, type) <
	    z->pageblock_pages / 2) {
		FIRE(t, claim_refused);
		return false;
	}
	return true;
}

uint32_t buddy_claim_block(struct zone *z, struct trace *t, struct buddy_limits *l,
			   const uint8_t *lru, uint32_t i, uint32_t order, uint32_t type,
			   uint32_t alloc_flags)
{
	uint32_t page = buddy_page(z, i), block_type = buddy_type(z, page);

	if (block_type == HIGHATOMIC)
		return 0;
	if (LV(*z, i) >= z->pageblock_order)
		return claim_large(z, t, i, order, type);
	zone_boost(&l->marks, t, z->pageblock_pages, alloc_flags);
	if (!claim_worth(z, t, lru, page, block_type, type))
		return 0;
	FIRE(t, claim_half);
	(void)buddy_block_move(z, t, page, type);
	return buddy_rmqueue_smallest(z, t, order, type);
}
