/* The per-cpu lists: allocation and freeing through them. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_PCP_H
#define MEMORACLE_BUDDY_PCP_H

#include "fallback.h"
#include "pcp_size.h"
#include "watermark.h"

/*@
  // list number k of 12: order k / 3, type k % 3
  logic integer pcp_head(integer k) = BUDDY_NODES + LIST(1, k / BUDDY_PCPTYPES, k % BUDDY_PCPTYPES);
  predicate pcp_on(struct zone z, integer k) = PV(z, pcp_head(k)) < BUDDY_NODES;
@*/

/*
 * pcp_drain() - gives @count pages or more back to the zone, list by list from list @first, each from its tail.
 * Source: mm/page_alloc.c:free_pcppages_bulk, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    first < 12 && count <= 0x10000000;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x20000000;
  TOTAL;
  assigns         ALLOC_FIELDS(t);
  ENSURES_WF;
  ensures percpu: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES && ST(*z, n) == NODE_PCP ==> \old(ST(*z, n)) == NODE_PCP;
  ensures last:   count > 0 && \old(pcp_on(*z, first)) ==> ST(*z, \old(PV(*z, pcp_head(first)))) != NODE_PCP;
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + count;
*/
void pcp_drain(struct zone *z, struct trace *t, uint32_t count, uint32_t first);

/*
 * pcp_drain_all() - gives all pages back, a large batch at a time.
 * Source: mm/page_alloc.c:drain_pages_zone, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires batch: 1 <= batch <= 63;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x40000000;
  TOTAL;
  assigns         ALLOC_FIELDS(t);
  ENSURES_WF;
  ensures last:   \old(pcp_on(*z, 0)) ==> ST(*z, \old(PV(*z, pcp_head(0)))) != NODE_PCP;
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x10000000;
*/
void pcp_drain_all(struct zone *z, struct trace *t, uint32_t batch);

/*
 * pcp_alloc() - a block of @order from the list of @type, which is refilled from the zone if it is empty.
 * Returns: a block in hand, or 0.
 * Source: mm/page_alloc.c:__rmqueue_pcplist, Linux 6.12.
 */
/*@
  REQUIRES_LISTS;
  requires in:    order <= BUDDY_PCP_ORDER && order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x20000000;
  ENSURES_LISTS(order);
  ensures first:  \let h = BUDDY_NODES + LIST(1, order, type); \old(NX(*z, h)) < BUDDY_NODES ==> \result == \old(NX(*z, h)) && z->clock == \old(z->clock);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x10000000;
*/
uint32_t pcp_alloc(struct zone *z, struct trace *t, struct buddy_limits *l, const uint8_t *lru,
		   uint32_t order, uint32_t type, uint32_t alloc_flags);

/*
 * pcp_free() - allocated block @i goes on the list of @type; lists that are too long give pages back.
 * Source: mm/page_alloc.c:free_unref_page_commit, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  REQUIRES_LIMITS;
  requires ok:    PCP_OK(l->pcp) && MARKS_OK(l->marks);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && LV(*z, i) <= BUDDY_PCP_ORDER && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x40000000;
  TOTAL;
  assigns         ALLOC_FIELDS(t), *l;
  ENSURES_WF;
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC && n != i);
  ensures ok:     PCP_OK(l->pcp) && MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x20000000;
*/
void pcp_free(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i, uint32_t type);

#endif
