/* Blocks come into hand and go back on lists, with a note of what that touched. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_HAND_H
#define MEMORACLE_BUDDY_HAND_H

#include "../state/list.h"
#include "../state/pageblock.h"
#include "../state/pcp_list.h"
#include "touch.h"

/* hand_free() - allocated block @i goes on the zone's free list of its order and @type, first or last (@tail). */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  requires may:   mayfree(*z, i, type);
  TOTAL;
  assigns         ON_FIELDS, TOUCH_FIELDS(t);
  ENSURES_WF;
  ENSURES_ONLY(i);
  ENSURES_HEADS(i);
  ensures free:   ST(*z, i) == NODE_FREE && LS(*z, i) == 8 * LV(*z, i) + type;
  ensures first:  !tail ==> NX(*z, HEAD(LS(*z, i))) == i;
  ensures last:   tail ==> PV(*z, HEAD(LS(*z, i))) == i;
  ensures clock:  z->clock == \old(z->clock) + 1;
*/
void hand_free(struct zone *z, struct trace *t, uint32_t i, uint32_t type, bool tail);

/* hand_take() - free block @i comes off its list: in hand. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_FREE;
  TOTAL;
  assigns         OFF_FIELDS, TOUCH_FIELDS(t);
  ENSURES_WF;
  ENSURES_ONLY(i);
  ENSURES_HEADS(i);
  ensures alloc:  ST(*z, i) == NODE_ALLOC;
*/
void hand_take(struct zone *z, struct trace *t, uint32_t i);

/* hand_move() - free block @i goes to the tail of its order's list of @type. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_FREE && type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  TOTAL;
  assigns         ON_FIELDS, z->kept[0 .. BUDDY_NODES - 1], TOUCH_FIELDS(t);
  ENSURES_WF;
  ENSURES_ONLY(i);
  ensures kept:   \forall integer k; 0 <= k < BUDDY_NODES && k != i / 2 ==> z->kept[k] == \old(z->kept[k]);
  ensures free:   ST(*z, i) == NODE_FREE && LS(*z, i) == 8 * LV(*z, i) + type;
  ensures last:   PV(*z, HEAD(LS(*z, i))) == i;
  ensures clock:  z->clock == \old(z->clock) + 1;
*/
void hand_move(struct zone *z, struct trace *t, uint32_t i, uint32_t type);

/* hand_pcp() - allocated block @i goes on the per-cpu list of its order and @type, first or last (@tail). */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  TOTAL;
  assigns         ON_FIELDS, TOUCH_FIELDS(t);
  ENSURES_WF;
  ENSURES_ONLY(i);
  ensures pcp:    ST(*z, i) == NODE_PCP && LS(*z, i) == LIST(1, LV(*z, i), type);
  ensures first:  !tail ==> NX(*z, HEAD(LS(*z, i))) == i;
  ensures last:   tail ==> PV(*z, HEAD(LS(*z, i))) == i;
  ensures clock:  z->clock == \old(z->clock) + 1;
*/
void hand_pcp(struct zone *z, struct trace *t, uint32_t i, uint32_t type, bool tail);

/* hand_pcp_take() - per-cpu block @i comes off its list: in hand. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_PCP;
  TOTAL;
  assigns         OFF_FIELDS, TOUCH_FIELDS(t);
  ENSURES_WF;
  ENSURES_ONLY(i);
  ENSURES_HEADS(i);
  ensures alloc:  ST(*z, i) == NODE_ALLOC;
*/
void hand_pcp_take(struct zone *z, struct trace *t, uint32_t i);

/* hand_retype() - all pageblocks that begin in [@page, @page + @pages) become @type. @page is a pageblock's first. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    page < BUDDY_PAGES && pages <= BUDDY_PAGES && page + pages <= BUDDY_PAGES && type < BUDDY_TYPES;
  TOTAL;
  assigns         z->type[0 .. BUDDY_PAGES - 1], TOUCH_FIELDS(t);
  ENSURES_WF;
  ensures set:    \let k = page / z->pageblock_pages; \forall integer j; k <= j < k + pages / z->pageblock_pages ==> z->type[j] == type;
  ensures rest:   \let k = page / z->pageblock_pages; \forall integer j; 0 <= j < BUDDY_PAGES && !(k <= j < k + pages / z->pageblock_pages) ==>
    z->type[j] == \old(z->type[j]);
*/
void hand_retype(struct zone *z, struct trace *t, uint32_t page, uint32_t pages, uint32_t type);

#endif
