/* Blocks come into hand and go back on lists, with a note of what that touched. */
/* SPDX-License-Identifier: MIT */
#include "hand.h"

void hand_free(struct zone *z, struct trace *t, uint32_t i, uint32_t type, bool tail)
{
	if (tail)
		buddy_put_tail(z, i, type);
	else
		buddy_put_head(z, i, type);
	trace_touch(t, TOUCH_FREE + i);
	/*@ assert prev: node(*z, z->prev[i]); */
	trace_touch(t, TOUCH_LINK + z->prev[i]);
	trace_touch(t, TOUCH_COUNT + z->t.lv[i]);
}

void hand_take(struct zone *z, struct trace *t, uint32_t i)
{
	trace_touch(t, TOUCH_FREE + i);
	/*@ assert prev: node(*z, z->prev[i]); */
	trace_touch(t, TOUCH_LINK + z->prev[i]);
	trace_touch(t, TOUCH_COUNT + z->t.lv[i]);
	buddy_take(z, i);
}

void hand_move(struct zone *z, struct trace *t, uint32_t i, uint32_t type)
{
	/*@ assert prev: node(*z, z->prev[i]); */
	trace_touch(t, TOUCH_LINK + z->prev[i]);
	buddy_move_tail(z, i, type);
	trace_touch(t, TOUCH_LINK + i);
	/*@ assert prev: node(*z, z->prev[i]); */
	trace_touch(t, TOUCH_LINK + z->prev[i]);
}

void hand_pcp(struct zone *z, struct trace *t, uint32_t i, uint32_t type, bool tail)
{
	if (tail)
		buddy_pcp_put_tail(z, i, 0, type);
	else
		buddy_pcp_put_head(z, i, 0, type);
	trace_touch(t, TOUCH_LINK + i);
	/*@ assert prev: node(*z, z->prev[i]); */
	trace_touch(t, TOUCH_LINK + z->prev[i]);
}

void hand_pcp_take(struct zone *z, struct trace *t, uint32_t i)
{
	trace_touch(t, TOUCH_LINK + i);
	/*@ assert prev: node(*z, z->prev[i]); */
	trace_touch(t, TOUCH_LINK + z->prev[i]);
	buddy_pcp_take(z, i);
}

void hand_retype(struct zone *z, struct trace *t, uint32_t page, uint32_t pages, uint32_t type)
{
	uint32_t at = 0;

	buddy_set_types(z, page, pages, type);
	/*@
	  loop invariant in: 0 <= at <= pages + z->pageblock_pages;
	  loop assigns       at, TOUCH_FIELDS(t);
	  loop variant       pages - at;
	*/
	while (at < pages) {
		trace_touch(t, TOUCH_TYPE + page + at);
		at += z->pageblock_pages;
	}
}
