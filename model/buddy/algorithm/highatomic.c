/* Pageblocks kept for high-order atomic allocations. */
/* SPDX-License-Identifier: MIT */
#include "highatomic.h"
#include "merge.h"

/* About one hundredth of the zone, in whole pageblocks; none where that is less than one. */
/*@
  requires in: 1 <= pageblock_pages <= 1024 && managed <= BUDDY_PAGES;
  TOTAL;
  assigns      \nothing;
  ensures cap:  \result == reserve_cap(managed, pageblock_pages);
  ensures few:  \result <= managed / 100 + pageblock_pages;
*/
static uint32_t reserve_limit(uint32_t managed, uint32_t pageblock_pages)
{
	uint32_t share = managed / 100, up;

	if (share < pageblock_pages)
		return 0;
	up = share + pageblock_pages - 1;
	return up - up % pageblock_pages;
}

void buddy_reserve_highatomic(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i)
{
	uint32_t page = buddy_page(z, i), size = buddy_size(LV(*z, i));

	if (l->marks.reserved_highatomic >= reserve_limit(l->marks.managed, z->pageblock_pages)) {
		FIRE(t, highatomic_limit);
		return;
	}
	if (!buddy_mergeable_type(buddy_type(z, page)))
		return;
	if (size >= z->pageblock_pages) {
		hand_retype(z, t, page, size, HIGHATOMIC);
		l->marks.reserved_highatomic += size;
	} else {
		if (!buddy_block_whole(z, page))
			return;
		(void)buddy_block_move(z, t, page, HIGHATOMIC);
		l->marks.reserved_highatomic += z->pageblock_pages;
	}
	FIRE(t, highatomic_reserve);
}

/* The reserve shrinks by the pageblocks that a block of @size pages fills or lies in. */
/*@
  requires valid: \valid(marks);
  TOTAL;
  assigns         marks->reserved_highatomic;
  ensures less:   \let s = size < pageblock_pages ? pageblock_pages : size;
    marks->reserved_highatomic == (s > \old(marks->reserved_highatomic) ? 0 : \old(marks->reserved_highatomic) - s);
*/
static void reserve_shrink(struct buddy_marks *marks, uint32_t size, uint32_t pageblock_pages)
{
	if (size < pageblock_pages)
		size = pageblock_pages;
	if (size > marks->reserved_highatomic)
		size = marks->reserved_highatomic;
	marks->reserved_highatomic -= size;
}

/* Free block @i of the reserve, and what shares its pageblock, becomes @type. Returns: whether pages were moved. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires marks: \valid(marks) && \separated(z, t, marks) && MARKS_OK(*marks);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_FREE && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 1024;
  TOTAL;
  assigns         ALLOC_FIELDS(t), marks->reserved_highatomic;
  ENSURES_WF;
  ensures states: \forall integer n; 0 <= n < BUDDY_NODES ==> ST(*z, n) == \old(ST(*z, n));
  ensures marks:  MARKS_OK(*marks);
  ensures less:   marks->reserved_highatomic <= \old(marks->reserved_highatomic);
  ensures large:  LV(*z, i) >= z->pageblock_order ==> \result == true;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 1024;
*/
static bool reserve_give(struct zone *z, struct trace *t, struct buddy_marks *marks, uint32_t i,
			 uint32_t type)
{
	uint32_t page = buddy_page(z, i), size = buddy_size(LV(*z, i));

	FIRE(t, highatomic_unreserve);
	if (buddy_type(z, page) == HIGHATOMIC)
		reserve_shrink(marks, size, z->pageblock_pages);
	if (size < z->pageblock_pages)
		return buddy_block_whole(z, page) && buddy_block_move(z, t, page, type) != 0;
	hand_move(z, t, i, type);
	hand_retype(z, t, page, size, type);
	return true;
}

bool buddy_unreserve_highatomic(struct zone *z, struct trace *t, struct buddy_limits *l,
				uint32_t type, bool force)
{
	uint32_t o = 0;

	if (!force && l->marks.reserved_highatomic <= z->pageblock_pages)
		return false;
	/*@
	  loop invariant in:     0 <= o <= z->max_order + 1;
	  LOOP_WF;
	  loop invariant states: \forall integer n; 0 <= n < BUDDY_NODES ==> ST(*z, n) == \at(ST(*z, n), Pre);
	  loop invariant marks:  MARKS_OK(l->marks);
	  loop invariant less:   l->marks.reserved_highatomic <= \at(l->marks.reserved_highatomic, Pre);
	  loop invariant large:  \forall integer m; z->pageblock_order <= m < o ==> vacant(*z, m, HIGHATOMIC);
	  loop invariant clock:  \at(z->clock, Pre) <= z->clock <= \at(z->clock, Pre) + 1024 * o;
	  loop assigns           o, ALLOC_FIELDS(t), l->marks.reserved_highatomic;
	  loop variant           z->max_order + 1 - o;
	*/
	while (o <= z->max_order) {
		uint32_t i = buddy_first(z, o, HIGHATOMIC);

		if (i != 0 && reserve_give(z, t, &l->marks, i, type))
			return true;
		o++;
	}
	return false;
}
