/* When the lists of a type are empty: claiming pageblocks of other types, or stealing single blocks. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_FALLBACK_H
#define MEMORACLE_BUDDY_FALLBACK_H

#include "buddy.h"
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
  logic integer head_first(struct zone z, integer k, integer t) = NX(z, BUDDY_NODES + 8 * k + t);
  // first block of order k of another type than t; at or above BUDDY_NODES: none
  logic integer first_other(struct zone z, integer k, integer t) = head_first(z, k, other(t, 0)) < BUDDY_NODES ? head_first(z, k, other(t, 0))
    : head_first(z, k, other(t, 1));
  // r is the lowest block of order o in the first block of another type of the lowest order k that has one
  predicate stolen(struct zone z, integer o, integer t, integer k, integer r) = o <= k <= z.max_order && BUDDY_ROOT <= first_other(z, k, t) < BUDDY_NODES
    && r == low(first_other(z, k, t), k - o) && (\forall integer m; o <= m < k ==> first_other(z, m, t) >= BUDDY_NODES);
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
  ensures which:  \result != 0 ==> \exists integer k; stolen(\old(*z), order, type, k, \result);
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
*/
uint32_t buddy_rmqueue_any(struct zone *z, struct trace *t, struct buddy_limits *l,
			   const uint8_t *lru, uint32_t order, uint32_t type, uint32_t alloc_flags,
			   enum buddy_mode *mode);

#endif
