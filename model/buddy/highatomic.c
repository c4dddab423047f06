/* Pageblocks kept for high-order atomic allocations. */
/* SPDX-License-Identifier: MIT */
#include "highatomic.h"
#include "census.h"
#include "merge.h"

/* About one hundredth of the zone, in whole pageblocks; none where that is less than one. */
/*@
  requires in: 1 <= pageblock_pages <= 1024 && managed <= BUDDY_PAGES;
  TOTAL;
  assigns      \nothing;
  ensures none:  managed / 100 < pageblock_pages ==> \result == 0;
  ensures few:   \result <= managed / 100 + pageblock_pages;
*/
static uint32_t reserve_limit(uint32_t managed, uint32_t pageblock_pages)
{
	uint32_t share = managed / 100;

	if (share < pageblock_pages)
		return 0;
	return (share + pageblock_pages - 1) / pageblock_pages * pageblock_pages;
}

void buddy_reserve_highatomic(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i)
{
	uint32_t page = buddy_page(z, i), size = buddy_size(z->t.lv[i]);

	if (l->marks.reserved_highatomic >= reserve_limit(l->marks.managed, z->pageblock_pages)) {
		rule_fire(t, BUDDY_RULE_highatomic_limit);
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
	rule_fire(t, BUDDY_RULE_highatomic_reserve);
}

/* The reserve shrinks by the pageblocks that a block of @size pages fills or lies in. */
static void reserve_shrink(struct buddy_marks *marks, uint32_t size, uint32_t pageblock_pages)
{
	if (size < pageblock_pages)
		size = pageblock_pages;
	if (size > marks->reserved_highatomic)
		size = marks->reserved_highatomic;
	marks->reserved_highatomic -= size;
}

/* Free block @i of the reserve, and what shares its pageblock, becomes @type. Returns: whether pages were moved. */
static bool reserve_give(struct zone *z, struct trace *t, struct buddy_marks *marks, uint32_t i,
			 uint32_t type)
{
	uint32_t page = buddy_page(z, i), size = buddy_size(z->t.lv[i]);

	rule_fire(t, BUDDY_RULE_highatomic_unreserve);
	if (buddy_type(z, page) == HIGHATOMIC)
		reserve_shrink(marks, size, z->pageblock_pages);
	if (size < z->pageblock_pages)
		return buddy_block_whole(z, page) && buddy_block_move(z, t, page, type) != 0;
	hand_move(z, t, i, type);
	hand_retype(z, t, page, size, type);
	return true;
}

void buddy_unreserve_highatomic(struct zone *z, struct trace *t, struct buddy_limits *l,
				uint32_t type)
{
	if (l->marks.reserved_highatomic <= z->pageblock_pages)
		return;
	for (uint32_t o = 0; o <= z->max_order; o++) {
		uint32_t i = buddy_first(z, o, HIGHATOMIC);

		if (i != 0 && reserve_give(z, t, &l->marks, i, type))
			return;
	}
}
