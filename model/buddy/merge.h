/* Freeing a block: coalescing with its buddies, and where it goes. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_MERGE_H
#define MEMORACLE_BUDDY_MERGE_H

#include "hand.h"

/* buddy_inside() - does block @i begin in the zone? */
/*@
  requires valid: \valid_read(z);
  requires wf:    levels(*z);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES;
  TOTAL;
  assigns         \nothing;
  ensures inside: \result == true <==> z->start <= first_page(*z, i) < z->end;
*/
bool buddy_inside(const struct zone *z, uint32_t i);

/*
 * buddy_mergeable_type() - may blocks of this type be merged with those of others?
 * Source: include/linux/mmzone.h:migratetype_is_mergeable, Linux 6.12.
 */
/*@
  TOTAL;
  assigns         \nothing;
  ensures below:  \result == true <==> type < BUDDY_PCPTYPES;
*/
bool buddy_mergeable_type(uint32_t type);

/*
 * buddy_free_one() - allocated block @i becomes free as @type, merged with its buddies as far as they are free.
 * @to_tail: to the tail of its list whatever its neighbours are.
 * Source: mm/page_alloc.c:__free_one_page, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && type < BUDDY_TYPES;
  requires tall:  LV(*z, i) <= z->max_order;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  TOTAL;
  assigns         ON_FIELDS, z->kept[0 .. BUDDY_NODES - 1], z->type[0 .. BUDDY_PAGES - 1], TRACE_FIELDS;
  ENSURES_WF;
  ensures clock:  z->clock == \old(z->clock) + 1;
*/
void buddy_free_one(struct zone *z, struct trace *t, uint32_t i, uint32_t type, bool to_tail);

/*
 * buddy_free_split() - an allocated block becomes free pageblock by pageblock, each as its own type.
 * Source: mm/page_alloc.c:split_large_buddy, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC;
  requires tall:  LV(*z, i) <= z->max_order;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 1024;
  TOTAL;
  assigns         ON_FIELDS, z->kept[0 .. BUDDY_NODES - 1], z->type[0 .. BUDDY_PAGES - 1], TRACE_FIELDS;
  ENSURES_WF;
*/
void buddy_free_split(struct zone *z, struct trace *t, uint32_t i, bool to_tail);

/* buddy_split_to() - an allocated block becomes allocated blocks of @order. */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && order <= LV(*z, i);
  TOTAL;
  assigns         z->t.st[0 .. BUDDY_NODES - 1];
  ENSURES_WF;
*/
void buddy_split_to(struct zone *z, uint32_t i, uint32_t order);

#endif
