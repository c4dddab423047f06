/* Freeing: through the per-cpu lists, or straight to the zone. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_FREE_H
#define MEMORACLE_BUDDY_FREE_H

#include "../env.h"

/*
 * buddy_free_block() - allocated block @i is freed.
 * Source: mm/page_alloc.c:free_unref_page, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  REQUIRES_LIMITS;
  requires ok:    PCP_OK(l->pcp) && MARKS_OK(l->marks);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x40000000;
  TOTAL;
  assigns         ALLOC_FIELDS(t), *l;
  ENSURES_WF;
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES && LV(*z, i) <= BUDDY_PCP_ORDER ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC && n != i);
  ensures ok:     PCP_OK(l->pcp) && MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x20000000;
*/
void buddy_free_block(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i);

#endif
