/* Blocks come into hand and go back on lists, with a note of what that touched. */
/* SPDX-License-Identifier: MIT */
#include "hand.h"

/* Both neighbours of @i, which is on a list: what taking it off or having put it on changes. */
/*@
  requires valid: \valid_read(z);
  REQUIRES_TRACE;
  requires wf:    zone_wf(*z);
  requires in:    on(*z, i);
  TOTAL;
  assigns         TRACE_TOUCHES;
*/
static void touch_around(const struct zone *z, struct trace *t, uint32_t i)
{
	trace_touch(t, TOUCH_PAGE + buddy_page(z, i));
	buddy_touch_link(z, t, TOUCH_PREV, z->next[i]);
	buddy_touch_link(z, t, TOUCH_NEXT, z->prev[i]);
}

void hand_free(struct zone *z, struct trace *t, uint32_t i, uint32_t type, bool tail)
{
	if (tail)
		buddy_put_tail(z, i, type);
	else
		buddy_put_head(z, i, type);
	touch_around(z, t, i);
	trace_touch(t, TOUCH_ORDER + z->t.lv[i]);
}

void hand_take(struct zone *z, struct trace *t, uint32_t i)
{
	touch_around(z, t, i);
	trace_touch(t, TOUCH_ORDER + z->t.lv[i]);
	buddy_take(z, i);
}

void hand_move(struct zone *z, struct trace *t, uint32_t i, uint32_t type)
{
	touch_around(z, t, i);
	buddy_move_tail(z, i, type);
	touch_around(z, t, i);
}

void hand_pcp(struct zone *z, struct trace *t, uint32_t i, uint32_t type, bool tail)
{
	if (tail)
		buddy_pcp_put_tail(z, i, 0, type);
	else
		buddy_pcp_put_head(z, i, 0, type);
	touch_around(z, t, i);
}

void hand_pcp_take(struct zone *z, struct trace *t, uint32_t i)
{
	touch_around(z, t, i);
	buddy_pcp_take(z, i);
}

void hand_retype(struct zone *z, struct trace *t, uint32_t page, uint32_t pages, uint32_t type)
{
	buddy_set_types(z, page, pages, type);
	for (uint32_t at = 0; at < pages; at += z->pageblock_pages)
		trace_touch(t, TOUCH_TYPE + page + at);
}
