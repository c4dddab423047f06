/* When the lists of a type are empty: claiming pageblocks of other types, or stealing single blocks. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_FALLBACK_H
#define MEMORACLE_BUDDY_FALLBACK_H

#include "../buddy.h"
#include "hand.h"

/* Where a run of allocations found its last block; it starts there again. */
enum buddy_mode {
	BUDDY_MODE_NORMAL,
	BUDDY_MODE_CLAIM,
	BUDDY_MODE_STEAL,
};

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
  REQUIRES_TRACE;
  REQUIRES_LIMITS;
  REQUIRES_LRU;
  requires marks: MARKS_OK(l->marks);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_FREE && order <= LV(*z, i) && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 4096;
  TOTAL;
  assigns         ALLOC_FIELDS, l->marks.boost, l->marks.flags;
  ENSURES_WF;
  ENSURES_BLOCK;
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

/*
 * buddy_claim() - claims the pageblock of the largest free block of another type.
 * Returns: a block of @order in hand, or 0.
 * Source: mm/page_alloc.c:__rmqueue_claim, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  REQUIRES_LIMITS;
  REQUIRES_LRU;
  requires marks: MARKS_OK(l->marks);
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 65536;
  TOTAL;
  assigns         ALLOC_FIELDS, l->marks.boost, l->marks.flags;
  ENSURES_WF;
  ENSURES_BLOCK;
  ENSURES_ALLOC(0, \result);
  ENSURES_PCP;
  ensures fresh:  \result != 0 ==> \old(ST(*z, \result)) != NODE_ALLOC;
  ensures marks:  MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 32768;
  ensures stops:  \forall integer k; highest(\old(*z), order, type, k) && !claimable(\old(*z), k, type) ==>
    \result == 0 && l->marks.boost == \old(l->marks.boost) && l->marks.flags == \old(l->marks.flags);
  ensures large:  \forall integer k; highest(\old(*z), order, type, k) && claimable(\old(*z), k, type) && k >= z->pageblock_order
    && type_at(\old(*z), first_other(\old(*z), k, type)) != HIGHATOMIC ==> \result == low(first_other(\old(*z), k, type), k - order);
*/
uint32_t buddy_claim(struct zone *z, struct trace *t, struct buddy_limits *l, const uint8_t *lru,
		     uint32_t order, uint32_t type, uint32_t alloc_flags);

/*
 * buddy_steal() - takes the smallest block of another type; its pageblock keeps the type.
 * Returns: a block of @order in hand, or 0.
 * Source: mm/page_alloc.c:__rmqueue_steal, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 16;
  TOTAL;
  assigns         ALLOC_FIELDS;
  ENSURES_WF;
  ENSURES_BLOCK;
  ensures which:  \result != 0 ==> \exists integer k; stolen(\old(*z), order, type, k, \result) && freed_as(\old(*z), *z, type_other(\old(*z), k, type));
  ensures none:   \result == 0 ==> \forall integer k; order <= k <= z->max_order ==> first_other(\old(*z), k, type) >= BUDDY_NODES;
  ENSURES_ALLOC(0, \result);
  ENSURES_PCP;
  ensures fresh:  \result != 0 ==> \old(ST(*z, \result)) != NODE_ALLOC;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 10;
*/
uint32_t buddy_steal(struct zone *z, struct trace *t, uint32_t order, uint32_t type);

/*
 * buddy_rmqueue_any() - from lists of @type, else by claiming, else by stealing.
 * @mode: where to begin; receives where the block was found.
 * Returns: a block of @order in hand, or 0.
 * Source: mm/page_alloc.c:__rmqueue, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE;
  REQUIRES_LIMITS;
  REQUIRES_LRU;
  requires marks: MARKS_OK(l->marks);
  requires mode:  \valid(mode) && \separated(z, t, l, mode, lru + (0 .. BUDDY_PAGES - 1));
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 131072;
  TOTAL;
  assigns         ALLOC_FIELDS, l->marks.boost, l->marks.flags, *mode;
  ENSURES_WF;
  ENSURES_BLOCK;
  ENSURES_ALLOC(0, \result);
  ENSURES_PCP;
  ensures fresh:  \result != 0 ==> \old(ST(*z, \result)) != NODE_ALLOC;
  ensures marks:  MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 65536;
  ensures own:    \old(*mode) == BUDDY_MODE_NORMAL && \result != 0 && *mode == BUDDY_MODE_STEAL ==> \forall integer m; order <= m <= z->max_order ==> vacant(\old(*z), m, type);
  ensures first:  \old(*mode) == BUDDY_MODE_NORMAL && !(\forall integer m; order <= m <= z->max_order ==> vacant(\old(*z), m, type)) ==>
    \result != 0 && \exists integer k; chosen(\old(*z), order, type, k, \result);
  ensures steals: \old(*mode) == BUDDY_MODE_STEAL ==> *mode == BUDDY_MODE_STEAL;
  ensures stolen: \old(*mode) == BUDDY_MODE_STEAL && \result != 0 ==> \exists integer k; stolen(\old(*z), order, type, k, \result);
  ensures fails:  \result == 0 ==> *mode == \old(*mode);
*/
uint32_t buddy_rmqueue_any(struct zone *z, struct trace *t, struct buddy_limits *l,
			   const uint8_t *lru, uint32_t order, uint32_t type, uint32_t alloc_flags,
			   enum buddy_mode *mode);

#endif
