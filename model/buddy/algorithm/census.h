/* What lies in a pageblock, and moving its free blocks to another type. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_CENSUS_H
#define MEMORACLE_BUDDY_CENSUS_H

#include "hand.h"

/* Pages of one pageblock. */
struct buddy_census {
	uint32_t free;
	uint32_t movable; /* marked as such (PageLRU) */
};

/*@
  logic integer block_first(struct zone z, integer page) = page - page % z.pageblock_pages;
  // from page p on to page e, block by block: how far the next block reaches, free pages, marked pages of what is not free
  logic integer reach(struct zone z, integer p, integer e) = siz(LV(z, block_at(z, p))) < e - p ? siz(LV(z, block_at(z, p))) : e - p;
  logic integer marks(uint8_t *lru, integer p, integer n) = n <= 0 ? 0 : marks(lru, p, n - 1) + (lru[p + n - 1] != 0 ? 1 : 0);
  logic integer frees(struct zone z, integer p, integer e) = p >= e ? 0
    : (ST(z, block_at(z, p)) == NODE_FREE ? reach(z, p, e) : 0) + frees(z, p + reach(z, p, e), e);
  logic integer movables(struct zone z, uint8_t *lru, integer p, integer e) = p >= e ? 0
    : (ST(z, block_at(z, p)) == NODE_FREE ? 0 : marks(lru, p, reach(z, p, e))) + movables(z, lru, p + reach(z, p, e), e);
  logic integer block_end(struct zone z, integer page) = block_first(z, page) + z.pageblock_pages;
  logic integer block_frees(struct zone z, integer page) = frees(z, block_first(z, page), block_end(z, page));
  logic integer block_movables(struct zone z, uint8_t *lru, integer page) = movables(z, lru, block_first(z, page), block_end(z, page));
  predicate whole(struct zone z, integer page) = z.start <= block_first(z, page) && block_first(z, page) + z.pageblock_pages <= z.end;
@*/

/*
 * buddy_block_whole() - does the pageblock that holds @page lie in the zone with all its pages?
 * Source: mm/page_alloc.c:prep_move_freepages_block, Linux 6.12.
 */
/*@
  requires valid: \valid_read(z);
  requires wf:    geometry(*z);
  requires in:    page < BUDDY_PAGES;
  TOTAL;
  assigns         \nothing;
  ensures whole:  \result == true <==> whole(*z, page);
*/
bool buddy_block_whole(const struct zone *z, uint32_t page);

/*
 * buddy_block_census() - counts the free and the movable pages of the whole pageblock that holds @page.
 * @lru: marks of pages.
 * Source: mm/page_alloc.c:prep_move_freepages_block, Linux 6.12.
 */
/*@
  requires valid: \valid_read(z) && \valid_read(lru + (0 .. BUDDY_PAGES - 1));
  requires wf:    zone_wf(*z);
  requires in:    page < BUDDY_PAGES && whole(*z, page);
  TOTAL;
  assigns         \nothing;
  ensures few:    \result.free + \result.movable <= z->pageblock_pages;
  ensures free:   \result.free == block_frees(*z, page);
  ensures lru:    \result.movable == block_movables(*z, lru, page);
*/
struct buddy_census buddy_block_census(const struct zone *z, const uint8_t *lru, uint32_t page);

/*
 * buddy_block_move() - the free blocks of the whole pageblock that holds @page go to the tails of lists of
 * @type, in ascending order, and the pageblock becomes @type.
 * Returns: how many pages were moved.
 * Source: mm/page_alloc.c:__move_freepages_block, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    page < BUDDY_PAGES && whole(*z, page) && type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 1024;
  TOTAL;
  assigns         ALLOC_FIELDS(t);
  ENSURES_WF;
  ensures states: \forall integer n; 0 <= n < BUDDY_NODES ==> ST(*z, n) == \old(ST(*z, n));
  ensures lists:  \forall integer n; on(*z, n) ==> LS(*z, n) == \old(LS(*z, n)) || LS(*z, n) == 8 * LV(*z, n) + type;
  ensures type:   z->type[block_first(*z, page) / z->pageblock_pages] == type;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 1024;
*/
uint32_t buddy_block_move(struct zone *z, struct trace *t, uint32_t page, uint32_t type);

#endif
