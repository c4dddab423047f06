/* Allocation and freeing through the per-cpu lists. */
/* SPDX-License-Identifier: MIT */
#include "pcp.h"
#include "merge.h"

#define PCP_LISTS 12u /* order * 3 + type */

static uint32_t list_last(const struct zone *z, uint32_t list)
{
	return buddy_pcp_last(z, 0, list / BUDDY_PCPTYPES, list % BUDDY_PCPTYPES);
}

void pcp_drain(struct zone *z, struct trace *t, uint32_t count, uint32_t first)
{
	uint32_t list = first, held = buddy_pcp_pages(z), left = count < held ? count : held;

	while (left > 0) {
		uint32_t i = list_last(z, list), size, page;

		if (i == 0) {
			list = list + 1 < PCP_LISTS ? list + 1 : 0;
			continue;
		}
		page = buddy_page(z, i);
		size = buddy_size(z->t.lv[i]);
		rule_fire(t, BUDDY_RULE_pcp_drain);
		hand_pcp_take(z, t, i);
		buddy_free_one(z, t, i, buddy_type(z, page), false);
		left = left > size ? left - size : 0;
	}
}

void pcp_drain_all(struct zone *z, struct trace *t, uint32_t batch)
{
	while (buddy_pcp_pages(z) != 0)
		pcp_drain(z, t, batch << BUDDY_SCALE_MAX, 0);
}

/* Fetches blocks from the zone to the tail of the list. */
static void refill(struct zone *z, struct trace *t, struct buddy_limits *l, const uint8_t *lru,
		   uint32_t order, uint32_t type, uint32_t alloc_flags)
{
	bool below_high = (l->marks.flags & BUDDY_BELOW_HIGH) != 0;
	uint32_t count = pcp_refill_count(&l->pcp, order, buddy_pcp_pages(z), below_high);
	enum buddy_mode mode = BUDDY_MODE_NORMAL;

	rule_fire(t, BUDDY_RULE_pcp_refill);
	for (uint32_t k = 0; k < count; k++) {
		uint32_t i = buddy_rmqueue_any(z, t, l, lru, order, type, alloc_flags, &mode);

		if (i == 0)
			break;
		hand_pcp(z, t, i, type, true);
	}
}

uint32_t pcp_alloc(struct zone *z, struct trace *t, struct buddy_limits *l, const uint8_t *lru,
		   uint32_t order, uint32_t type, uint32_t alloc_flags)
{
	uint32_t i;

	if (buddy_pcp_first(z, 0, order, type) == 0)
		refill(z, t, l, lru, order, type, alloc_flags);
	i = buddy_pcp_first(z, 0, order, type);
	if (i != 0) {
		rule_fire(t, BUDDY_RULE_pcp_alloc);
		hand_pcp_take(z, t, i);
	}
	return i;
}

/* Are large blocks being freed in a row, so that all lists had better be emptied? Notes this one. */
static bool flush_due(struct buddy_pcp *pcp, uint32_t order, uint32_t count)
{
	bool due;

	if (order == 0) {
		pcp->flags &= ~BUDDY_PREV_FREE_HIGH_ORDER;
		return false;
	}
	due = pcp->free_count >= pcp->batch && (pcp->flags & BUDDY_PREV_FREE_HIGH_ORDER) != 0 &&
	      ((pcp->flags & BUDDY_FREE_HIGH_BATCH) == 0 || count >= pcp->batch);
	pcp->flags |= BUDDY_PREV_FREE_HIGH_ORDER;
	return due;
}

/* Gives pages back, @first list first; the zone may have enough again. */
static void give_back(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t count,
		      uint32_t first)
{
	pcp_drain(z, t, count, first);
	if ((l->marks.flags & BUDDY_BELOW_HIGH) != 0 &&
	    buddy_watermark_ok(z, 0, l->marks.mark[2] + l->marks.boost, 0)) {
		l->marks.flags &= ~BUDDY_BELOW_HIGH;
		rule_fire(t, BUDDY_RULE_below_high_clear);
	}
}

void pcp_free(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i, uint32_t type)
{
	struct buddy_pcp *pcp = &l->pcp;
	bool below_high = (l->marks.flags & BUDDY_BELOW_HIGH) != 0, flush;
	uint32_t order = z->t.lv[i], count, high;

	rule_fire(t, BUDDY_RULE_pcp_free);
	pcp->alloc_factor /= 2;
	hand_pcp(z, t, i, type, false);
	count = buddy_pcp_pages(z);
	flush = flush_due(pcp, order, count);
	if (flush)
		rule_fire(t, BUDDY_RULE_pcp_flush);
	if (pcp->free_count < pcp->batch << BUDDY_SCALE_MAX)
		pcp->free_count += buddy_size(order);
	high = pcp_high_limit(pcp, count, below_high, flush);
	if (count >= high)
		give_back(z, t, l, pcp_free_count(pcp, count, high, flush),
			  order * BUDDY_PCPTYPES + type);
}
