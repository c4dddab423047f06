/* Allocation of several single pages at once. */
/* SPDX-License-Identifier: MIT */
#include "alloc.h"

uint32_t buddy_alloc_bulk(struct zone *z, struct trace *t, struct buddy_limits *l,
			  const uint8_t *lru, struct os *os, uint32_t count, uint32_t type,
			  uint32_t gfp, uint32_t block[BUDDY_BULK_MAX])
{
	const struct buddy_marks *marks = &l->marks;
	uint32_t got = 0, i;

	if (count > 1 &&
	    buddy_watermark_fast(z, t, marks, 0, marks->mark[1] + count, ALLOC_WMARK_LOW)) {
		rule_fire(t, BUDDY_RULE_bulk);
		while (got < count) {
			i = pcp_alloc(z, t, l, lru, 0, type, ALLOC_WMARK_LOW);
			if (i == 0)
				break;
			block[got] = i;
			got++;
		}
	}
	if (got == 0) {
		rule_fire(t, BUDDY_RULE_bulk_single);
		i = buddy_alloc_pages(z, t, l, lru, os, 0, type, gfp);
		if (i != 0) {
			block[0] = i;
			got = 1;
		}
	}
	return got;
}
