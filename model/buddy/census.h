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
*/
bool buddy_block_whole(const struct zone *z, uint32_t page);

/*
 * buddy_block_census() - counts the free and the movable pages of the pageblock that holds @page.
 * @lru: marks of pages.
 * Source: mm/page_alloc.c:prep_move_freepages_block, Linux 6.12.
 */
/*@
  requires valid: \valid_read(z) && \valid_read(lru + (0 .. BUDDY_PAGES - 1));
  requires wf:    wft(*z);
  requires in:    page < BUDDY_PAGES;
  TOTAL;
  assigns         \nothing;
  ensures few:    \result.free + \result.movable <= z->pageblock_pages;
*/
struct buddy_census buddy_block_census(const struct zone *z, const uint8_t *lru, uint32_t page);

/*
 * buddy_block_move() - the free blocks of the pageblock that holds @page go to the tails of lists of @type,
 * in ascending order, and the pageblock becomes @type.
 * Returns: how many pages were moved.
 * Source: mm/page_alloc.c:__move_freepages_block, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  requires in:    page < BUDDY_PAGES && type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 1024;
  TOTAL;
  assigns         ON_FIELDS, z->kept[0 .. BUDDY_NODES - 1], z->type[0 .. BUDDY_PAGES - 1], TRACE_FIELDS;
  ENSURES_WF;
  ensures type:   z->type[page / z->pageblock_pages] == type;
*/
uint32_t buddy_block_move(struct zone *z, struct trace *t, uint32_t page, uint32_t type);

#endif
