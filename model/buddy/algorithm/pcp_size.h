/* The per-cpu lists: how many blocks to fetch and to give back. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_PCP_SIZE_H
#define MEMORACLE_BUDDY_PCP_SIZE_H

#include "../env.h"

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

#endif
