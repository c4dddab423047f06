/* When the lists of a type are empty: claiming pageblocks of other types, or stealing single blocks. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_FALLBACK_H
#define MEMORACLE_BUDDY_FALLBACK_H

#include "claim.h"

/* Where a run of allocations found its last block; it starts there again. */
enum buddy_mode {
	BUDDY_MODE_NORMAL,
	BUDDY_MODE_CLAIM,
	BUDDY_MODE_STEAL,
};

/*
 * buddy_claim() - claims the pageblock of the largest free block of another type.
 * Returns: a block of @order in hand, or 0.
 * Source: mm/page_alloc.c:__rmqueue_claim, Linux 6.12.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  REQUIRES_LIMITS;
  REQUIRES_LRU;
  requires marks: MARKS_OK(l->marks);
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 65536;
  TOTAL;
  assigns         ALLOC_FIELDS(t), l->marks.boost, l->marks.flags;
  ENSURES_WF;
  ENSURES_BLOCK(order);
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
  REQUIRES_TRACE(t);
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 16;
  TOTAL;
  assigns         ALLOC_FIELDS(t);
  ENSURES_WF;
  ENSURES_BLOCK(order);
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
  REQUIRES_TRACE(t);
  REQUIRES_LIMITS;
  REQUIRES_LRU;
  requires marks: MARKS_OK(l->marks);
  requires mode:  \valid(mode) && \separated(z, t, l, mode, lru + (0 .. BUDDY_PAGES - 1));
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 131072;
  TOTAL;
  assigns         ALLOC_FIELDS(t), l->marks.boost, l->marks.flags, *mode;
  ENSURES_WF;
  ENSURES_BLOCK(order);
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
