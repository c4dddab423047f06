/* Allocation: fast path, slow path. */
/* SPDX-License-Identifier: MIT */
#include "alloc.h"
#include "expand.h"

static void wake_kswapd(const struct buddy_alloc *a, uint32_t order)
{
	int32_t err;

	(void)os_request(a->os, OS_WAKE_KSWAPD, order, 0, 0, &err);
}

/* From the zone's lists: the reserve first for those it is kept for, and last for those who cannot wait. */
static uint32_t rmqueue_zone(const struct buddy_alloc *a, uint32_t order, uint32_t type,
			     uint32_t alloc_flags)
{
	enum buddy_mode mode = BUDDY_MODE_NORMAL;
	uint32_t i = 0;

	if ((alloc_flags & ALLOC_HIGHATOMIC) != 0) {
		i = buddy_rmqueue_smallest(a->z, a->t, order, HIGHATOMIC);
		if (i != 0)
			rule_fire(a->t, BUDDY_RULE_highatomic_first);
	}
	if (i == 0)
		i = buddy_rmqueue_any(a->z, a->t, a->l, a->lru, order, type, alloc_flags, &mode);
	if (i == 0 && (alloc_flags & ALLOC_NON_BLOCK) != 0) {
		i = buddy_rmqueue_smallest(a->z, a->t, order, HIGHATOMIC);
		if (i != 0)
			rule_fire(a->t, BUDDY_RULE_highatomic_last);
	}
	return i;
}

/* Small orders through the per-cpu lists. A boost that a claim left wakes kswapd now. */
static uint32_t rmqueue(const struct buddy_alloc *a, uint32_t order, uint32_t type,
			uint32_t alloc_flags)
{
	struct buddy_marks *marks = &a->l->marks;
	uint32_t i = 0;

	if (order <= BUDDY_PCP_ORDER) {
		a->l->pcp.free_count /= 2;
		i = pcp_alloc(a->z, a->t, a->l, a->lru, order, type, alloc_flags);
	}
	if (i == 0)
		i = rmqueue_zone(a, order, type, alloc_flags);
	if ((alloc_flags & ALLOC_KSWAPD) != 0 && (marks->flags & BUDDY_BOOSTED) != 0) {
		marks->flags &= ~BUDDY_BOOSTED;
		rule_fire(a->t, BUDDY_RULE_boost_wakes);
		wake_kswapd(a, 0);
	}
	return i;
}

/* Is the zone good for this allocation? Notes when it falls below its high mark. */
static bool zone_suits(const struct buddy_alloc *a, uint32_t order, uint32_t alloc_flags)
{
	struct buddy_marks *marks = &a->l->marks;

	if ((marks->flags & BUDDY_BELOW_HIGH) == 0) {
		if (buddy_watermark_fast(a->z, a->t, marks, order, marks->mark[2], alloc_flags))
			return true;
		marks->flags |= BUDDY_BELOW_HIGH;
		rule_fire(a->t, BUDDY_RULE_below_high);
	}
	if (buddy_watermark_fast(a->z, a->t, marks, order,
				 marks->mark[alloc_flags & ALLOC_WMARK_MASK], alloc_flags))
		return true;
	if ((alloc_flags & ALLOC_NO_WATERMARKS) != 0) {
		rule_fire(a->t, BUDDY_RULE_no_watermarks);
		return true;
	}
	rule_fire(a->t, BUDDY_RULE_watermark);
	return false;
}

/* Source: mm/page_alloc.c:get_page_from_freelist. */
static uint32_t from_freelist(const struct buddy_alloc *a, uint32_t order, uint32_t type,
			      uint32_t alloc_flags)
{
	uint32_t i;

	if (!zone_suits(a, order, alloc_flags))
		return 0;
	i = rmqueue(a, order, type, alloc_flags);
	if (i != 0 && (alloc_flags & ALLOC_HIGHATOMIC) != 0)
		buddy_reserve_highatomic(a->z, a->t, a->l, i);
	return i;
}

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
static uint32_t reclaim_alloc(const struct buddy_alloc *a, uint32_t order, uint32_t type,
			      uint32_t alloc_flags)
{
	int32_t err;
	uint32_t i;

	if (os_request(a->os, OS_RECLAIM, order, 0, 0, &err) == 0)
		return 0;
	rule_fire(a->t, BUDDY_RULE_reclaim);
	i = from_freelist(a, order, type, alloc_flags);
	if (i != 0)
		return i;
	rule_fire(a->t, BUDDY_RULE_reclaim_drains);
	buddy_unreserve_highatomic(a->z, a->t, a->l, type);
	pcp_drain_all(a->z, a->t, a->l->pcp.batch);
	return from_freelist(a, order, type, alloc_flags);
}

/* Source: mm/page_alloc.c:__alloc_pages_slowpath. */
static uint32_t slow_path(const struct buddy_alloc *a, uint32_t order, uint32_t type, uint32_t gfp)
{
	bool direct = (gfp & BUDDY_GFP_DIRECT) != 0;
	bool reserves = (gfp & (BUDDY_GFP_MEMALLOC | BUDDY_GFP_NOMEMALLOC)) == BUDDY_GFP_MEMALLOC;
	uint32_t flags = slow_flags(order, gfp), i;

	rule_fire(a->t, BUDDY_RULE_slow_path);
	if ((flags & ALLOC_KSWAPD) != 0)
		wake_kswapd(a, order);
	i = from_freelist(a, order, type, flags);
	if (i != 0)
		return i;
	if (direct && !reserves && order > BUDDY_PCP_ORDER) {
		rule_fire(a->t, BUDDY_RULE_costly);
		return 0;
	}
	if ((flags & ALLOC_KSWAPD) != 0)
		wake_kswapd(a, order);
	if (reserves)
		flags = ALLOC_NO_WATERMARKS | (flags & ALLOC_KSWAPD);
	i = from_freelist(a, order, type, flags);
	if (i != 0 || !direct)
		return i;
	return reclaim_alloc(a, order, type, flags);
}

uint32_t buddy_alloc_pages(const struct buddy_alloc *a, uint32_t order, uint32_t type, uint32_t gfp)
{
	uint32_t flags = ALLOC_WMARK_LOW, i;

	if (order > a->z->max_order) {
		rule_fire(a->t, BUDDY_RULE_order_limit);
		return 0;
	}
	if ((gfp & BUDDY_GFP_KSWAPD) != 0)
		flags |= ALLOC_KSWAPD;
	i = from_freelist(a, order, type, flags);
	return i != 0 ? i : slow_path(a, order, type, gfp);
}

uint32_t buddy_alloc_bulk(const struct buddy_alloc *a, uint32_t count, uint32_t type, uint32_t gfp,
			  uint32_t block[BUDDY_BULK_MAX])
{
	const struct buddy_marks *marks = &a->l->marks;
	uint32_t got = 0, i;

	if (count > 1 &&
	    buddy_watermark_fast(a->z, a->t, marks, 0, marks->mark[1] + count, ALLOC_WMARK_LOW)) {
		rule_fire(a->t, BUDDY_RULE_bulk);
		while (got < count) {
			i = pcp_alloc(a->z, a->t, a->l, a->lru, 0, type, ALLOC_WMARK_LOW);
			if (i == 0)
				break;
			block[got] = i;
			got++;
		}
	}
	if (got == 0) {
		rule_fire(a->t, BUDDY_RULE_bulk_single);
		i = buddy_alloc_pages(a, 0, type, gfp);
		if (i != 0) {
			block[0] = i;
			got = 1;
		}
	}
	return got;
}
