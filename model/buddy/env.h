/* One zone with its per-cpu lists, watermarks and reserves: the state of the buddy model. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_ENV_H
#define MEMORACLE_BUDDY_ENV_H

#include "../op.h"
#include "../os.h"
#include "../trace.h"
#include "gfp.h"
#include "rules.h"
#include "state.h"

#define BUDDY_GEOMETRIES 5u
#define BUDDY_REAL_TYPES 4u   /* migratetypes of a kernel without CMA and isolation */
#define BUDDY_PCP_ORDER 3u    /* PAGE_ALLOC_COSTLY_ORDER: larger orders bypass the per-cpu lists */
#define BUDDY_SLOTS SLOTS_MAX /* places that exact calls can name */
#define BUDDY_SCALE_MAX 5u    /* CONFIG_PCP_BATCH_SCALE_MAX */

/* A zone to choose: setting geometry. */
struct buddy_geometry {
	uint32_t max_order, block_order;
	uint64_t start_pfn;
	uint32_t pages;
};

extern const struct buddy_geometry buddy_geometries[BUDDY_GEOMETRIES];

/* Zone flags; the bits are the kernel's. */
#define BUDDY_BOOSTED 1u    /* ZONE_BOOSTED_WATERMARK */
#define BUDDY_BELOW_HIGH 4u /* ZONE_BELOW_HIGH */

/* Flags of the per-cpu lists; the bits are the kernel's. */
#define BUDDY_PREV_FREE_HIGH_ORDER 1u
#define BUDDY_FREE_HIGH_BATCH 2u

/* Allocation flags: which watermark, and what is allowed beyond it. The bits are our own. */
#define ALLOC_WMARK_MIN 0u
#define ALLOC_WMARK_LOW 1u
#define ALLOC_WMARK_HIGH 2u
#define ALLOC_WMARK_MASK 3u
#define ALLOC_NO_WATERMARKS 4u
#define ALLOC_NON_BLOCK 8u
#define ALLOC_MIN_RESERVE 16u
#define ALLOC_HIGHATOMIC 32u
#define ALLOC_KSWAPD 64u
#define ALLOC_RESERVES (ALLOC_NON_BLOCK | ALLOC_MIN_RESERVE | ALLOC_HIGHATOMIC)

/* What governs the per-cpu lists; all in pages. The number of pages on them is counted in the zone. */
struct buddy_pcp {
	uint32_t high, high_min, high_max;
	uint32_t batch;
	uint32_t alloc_factor;
	uint32_t free_count;
	uint32_t flags;
};

/* Thresholds of the zone, in pages. */
struct buddy_marks {
	uint32_t mark[3]; /* min, low, high */
	uint32_t boost;
	uint32_t boost_factor;
	uint32_t managed;
	uint32_t reserved_highatomic;
	uint32_t flags;
};

/*
 * struct buddy_limits - what an op reads and changes beside the zone.
 */
struct buddy_limits {
	struct buddy_pcp pcp;
	struct buddy_marks marks;
};

/* A block that the program holds: its first page and its order, and what it is; 0: none is held. */
struct buddy_held {
	uint16_t page;
	uint8_t order;
	uint8_t used;
};

#define HELD_PLAIN 1u
#define HELD_COMPOUND 2u /* asked for with __GFP_COMP */

/*
 * struct buddy - all of it.
 * @before: the limits as the last op found them.
 * @op_count, @noted: which op last noted a node or head as touched, and how.
 * @all_touched: the last op touched more than could be noted.
 * @lru: pages that count as movable (PageLRU); only pages of allocated blocks are marked.
 * @slot, @loose: blocks that ops can name; slots from @slot_high on hold none.
 * @bulk: the pages that the op's bulk took.
 * Invariant: zone_wf(zone) (specs/buddy.acsl), places (specs/buddy_model.acsl).
 */
struct buddy {
	struct zone zone;
	struct buddy_limits limits, before;
	uint32_t op_count;
	uint32_t noted[BUDDY_LINKS];
	bool all_touched;
	uint8_t lru[BUDDY_PAGES];
	bool lru_used;     /* a page has been marked since the case began */
	uint64_t base_pfn; /* PFN of page index 0 */
	uint32_t loose_count, slot_high;
	struct buddy_held loose[BUDDY_PAGES];
	uint32_t bulk[BUDDY_PAGES];
	struct buddy_rules rules;
	struct trace trace;
	struct buddy_held slot[BUDDY_SLOTS]; /* last: most of it is never touched */
};

/* Node numbers of views: PFNs, and heads (region.def). */
#define VIEW_FREE 0x80000000u
#define VIEW_PCP 0x80001000u

/* op->ref: what the target reads comes first; the place, or the slot to fill, is for step() alone. */
#define REF_ORDER 0
#define REF_COUNT 0
#define REF_GFP 1
#define REF_RECLAIMED 2
#define REF_MARK 2
#define REF_PLACE 3

#define PLACE_LOOSE BUDDY_SLOTS /* + index; below: a slot */
#define PLACE_NONE (PLACE_LOOSE + BUDDY_PAGES)

#define NOTES_MAX 0x3fff0000u /* ops before the notes' numbers are begun anew */

/* The worker's pointers as what they are: the type of struct model's functions cannot say it. */
#define BUDDY_OF(memory) ((struct buddy *)(memory))
#define BUDDY_RULES_OF(rules) ((const struct buddy_rules *)(rules))

#include "../../specs/buddy_model.acsl"

#endif
