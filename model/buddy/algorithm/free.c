/* Freeing: through the per-cpu lists, or straight to the zone. */
/* SPDX-License-Identifier: MIT */
#include "free.h"
#include "free_split.h"
#include "merge.h"
#include "pcp.h"

/* The type of the per-cpu list for blocks of a pageblock of @type: the reserve has none of its own. */
/*@
  requires valid: \valid(t);
  TOTAL;
  assigns         t->last, t->hits[0 .. RULES_MAX - 1];
  ensures type:   \result == (type < BUDDY_PCPTYPES ? type : MOVABLE);
*/
static uint32_t list_type(struct trace *t, uint32_t type)
{
	if (type >= BUDDY_PCPTYPES) {
		FIRE(t, pcp_highatomic);
		type = MOVABLE;
	}
	return type;
}

void buddy_free_block(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i)
{
	uint32_t type = buddy_type(z, buddy_page(z, i));

	if (LV(*z, i) > BUDDY_PCP_ORDER) {
		FIRE(t, free_direct);
		buddy_free_split(z, t, i, false);
		return;
	}
	pcp_free(z, t, l, i, list_type(t, type));
}
