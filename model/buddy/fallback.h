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

/*
 * buddy_boost() - raises the watermarks by a pageblock, up to a share of the high one.
 * Returns: whether it did.
 * Source: mm/page_alloc.c:boost_watermark, Linux 6.12.
 */
/*@
  requires valid: \valid(marks);
  requires pages: pageblock_pages <= 1024 && marks->boost <= 0x7fffffff && marks->managed <= BUDDY_PAGES
                  && marks->mark[2] <= 0x7fffffff && marks->boost_factor <= 30000;
  TOTAL;
  assigns         marks->boost;
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
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_FREE && order <= LV(*z, i) <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 2048;
  TOTAL;
  assigns         ALLOC_FIELDS, l->marks.boost, l->marks.flags;
  ENSURES_WF;
  ENSURES_BLOCK;
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
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 16384;
  TOTAL;
  assigns         ALLOC_FIELDS, l->marks.boost, l->marks.flags;
  ENSURES_WF;
  ENSURES_BLOCK;
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
  requires mode:  \valid(mode) && \separated(z, t, l, mode, lru + (0 .. BUDDY_PAGES - 1));
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 20000;
  TOTAL;
  assigns         ALLOC_FIELDS, l->marks.boost, l->marks.flags, *mode;
  ENSURES_WF;
  ENSURES_BLOCK;
*/
uint32_t buddy_rmqueue_any(struct zone *z, struct trace *t, struct buddy_limits *l,
			   const uint8_t *lru, uint32_t order, uint32_t type, uint32_t alloc_flags,
			   enum buddy_mode *mode);

#endif
