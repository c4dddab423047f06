/* What lies in a pageblock, and moving its free blocks to another type. */
/* SPDX-License-Identifier: MIT */
#include "census.h"
#include "../rules.h"

bool buddy_block_whole(const struct zone *z, uint32_t page)
{
	uint32_t first = page - page % z->pageblock_pages;

	return first >= z->start && first + z->pageblock_pages <= z->end;
}

/* How many of the @size pages from @page on are marked. */
/*@
  requires in:    page < BUDDY_PAGES && size <= BUDDY_PAGES && page + size <= BUDDY_PAGES;
  requires valid: \valid_read(lru + (0 .. BUDDY_PAGES - 1));
  TOTAL;
  assigns         \nothing;
  ensures marks:  \result == marks(lru, page, size) && \result <= size;
*/
static uint32_t pages_marked(const uint8_t *lru, uint32_t page, uint32_t size)
{
	uint32_t marked = 0, k = 0;

	/*@
	  loop invariant in:    0 <= k <= size && marked <= k;
	  loop invariant marks: marked == marks(lru, page, k);
	  loop assigns          k, marked;
	  loop variant          size - k;
	*/
	while (k < size) {
		/*@ assert next: marks(lru, page, k + 1) == marks(lru, page, k) + (lru[page + k] != 0 ? 1 : 0); */
		if (lru[page + k] != 0)
			marked++;
		k++;
	}
	return marked;
}

struct buddy_census buddy_block_census(const struct zone *z, const uint8_t *lru, uint32_t page)
{
	struct buddy_census census = { 0, 0 };
	uint32_t first = page - page % z->pageblock_pages, end = first + z->pageblock_pages;
	uint32_t at = first;

	/*@
	  loop invariant in:  first <= at <= end && end <= BUDDY_PAGES;
	  loop invariant few: census.free + census.movable <= at - first;
	  loop invariant free: census.free + frees(*z, at, end) == frees(*z, first, end);
	  loop invariant lru: census.movable + movables(*z, lru, at, end) == movables(*z, lru, first, end);
	  loop assigns        at, census;
	  loop variant        end - at;
	*/
	while (at < end) {
		uint32_t i = buddy_block(z, at), size = buddy_size(LV(*z, i));

		if (size > end - at)
			size = end - at;
		/*@ assert reach: i == block_at(*z, at) && size == reach(*z, at, end); */
		/*@ assert free: frees(*z, at, end) == (ST(*z, i) == NODE_FREE ? size : 0) + frees(*z, at + size, end); */
		/*@ assert lru: movables(*z, lru, at, end) == (ST(*z, i) == NODE_FREE ? 0 : marks(lru, at, size)) + movables(*z, lru, at + size, end); */
		if (ST(*z, i) == NODE_FREE)
			census.free += size;
		else
			census.movable += pages_marked(lru, at, size);
		at += size;
	}
	return census;
}

uint32_t buddy_block_move(struct zone *z, struct trace *t, uint32_t page, uint32_t type)
{
	uint32_t first = page - page % z->pageblock_pages, end = first + z->pageblock_pages;
	uint32_t moved = 0, at = first;
	/*@ ghost int64_t c0 = z->clock; */

	/*@
	  loop invariant in:     first <= at <= end + 1023 && end <= BUDDY_PAGES && end - first <= 1024;
	  LOOP_WF;
	  loop invariant moved:  moved <= at - first;
	  loop invariant states: \forall integer n; 0 <= n < BUDDY_NODES ==> ST(*z, n) == \at(ST(*z, n), Pre);
	  loop invariant lists:  \forall integer n; on(*z, n) ==> LS(*z, n) == \at(LS(*z, n), Pre) || LS(*z, n) == 8 * LV(*z, n) + type;
	  loop invariant clock:  c0 <= z->clock <= c0 + (at - first) && (at < end ==> z->clock <= c0 + (at - first)) && z->clock <= c0 + 1024;
	  loop assigns           at, moved, ON_FIELDS, z->kept[0 .. BUDDY_NODES - 1], TRACE_FIELDS(t);
	  loop variant           end - at;
	*/
	while (at < end) {
		uint32_t i = buddy_block(z, at), size = buddy_size(LV(*z, i));

		if (ST(*z, i) == NODE_FREE) {
			FIRE(t, move_to_tail);
			hand_move(z, t, i, type);
			moved += size;
		}
		at += size;
	}
	/*@ assert one: z->pageblock_pages / z->pageblock_pages == 1; */
	hand_retype(z, t, first, z->pageblock_pages, type);
	return moved;
}
