/* Allocation from a free list of the zone: the smallest block that fits, split down. */
/* SPDX-License-Identifier: MIT */
#include "expand.h"
#include "rules.h"

uint32_t buddy_expand(struct zone *z, struct trace *t, uint32_t i, uint32_t order, uint32_t type)
{
	while (z->t.lv[i] > order) {
		buddy_split(z, i);
		hand_free(z, t, 2 * i + 1, type, false);
		i = 2 * i;
		rule_fire(t, BUDDY_RULE_expand);
	}
	return i;
}

uint32_t buddy_take_expand(struct zone *z, struct trace *t, uint32_t i, uint32_t order,
			   uint32_t type)
{
	hand_take(z, t, i);
	return buddy_expand(z, t, i, order, type);
}

uint32_t buddy_rmqueue_smallest(struct zone *z, struct trace *t, uint32_t order, uint32_t type)
{
	for (uint32_t o = order; o <= z->max_order; o++) {
		uint32_t i = buddy_first(z, o, type);

		if (i != 0) {
			rule_fire(t, BUDDY_RULE_smallest);
			return buddy_take_expand(z, t, i, order, type);
		}
	}
	return 0;
}
