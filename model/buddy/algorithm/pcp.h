/* The per-cpu lists: how many blocks to fetch and to give back, allocation and freeing through them. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_PCP_H
#define MEMORACLE_BUDDY_PCP_H

#include "fallback.h"
#include "watermark.h"

/*@
  logic integer smaller(integer a, integer b) = a < b ? a : b;
  logic integer larger(integer a, integer b) = a > b ? a : b;
  logic integer without(integer a, integer b) = a > b ? a - b : 0;
  logic integer clamp(integer v, integer lo, integer hi) = v >= hi ? hi : v <= lo ? lo : v;
  // a refill: the limit in force and the next one, the batch wanted and the one that there is room for
  logic integer high_now(struct buddy_pcp p) = clamp(p.high, p.high_min, p.high_max);
  logic integer batch_now(struct buddy_pcp p, integer o) = o == 0 ? p.batch * siz(p.alloc_factor) : p.batch;
  logic integer high_next(struct buddy_pcp p, integer o, integer below) = high_now(p) < p.batch || p.high_min == p.high_max || below != 0 ? high_now(p)
    : smaller(high_now(p) + batch_now(p, o), p.high_max);
  logic integer batch_room(integer batch, integer high, integer count) = larger(without(without(high, count), batch), batch);
  logic integer batch_fit(struct buddy_pcp p, integer o, integer count, integer below) = o != 0 ? batch_now(p, o)
    : smaller(batch_now(p, o), batch_room(p.batch, high_next(p, o, below), count));
  logic integer refill_count(struct buddy_pcp p, integer o, integer count, integer below) = high_now(p) < p.batch ? 1
    : batch_fit(p, o, count, below) <= 1 ? batch_fit(p, o, count, below) : larger(batch_fit(p, o, count, below) / siz(o), 2);
  // freeing: how many pages may stay, and the limit from now on
  logic integer limit_now(struct buddy_pcp p, integer count, integer below, integer flush) = high_now(p) == 0 || flush != 0 ? 0
    : p.high_min != p.high_max && below != 0 ? larger(count, p.high_min) : high_now(p);
  logic integer limit_next(struct buddy_pcp p, integer count, integer below, integer flush) = high_now(p) == 0 ? 0
    : flush != 0 ? larger(without(high_now(p), 32 * p.batch), p.high_min)
    : p.high_min == p.high_max ? high_now(p)
    : below != 0 ? larger(without(high_now(p), larger(p.free_count, p.batch)), p.high_min)
    : count >= high_now(p) && high_now(p) < p.free_count + p.batch ? clamp(p.free_count + p.batch, p.high_min, p.high_max) : high_now(p);
  logic integer give_count(struct buddy_pcp p, integer count, integer high, integer flush) = flush != 0 ? smaller(count, 32 * p.batch)
    : high < p.batch ? 1 : clamp(p.free_count, p.batch, high - p.batch);
@*/

/*
 * pcp_refill_count() - how many blocks of @order to fetch when the list is empty; adapts high and alloc_factor.
 * @count: pages on the lists. @below_high: the zone is short of pages.
 * Source: mm/page_alloc.c:nr_pcp_alloc, Linux 6.12.
 */
/*@
  requires valid: \valid(pcp);
  requires ok:    PCP_OK(*pcp);
  requires in:    order <= BUDDY_PCP_ORDER && count <= 0x10000000;
  TOTAL;
  assigns         pcp->high, pcp->alloc_factor;
  ensures ok:     PCP_OK(*pcp);
  ensures few:    1 <= \result <= 2016;
  ensures high:   pcp->high == high_next(\old(*pcp), order, below_high);
  ensures count:  \result == refill_count(\old(*pcp), order, count, below_high);
  ensures factor: \let p = \old(*pcp); pcp->alloc_factor == p.alloc_factor + (order == 0 && high_now(p) >= p.batch && p.alloc_factor < BUDDY_SCALE_MAX
    && batch_now(p, 0) <= batch_room(p.batch, high_next(p, 0, below_high), count) ? 1 : 0);
*/
uint32_t pcp_refill_count(struct buddy_pcp *pcp, uint32_t order, uint32_t count, bool below_high);

/*
 * pcp_high_limit() - how many pages the lists may hold; adapts high.
 * @flush: high-order pages are freed in a row.
 * Source: mm/page_alloc.c:nr_pcp_high, Linux 6.12.
 */
/*@
  requires valid: \valid(pcp);
  requires ok:    PCP_OK(*pcp);
  requires in:    count <= 0x10000000;
  TOTAL;
  assigns         pcp->high;
  ensures ok:     PCP_OK(*pcp);
  ensures few:    \result <= 0x10000000;
  ensures high:   pcp->high == limit_next(\old(*pcp), count, below_high, flush);
  ensures limit:  \result == limit_now(\old(*pcp), count, below_high, flush);
*/
uint32_t pcp_high_limit(struct buddy_pcp *pcp, uint32_t count, bool below_high, bool flush);

/*
 * pcp_free_count() - how many pages to give back once the lists hold @high.
 * Source: mm/page_alloc.c:nr_pcp_free, Linux 6.12.
 */
/*@
  requires valid: \valid_read(pcp);
  requires ok:    PCP_OK(*pcp);
  requires in:    count <= 0x10000000 && high <= 0x10000000;
  TOTAL;
  assigns         \nothing;
  ensures few:    \result <= 0x10000000;
  ensures count:  \result == give_count(*pcp, count, high, flush);
*/
uint32_t pcp_free_count(const struct buddy_pcp *pcp, uint32_t count, uint32_t high, bool flush);

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
  REQUIRES_TRACE;
  requires in:    first < 12 && count <= 0x10000000;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x20000000;
  TOTAL;
  assigns         ALLOC_FIELDS;
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
  REQUIRES_TRACE;
  requires batch: 1 <= batch <= 63;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x40000000;
  TOTAL;
  assigns         ALLOC_FIELDS;
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
  ENSURES_LISTS;
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
  REQUIRES_TRACE;
  REQUIRES_LIMITS;
  requires ok:    PCP_OK(l->pcp) && MARKS_OK(l->marks);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && LV(*z, i) <= BUDDY_PCP_ORDER && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x40000000;
  TOTAL;
  assigns         ALLOC_FIELDS, *l;
  ENSURES_WF;
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC && n != i);
  ensures ok:     PCP_OK(l->pcp) && MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x20000000;
*/
void pcp_free(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i, uint32_t type);

#endif
