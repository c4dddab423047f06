/* Pageblocks kept for high-order atomic allocations. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_HIGHATOMIC_H
#define MEMORACLE_BUDDY_HIGHATOMIC_H

#include "census.h"
#include "fallback.h"

/*@
  logic integer rounded(integer n, integer pages) = (n + pages - 1) - (n + pages - 1) % pages;
  logic integer reserve_cap(integer managed, integer pages) = managed / 100 < pages ? 0 : rounded(managed / 100, pages);
  logic integer page_type(struct zone z, integer page) = z.type[page / z.pageblock_pages];
  // by how much the reserve grows when block i joins it
  logic integer reserve_more(struct zone z, integer i, integer reserved, integer managed) =
    reserved >= reserve_cap(managed, z.pageblock_pages) || page_type(z, first_page(z, i)) >= BUDDY_PCPTYPES ? 0
    : siz(LV(z, i)) >= z.pageblock_pages ? siz(LV(z, i))
    : z.start <= block_first(z, first_page(z, i)) && block_first(z, first_page(z, i)) + z.pageblock_pages <= z.end ? z.pageblock_pages : 0;
@*/

/*
 * buddy_reserve_highatomic() - the pageblocks of block @i, just allocated, join the reserve, if it is not full.
 * Source: mm/page_alloc.c:reserve_highatomic_pageblock, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  REQUIRES_LIMITS;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC;
  requires marks: MARKS_OK(l->marks);
  requires clock: z->clock < BUDDY_CLOCK_MAX - 1024;
  TOTAL;
  assigns         ALLOC_FIELDS(t), l->marks.reserved_highatomic;
  ENSURES_WF;
  ensures states: \forall integer n; 0 <= n < BUDDY_NODES ==> ST(*z, n) == \old(ST(*z, n));
  ensures marks:  MARKS_OK(l->marks);
  ensures more:   l->marks.reserved_highatomic == \old(l->marks.reserved_highatomic)
    + reserve_more(\old(*z), i, \old(l->marks.reserved_highatomic), l->marks.managed);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 1024;
*/
void buddy_reserve_highatomic(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i);

/*
 * buddy_unreserve_highatomic() - gives a pageblock of the reserve to @type; the only one if @force.
 * Returns: whether one was given.
 * Source: mm/page_alloc.c:unreserve_highatomic_pageblock, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  REQUIRES_LIMITS;
  requires in:    type < BUDDY_PCPTYPES;
  requires marks: MARKS_OK(l->marks);
  requires clock: z->clock < BUDDY_CLOCK_MAX - 32768;
  TOTAL;
  assigns         ALLOC_FIELDS(t), l->marks.reserved_highatomic;
  ENSURES_WF;
  ensures states: \forall integer n; 0 <= n < BUDDY_NODES ==> ST(*z, n) == \old(ST(*z, n));
  ensures marks:  MARKS_OK(l->marks);
  ensures less:   l->marks.reserved_highatomic <= \old(l->marks.reserved_highatomic);
  ensures only:   force == false && \old(l->marks.reserved_highatomic) <= z->pageblock_pages ==>
    l->marks.reserved_highatomic == \old(l->marks.reserved_highatomic) && z->clock == \old(z->clock)
    && \forall integer k; 0 <= k < BUDDY_LINKS ==> NX(*z, k) == \old(NX(*z, k)) && PV(*z, k) == \old(PV(*z, k));
  ensures large:  \result == false && (force == true || \old(l->marks.reserved_highatomic) > z->pageblock_pages) ==>
    \forall integer m; z->pageblock_order <= m <= z->max_order ==> vacant(*z, m, HIGHATOMIC);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 16384;
*/
bool buddy_unreserve_highatomic(struct zone *z, struct trace *t, struct buddy_limits *l,
				uint32_t type, bool force);

#endif
