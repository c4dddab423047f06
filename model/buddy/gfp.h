/* What the caller asks of alloc_pages, as bits of an op's operand. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_GFP_H
#define MEMORACLE_BUDDY_GFP_H

/* GFP flags of the same names; the order is that of the names in operand.def. The migratetype asked for
 * stands above them, in units of BUDDY_GFP_TYPE. */
#define BUDDY_GFP_KSWAPD 1u /* __GFP_KSWAPD_RECLAIM */
#define BUDDY_GFP_HIGH 2u   /* __GFP_HIGH */
#define BUDDY_GFP_DIRECT 4u /* __GFP_DIRECT_RECLAIM, with __GFP_NORETRY, __GFP_IO and __GFP_FS */
#define BUDDY_GFP_NOMEMALLOC 8u /* __GFP_NOMEMALLOC */
#define BUDDY_GFP_MEMALLOC 16u  /* __GFP_MEMALLOC */
#define BUDDY_GFP_TYPE 32u

#endif
