/* Freeing: through the per-cpu lists, or straight to the zone. */
/* SPDX-License-Identifier: MIT */
#include "alloc.h"
#include "merge.h"

void buddy_free_block(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i)
{
	uint32_t type = buddy_type(z, buddy_page(z, i));

	if (LV(*z, i) > BUDDY_PCP_ORDER) {
		rule_fire(t, BUDDY_RULE_free_direct);
		buddy_free_split(z, t, i, false);
		return;
	}
	if (type >= BUDDY_PCPTYPES) {
		rule_fire(t, BUDDY_RULE_pcp_highatomic);
		type = MOVABLE;
	}
	pcp_free(z, t, l, i, type);
}
