/* Claiming a whole pageblock of another type. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_CLAIM_H
#define MEMORACLE_BUDDY_CLAIM_H

#include "../env.h"
#include "hand.h"

/*@
  // the other type whose lists serve type t: its first or second choice
  logic integer other(integer t, integer nth) = t == MOVABLE ? (nth == 0 ? RECLAIMABLE : UNMOVABLE)
    : nth == 1 ? MOVABLE : t == UNMOVABLE ? RECLAIMABLE : UNMOVABLE;
  // first block of order k of another type than t; at or above BUDDY_NODES: none
  logic integer first_other(struct zone z, integer k, integer t) = head_first(z, k, other(t, 0)) < BUDDY_NODES ? head_first(z, k, other(t, 0))
    : head_first(z, k, other(t, 1));
  // r is the lowest block of order o in the first block of another type of the lowest order k that has one
  predicate stolen(struct zone z, integer o, integer t, integer k, integer r) = o <= k <= z.max_order && BUDDY_ROOT <= first_other(z, k, t) < BUDDY_NODES
    && r == low(first_other(z, k, t), k - o) && (\forall integer m; o <= m < k ==> first_other(z, m, t) >= BUDDY_NODES);
  // the type of the list where that first block is; whatever became free from a to b is on lists of type t
  logic integer type_other(struct zone z, integer k, integer t) = LS(z, first_other(z, k, t)) % 8;
  predicate freed_as(struct zone a, struct zone b, integer t) = \forall integer x; BUDDY_ROOT <= x < BUDDY_NODES && ST(b, x) == NODE_FREE && ST(a, x) != NODE_FREE ==>
    LS(b, x) == 8 * LV(b, x) + t;
  // k is the highest order from o up with a block of another type; may it be claimed?
  predicate highest(struct zone z, integer o, integer t, integer k) = o <= k <= z.max_order && first_other(z, k, t) < BUDDY_NODES
    && (\forall integer m; k < m <= z.max_order ==> first_other(z, m, t) >= BUDDY_NODES);
  predicate claimable(struct zone z, integer k, integer t) = k >= z.pageblock_order / 2 || t != MOVABLE;
  logic integer type_at(struct zone z, integer i) = z.type[first_page(z, i) / z.pageblock_pages];
  // the boost of the watermarks: whether, and to how much
  logic integer frac(integer v, integer n) = (v / 10000) * n + (v % 10000) * n / 10000;
  predicate boosts(struct buddy_marks m, integer pages) = m.boost_factor != 0 && 4 * pages <= m.managed && frac(m.mark[2], m.boost_factor) != 0;
  logic integer boost_most(struct buddy_marks m, integer pages) = frac(m.mark[2], m.boost_factor) < pages ? pages : frac(m.mark[2], m.boost_factor);
  logic integer boosted(struct buddy_marks m, integer pages) = m.boost + pages < boost_most(m, pages) ? m.boost + pages : boost_most(m, pages);
@*/

/*
 * buddy_boost() - raises the watermarks by a pageblock, up to a share of the high one.
 * Returns: whether it did.
 * Source: mm/page_alloc.c:boost_watermark, Linux 6.12.
 */
/*@
  requires valid: \valid(marks);
  requires marks: MARKS_OK(*marks);
  requires pages: pageblock_pages <= 1024;
  TOTAL;
  assigns         marks->boost;
  ensures marks:  MARKS_OK(*marks);
  ensures does:   \result == true <==> boosts(\old(*marks), pageblock_pages);
  ensures boost:  \result == true ==> marks->boost == boosted(\old(*marks), pageblock_pages);
  ensures same:   \result == false ==> marks->boost == \old(marks->boost);
*/
bool buddy_boost(struct buddy_marks *marks, uint32_t pageblock_pages);

/*
 * buddy_claim_block() - takes over the pageblock of free block @i of another type, if it is worth it.
 * Returns: a block of @order in hand, or 0.
 * Source: mm/page_alloc.c:try_to_steal_block, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  REQUIRES_LIMITS;
  REQUIRES_LRU;
  requires marks: MARKS_OK(l->marks);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_FREE && order <= LV(*z, i) && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 4096;
  TOTAL;
  assigns         ALLOC_FIELDS(t), l->marks.boost, l->marks.flags;
  ENSURES_WF;
  ENSURES_BLOCK(order);
  ENSURES_ALLOC(0, \result);
  ENSURES_PCP;
  ensures fresh:  \result != 0 ==> \old(ST(*z, \result)) != NODE_ALLOC;
  ensures marks:  MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 2048;
  ensures large:  \old(type_at(*z, i)) != HIGHATOMIC && LV(*z, i) >= z->pageblock_order ==> \result != 0 && \result == low(i, LV(*z, i) - order);
  ensures never:  \old(type_at(*z, i)) == HIGHATOMIC ==> \result == 0;
  ensures calm:   \old(type_at(*z, i)) == HIGHATOMIC || LV(*z, i) >= z->pageblock_order ==>
    l->marks.boost == \old(l->marks.boost) && l->marks.flags == \old(l->marks.flags);
  ensures boost:  \old(type_at(*z, i)) != HIGHATOMIC && LV(*z, i) < z->pageblock_order && boosts(\old(l->marks), z->pageblock_pages) ==>
    l->marks.boost == boosted(\old(l->marks), z->pageblock_pages);
*/
uint32_t buddy_claim_block(struct zone *z, struct trace *t, struct buddy_limits *l,
			   const uint8_t *lru, uint32_t i, uint32_t order, uint32_t type,
			   uint32_t alloc_flags);

#endif
