/* Migratetypes of pageblocks, and a free block's move to another type's list. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_PAGEBLOCK_H
#define MEMORACLE_BUDDY_PAGEBLOCK_H

#include "list.h"

/* buddy_pageblock() - number of the pageblock that holds @page. */
/*@
  requires valid: \valid_read(z);
  requires wf:    geometry(*z);
  requires in:    page < BUDDY_PAGES;
  TOTAL;
  assigns         \nothing;
  ensures block:  \result == page / z->pageblock_pages;
  ensures in:     \result < BUDDY_PAGES;
*/
uint32_t buddy_pageblock(const struct zone *z, uint32_t page);

/* buddy_type() - migratetype of the pageblock that holds @page. */
/*@
  requires valid: \valid_read(z);
  requires wf:    wft(*z);
  requires in:    page < BUDDY_PAGES;
  TOTAL;
  assigns         \nothing;
  ensures type:   \result == z->type[page / z->pageblock_pages];
  ensures in:     \result < BUDDY_TYPES;
*/
uint32_t buddy_type(const struct zone *z, uint32_t page);

/* buddy_set_type() - the pageblock that holds @page becomes type @t; lists stay as they are. */
/*@
  REQUIRES_WF;
  requires in:    page < BUDDY_PAGES && t < BUDDY_TYPES;
  TOTAL;
  assigns         z->type[page / z->pageblock_pages];
  ENSURES_WF;
  ensures type:   z->type[page / z->pageblock_pages] == t;
*/
void buddy_set_type(struct zone *z, uint32_t page, uint32_t t);

/* buddy_set_types() - all pageblocks of [@page, @page + @pages) become type @t. Both are whole pageblocks. */
/*@
  REQUIRES_WF;
  requires in:    page < BUDDY_PAGES && pages <= BUDDY_PAGES && page + pages <= BUDDY_PAGES && t < BUDDY_TYPES;
  TOTAL;
  assigns         z->type[0 .. BUDDY_PAGES - 1];
  ENSURES_WF;
  ensures set:    \let k = page / z->pageblock_pages; \forall integer j; k <= j < k + pages / z->pageblock_pages ==> z->type[j] == t;
  ensures rest:   \let k = page / z->pageblock_pages; \forall integer j; 0 <= j < BUDDY_PAGES && !(k <= j < k + pages / z->pageblock_pages) ==>
    z->type[j] == \old(z->type[j]);
*/
void buddy_set_types(struct zone *z, uint32_t page, uint32_t pages, uint32_t t);

/*
 * buddy_move_tail() - free block @i goes to the tail of its order's list of type @t. If its buddy is free too, the pair is marked as
 * kept: moving never merges.
 */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_FREE && t < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  TOTAL;
  assigns         ON_FIELDS, z->kept[0 .. BUDDY_NODES - 1];
  ENSURES_WF;
  ENSURES_ONLY(i);
  ensures free:   ST(*z, i) == NODE_FREE && LS(*z, i) == 8 * LV(*z, i) + t;
  ensures last:   PV(*z, HEAD(LS(*z, i))) == i;
  ensures kept:   \forall integer k; 0 <= k < BUDDY_NODES && k != i / 2 ==> z->kept[k] == \old(z->kept[k]);
  ensures clock:  z->clock == \old(z->clock) + 1;
*/
void buddy_move_tail(struct zone *z, uint32_t i, uint32_t t);

#endif
