/* Pageblocks kept for high-order atomic allocations. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_HIGHATOMIC_H
#define MEMORACLE_BUDDY_HIGHATOMIC_H

#include "fallback.h"

/*
 * buddy_reserve_highatomic() - the pageblocks of block @i, just allocated, join the reserve, if it is not full.
 * Source: mm/page_alloc.c:reserve_highatomic_pageblock, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  REQUIRES_LIMITS;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC;
  requires marks: MARKS_OK(l->marks);
  requires clock: z->clock < BUDDY_CLOCK_MAX - 1024;
  TOTAL;
  assigns         ALLOC_FIELDS, l->marks.reserved_highatomic;
  ENSURES_WF;
  ensures states: \forall integer n; 0 <= n < BUDDY_NODES ==> ST(*z, n) == \old(ST(*z, n));
  ensures marks:  MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 1024;
*/
void buddy_reserve_highatomic(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i);

/*
 * buddy_unreserve_highatomic() - gives a pageblock of the reserve to @type, unless it is the only one.
 * Source: mm/page_alloc.c:unreserve_highatomic_pageblock, Linux 6.12 (not forced).
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  REQUIRES_LIMITS;
  requires in:    type < BUDDY_PCPTYPES;
  requires marks: MARKS_OK(l->marks);
  requires clock: z->clock < BUDDY_CLOCK_MAX - 32768;
  TOTAL;
  assigns         ALLOC_FIELDS, l->marks.reserved_highatomic;
  ENSURES_WF;
  ensures states: \forall integer n; 0 <= n < BUDDY_NODES ==> ST(*z, n) == \old(ST(*z, n));
  ensures marks:  MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 16384;
*/
void buddy_unreserve_highatomic(struct zone *z, struct trace *t, struct buddy_limits *l,
				uint32_t type);

#endif
