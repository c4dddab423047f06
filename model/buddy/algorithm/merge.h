/* Freeing a block: coalescing with its buddies, and where it goes. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_MERGE_H
#define MEMORACLE_BUDDY_MERGE_H

#include "hand.h"

/*@
  predicate inside(struct zone z, integer i) = z.start <= first_page(z, i) < z.end;
  // the merged form of i would find its own buddy free; that form may begin outside of the zone
  predicate likely(struct zone z, integer i) = LV(z, i) + 1 < z.max_order && ST(z, sibl(i / 2)) == NODE_FREE && inside(z, i / 2);
@*/

/* buddy_inside() - does block @i begin in the zone? */
/*@
  requires valid: \valid_read(z);
  requires wf:    levels(*z);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES;
  TOTAL;
  assigns         \nothing;
  ensures inside: \result == true <==> inside(*z, i);
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
 * Returns: the free block.
 * Source: mm/page_alloc.c:__free_one_page, Linux 6.12.
 * Departs: a buddy's type is that of its list, not of its pageblock; the kernel keeps them equal.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && type < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  TOTAL;
  assigns         ALLOC_FIELDS(t);
  ENSURES_WF;
  ensures free:   BUDDY_ROOT <= \result < BUDDY_NODES && ST(*z, \result) == NODE_FREE && LV(*z, i) <= LV(*z, \result) <= z->max_order
    && LS(*z, \result) == 8 * LV(*z, \result) + type && \result == anc(i, LV(*z, \result) - LV(*z, i));
  ensures stop:   !canm(*z, \result, sibl(\result), type);
  ensures merges: \forall integer m; 0 <= m < LV(*z, \result) - LV(*z, i) ==> mstep(\old(*z), i, m, type);
  ensures place:  to_tail || likely(*z, \result) ? PV(*z, HEAD(LS(*z, \result))) == \result : NX(*z, HEAD(LS(*z, \result))) == \result;
  ensures clock:  z->clock == \old(z->clock) + 1;
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC && n != i);
  ENSURES_PCP;
*/
uint32_t buddy_free_one(struct zone *z, struct trace *t, uint32_t i, uint32_t type, bool to_tail);

#endif
