/* What the caller of alloc_pages asks for: flags of Linux 6.12's gfp_types.h by the same names, as far as they matter here. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_GFP_H
#define MEMORACLE_BUDDY_GFP_H

#define BUDDY_GFP_DMA 0x1u
#define BUDDY_GFP_DMA32 0x4u
#define BUDDY_GFP_MOVABLE 0x8u
#define BUDDY_GFP_RECLAIMABLE 0x10u
#define BUDDY_GFP_HIGH 0x20u
#define BUDDY_GFP_IO 0x40u
#define BUDDY_GFP_FS 0x80u
#define BUDDY_GFP_ZERO 0x100u
#define BUDDY_GFP_DIRECT 0x400u /* __GFP_DIRECT_RECLAIM */
#define BUDDY_GFP_KSWAPD 0x800u /* __GFP_KSWAPD_RECLAIM */
#define BUDDY_GFP_NOWARN 0x2000u
#define BUDDY_GFP_RETRY_MAYFAIL 0x4000u
#define BUDDY_GFP_NOFAIL 0x8000u
#define BUDDY_GFP_NORETRY 0x10000u
#define BUDDY_GFP_MEMALLOC 0x20000u
#define BUDDY_GFP_COMP 0x40000u
#define BUDDY_GFP_NOMEMALLOC 0x80000u

/* The migratetype asked for; 3 is none. */
#define buddy_gfp_type(gfp) ((gfp) / BUDDY_GFP_MOVABLE % 4u)

#endif
