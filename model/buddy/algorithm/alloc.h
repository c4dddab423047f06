/* Allocation from the free lists, as far as the watermark allows it. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_ALLOC_H
#define MEMORACLE_BUDDY_ALLOC_H

#include "highatomic.h"
#include "pcp.h"

/*@
  // the zone is good for an allocation of order o: by the mark that the flags name, by the high one while it was never missed, or by no mark at all
  logic integer mark_of(struct buddy_marks m, integer flags) = (flags & ALLOC_WMARK_MASK) == ALLOC_WMARK_MIN ? m.mark[0]
    : (flags & ALLOC_WMARK_MASK) == ALLOC_WMARK_LOW ? m.mark[1] : m.mark[2];
  predicate suits(struct zone z, integer o, integer mark, struct buddy_marks m, integer flags) = met_fast(z, o, mark, m.mark[0], m.boost, flags);
  predicate allowed(struct zone z, integer o, struct buddy_marks m, integer flags) = (flags & ALLOC_NO_WATERMARKS) != 0
    || suits(z, o, mark_of(m, flags), m, flags) || ((m.flags & BUDDY_BELOW_HIGH) == 0 && suits(z, o, m.mark[2], m, flags));
@*/

/*
 * buddy_from_freelist() - a block of @order, if the watermark in @alloc_flags allows it.
 * @os: receives requests.
 * Returns: a block in hand, or 0.
 * Source: mm/page_alloc.c:get_page_from_freelist, Linux 6.12.
 */
/*@
  REQUIRES_ALLOC;
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x40000000;
  ENSURES_TAKEN(order);
  ensures allowed: \result != 0 ==> allowed(\old(*z), order, \old(l->marks), alloc_flags);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x20000000;
*/
uint32_t buddy_from_freelist(struct zone *z, struct trace *t, struct buddy_limits *l,
			     const uint8_t *lru, struct os *os, uint32_t order, uint32_t type,
			     uint32_t alloc_flags);

/*
 * buddy_wake_kswapd() - asks for reclaim in the background.
 * Source: mm/page_alloc.c:wake_all_kswapds, Linux 6.12.
 */
/*@
  requires valid: \valid(os);
  requires ok:    os_ok(*os);
  TOTAL;
  assigns         OS_FIELDS;
  ensures os:     os_ok(*os);
  ensures asked:  os->want_count == (\old(os->want_count) < OS_EVENTS_MAX ? \old(os->want_count) + 1 : OS_EVENTS_MAX);
*/
void buddy_wake_kswapd(struct os *os, uint32_t order);

#endif
