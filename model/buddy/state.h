/* A zone of the buddy allocator as an implicit binary tree with lists. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_STATE_H
#define MEMORACLE_BUDDY_STATE_H

#include <stdint.h>

#include "../bool.h"
#include "../contract.acsl"

#define BUDDY_PAGES                                                                                \
	32768u /* page indexes; index 0 is the zone's first page aligned down to a largest block */
#define BUDDY_ORDER_MAX 10u /* highest max_order */
#define BUDDY_ROOT 32u      /* BUDDY_PAGES >> BUDDY_ORDER_MAX: the first root, and how many */
#define BUDDY_NODES 65536u  /* 2 * BUDDY_PAGES */
#define BUDDY_CPUS 2u       /* per-cpu list sets */
#define BUDDY_TYPES 6u      /* migratetypes */
#define BUDDY_PCPTYPES 3u   /* those below have fallbacks and per-cpu lists */
#define BUDDY_LISTS (128u * (1u + BUDDY_CPUS)) /* list = (owner * 16 + order) * 8 + type */
#define BUDDY_GROUPS (8u * (1u + BUDDY_CPUS))  /* group = owner * 8 + type */
#define BUDDY_LINKS (BUDDY_NODES + BUDDY_LISTS)
#define BUDDY_CLOCK_MAX 0x7000000000000000ll

enum migratetype {
	UNMOVABLE,
	MOVABLE,
	RECLAIMABLE,
	HIGHATOMIC,
	CMA,
	ISOLATE,
};

/* What a node of the tree is. */
enum node_state {
	NODE_NONE,  /* inside a block or below one: not a block itself */
	NODE_ALLOC, /* allocated, or in an operation's hands */
	NODE_FREE,  /* on a free list of the zone */
	NODE_PCP,   /* on a per-cpu list */
	NODE_SPLIT, /* both halves are nodes of their own */
	NODE_HOLE,  /* no memory of this zone: beyond an edge, or not yet handed over */
};

/* What the counting functions read: state, order and list of each node; heads have their list too. */
struct tree {
	uint8_t st[BUDDY_NODES];
	uint8_t lv[BUDDY_NODES];
	uint16_t ls[BUDDY_LINKS];
};

/*
 * struct zone - blocks, lists, pageblock types.
 * The block of order o at page p is node (BUDDY_PAGES >> o) + (p >> o); its halves are 2i and 2i + 1, its
 * buddy i ^ 1, its parent i / 2. Alignment, disjointness and tiling hold by construction. The head of list l
 * is index BUDDY_NODES + l; owner 0 is the zone, owner c + 1 is cpu c.
 * @t:               states, orders (constant), list numbers.
 * @next, @prev:     circular list links, of nodes on a list and of heads.
 * @stamp:           falls strictly along next, so that lists have no cycle without their head.
 * @clock:           bounds the stamps; list insertions so far.
 * @count, @pages:   exact: blocks of each list, pages of each group.
 * @kept:            kept[i]: the halves of i may both be free, unmerged, whatever their types.
 * @type:            of pageblock p / pageblock_pages; free lists may differ (see pageblock.h).
 * @max_order, @pageblock_order, @pageblock_pages: geometry.
 * @start, @end:     the zone's pages, start <= p < end.
 * Invariant: zone_wf (specs/buddy.acsl).
 */
struct zone {
	struct tree t;
	uint32_t max_order, pageblock_order, pageblock_pages;
	uint32_t start, end;
	uint32_t next[BUDDY_LINKS], prev[BUDDY_LINKS];
	int64_t stamp[BUDDY_NODES], clock;
	uint32_t count[BUDDY_LISTS], pages[BUDDY_GROUPS];
	uint8_t kept[BUDDY_NODES];
	uint8_t type[BUDDY_PAGES];
};

#define ST(z, i) ((z).t.st[i])
#define LV(z, i) ((z).t.lv[i])
#define LS(z, i) ((z).t.ls[i])
#define NX(z, i) ((z).next[i])
#define PV(z, i) ((z).prev[i])
#define SP(z, i) ((z).stamp[i])

#define LIST(owner, order, type) (((owner)*16u + (order)) * 8u + (type))
#define HEAD(list) (BUDDY_NODES + (list))
#define GROUP(list) ((list) / 128u * 8u + (list) % 8u)

#include "../../specs/buddy.acsl"

#endif
