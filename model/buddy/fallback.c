/* When the lists of a type are empty: which other type, and how. */
/* SPDX-License-Identifier: MIT */
#include "expand.h"
#include "fallback.h"

/* The other type whose lists serve @type: its first (@nth 0) or second choice. */
/*@
  requires in: type < BUDDY_PCPTYPES && nth < 2;
  TOTAL;
  assigns      \nothing;
  ensures type:  \result < BUDDY_PCPTYPES && \result != type;
*/
static uint32_t fallback_type(uint32_t type, uint32_t nth)
{
	static const uint32_t choice[BUDDY_PCPTYPES][2] = {
		[UNMOVABLE] = { RECLAIMABLE, MOVABLE },
		[MOVABLE] = { RECLAIMABLE, UNMOVABLE },
		[RECLAIMABLE] = { UNMOVABLE, MOVABLE },
	};

	return choice[type][nth];
}

/* The first block of @order on a list of another type, or 0. */
static uint32_t fallback_first(const struct zone *z, uint32_t order, uint32_t type)
{
	uint32_t i = buddy_first(z, order, fallback_type(type, 0));

	return i != 0 ? i : buddy_first(z, order, fallback_type(type, 1));
}

/* Movable allocations leave small blocks of others alone; the rest had better not be scattered. */
static bool claim_allowed(const struct zone *z, uint32_t order, uint32_t type)
{
	return order >= z->pageblock_order / 2 || type != MOVABLE;
}

uint32_t buddy_claim(struct zone *z, struct trace *t, struct buddy_limits *l, const uint8_t *lru,
		     uint32_t order, uint32_t type, uint32_t alloc_flags)
{
	for (uint32_t o = z->max_order + 1; o > order; o--) {
		uint32_t i = fallback_first(z, o - 1, type), got;

		if (i == 0)
			continue;
		if (!claim_allowed(z, o - 1, type)) {
			rule_fire(t, BUDDY_RULE_claim_stops);
			return 0;
		}
		rule_fire(t, BUDDY_RULE_claim_largest);
		got = buddy_claim_block(z, t, l, lru, i, order, type, alloc_flags);
		if (got != 0)
			return got;
	}
	return 0;
}

uint32_t buddy_steal(struct zone *z, struct trace *t, uint32_t order, uint32_t type)
{
	for (uint32_t o = order; o <= z->max_order; o++) {
		uint32_t i = fallback_first(z, o, type);

		if (i != 0) {
			rule_fire(t, BUDDY_RULE_steal);
			return buddy_take_expand(z, t, i, order, z->t.ls[i] % 8u);
		}
	}
	return 0;
}

uint32_t buddy_rmqueue_any(struct zone *z, struct trace *t, struct buddy_limits *l,
			   const uint8_t *lru, uint32_t order, uint32_t type, uint32_t alloc_flags,
			   enum buddy_mode *mode)
{
	uint32_t i;

	if (*mode == BUDDY_MODE_NORMAL) {
		i = buddy_rmqueue_smallest(z, t, order, type);
		if (i != 0)
			return i;
	}
	if (*mode != BUDDY_MODE_STEAL) {
		i = buddy_claim(z, t, l, lru, order, type, alloc_flags);
		if (i != 0) {
			*mode = BUDDY_MODE_NORMAL;
			return i;
		}
	} else {
		rule_fire(t, BUDDY_RULE_mode_kept);
	}
	i = buddy_steal(z, t, order, type);
	if (i != 0)
		*mode = BUDDY_MODE_STEAL;
	return i;
}
