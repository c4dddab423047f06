/* Allocation below the low mark. */
/* SPDX-License-Identifier: MIT */
#include "alloc.h"

/* Source: mm/page_alloc.c:gfp_to_alloc_flags. */
/*@
  TOTAL;
  assigns      \nothing;
*/
static uint32_t slow_flags(uint32_t order, uint32_t gfp)
{
	uint32_t flags = ALLOC_WMARK_MIN;

	if ((gfp & BUDDY_GFP_HIGH) != 0)
		flags |= ALLOC_MIN_RESERVE;
	if ((gfp & BUDDY_GFP_KSWAPD) != 0)
		flags |= ALLOC_KSWAPD;
	if ((gfp & (BUDDY_GFP_DIRECT | BUDDY_GFP_NOMEMALLOC)) == 0) {
		flags |= ALLOC_NON_BLOCK;
		if (order > 0 && (gfp & BUDDY_GFP_HIGH) != 0)
			flags |= ALLOC_HIGHATOMIC;
	}
	return flags;
}

/* After reclaim that got somewhere: once more, and once more without what is set aside. */
/*@
  REQUIRES_ALLOC;
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x180000000;
  ENSURES_TAKEN;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0xc0000000;
*/
static uint32_t reclaim_alloc(struct zone *z, struct trace *t, struct buddy_limits *l,
			      const uint8_t *lru, struct os *os, uint32_t order, uint32_t type,
			      uint32_t alloc_flags)
{
	int32_t err;
	uint32_t i;

	if (os_request(os, OS_RECLAIM, order, 0, 0, &err) == 0)
		return 0;
	rule_fire(t, BUDDY_RULE_reclaim);
	i = buddy_from_freelist(z, t, l, lru, os, order, type, alloc_flags);
	if (i != 0)
		return i;
	rule_fire(t, BUDDY_RULE_reclaim_drains);
	buddy_unreserve_highatomic(z, t, l, type);
	pcp_drain_all(z, t, l->pcp.batch);
	return buddy_from_freelist(z, t, l, lru, os, order, type, alloc_flags);
}

uint32_t buddy_slow_path(struct zone *z, struct trace *t, struct buddy_limits *l,
			 const uint8_t *lru, struct os *os, uint32_t order, uint32_t type,
			 uint32_t gfp)
{
	bool direct = (gfp & BUDDY_GFP_DIRECT) != 0;
	bool reserves = (gfp & (BUDDY_GFP_MEMALLOC | BUDDY_GFP_NOMEMALLOC)) == BUDDY_GFP_MEMALLOC;
	uint32_t flags = slow_flags(order, gfp), i;

	rule_fire(t, BUDDY_RULE_slow_path);
	if ((flags & ALLOC_KSWAPD) != 0)
		buddy_wake_kswapd(os, order);
	i = buddy_from_freelist(z, t, l, lru, os, order, type, flags);
	if (i != 0)
		return i;
	if (direct && !reserves && order > BUDDY_PCP_ORDER) {
		rule_fire(t, BUDDY_RULE_costly);
		return 0;
	}
	if ((flags & ALLOC_KSWAPD) != 0)
		buddy_wake_kswapd(os, order);
	if (reserves)
		flags = ALLOC_NO_WATERMARKS | (flags & ALLOC_KSWAPD);
	i = buddy_from_freelist(z, t, l, lru, os, order, type, flags);
	if (i != 0 || !direct)
		return i;
	return reclaim_alloc(z, t, l, lru, os, order, type, flags);
}

uint32_t buddy_alloc_pages(struct zone *z, struct trace *t, struct buddy_limits *l,
			   const uint8_t *lru, struct os *os, uint32_t order, uint32_t type,
			   uint32_t gfp)
{
	uint32_t flags = ALLOC_WMARK_LOW, i;

	if (order > z->max_order) {
		rule_fire(t, BUDDY_RULE_order_limit);
		return 0;
	}
	if ((gfp & BUDDY_GFP_KSWAPD) != 0)
		flags |= ALLOC_KSWAPD;
	i = buddy_from_freelist(z, t, l, lru, os, order, type, flags);
	return i != 0 ? i : buddy_slow_path(z, t, l, lru, os, order, type, gfp);
}
