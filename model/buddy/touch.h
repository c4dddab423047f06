/* What an op notes as touched: pages, links, pageblock types, counts of an order. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_TOUCH_H
#define MEMORACLE_BUDDY_TOUCH_H

#include "../trace.h"
#include "block.h"

#define TOUCH_PAGE 0x10000000u  /* + page: both links and the order */
#define TOUCH_NEXT 0x20000000u  /* + page, or TOUCH_HEAD + list: the link */
#define TOUCH_PREV 0x30000000u  /* ... */
#define TOUCH_TYPE 0x40000000u  /* + page: the type of its pageblock */
#define TOUCH_ORDER 0x50000000u /* + order: nr_free */
#define TOUCH_KIND 0xf0000000u
#define TOUCH_HEAD 0x00100000u

/* buddy_touch_link() - note that one link of node or head @i may have changed. @kind: TOUCH_NEXT or TOUCH_PREV. */
/*@
  requires valid: \valid_read(z) && \valid(t) && \separated(z, t);
  requires wf:    levels(*z);
  requires in:    BUDDY_ROOT <= i < BUDDY_LINKS;
  requires kind:  kind == TOUCH_NEXT || kind == TOUCH_PREV;
  TOTAL;
  assigns         t->touched_count, t->touched[0 .. TOUCHED_MAX - 1];
*/
static inline void buddy_touch_link(const struct zone *z, struct trace *t, uint32_t kind,
				    uint32_t i)
{
	if (i >= BUDDY_NODES)
		trace_touch(t, kind + TOUCH_HEAD + (i - BUDDY_NODES));
	else
		trace_touch(t, kind + buddy_page(z, i));
}

#endif
