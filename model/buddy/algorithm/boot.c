/* The zone as boot leaves it. */
/* SPDX-License-Identifier: MIT */
#include "boot.h"
#include "../state/hole.h"
#include "../state/zone.h"
#include "free_split.h"
#include "merge.h"

const struct buddy_geometry buddy_geometries[BUDDY_GEOMETRIES] = {
	{ 6, 4, 0x1000, 512 },  { 6, 4, 0x1000, 4096 }, { 10, 9, 0x8000, 32768 },
	{ 6, 4, 0x1013, 2999 }, { 6, 4, 0x1000, 128 },
};

struct buddy_geometry buddy_shape(uint64_t number)
{
	return buddy_geometries[number % BUDDY_GEOMETRIES];
}

/* The zone's pages are handed over in blocks as large as may be, ascending, and become free. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires clock: z->clock == 0;
  TOTAL;
  assigns         ALLOC_FIELDS(t);
  ENSURES_WF;
  ensures clock:  z->clock <= 0x2000000;
*/
static void pages_hand_over(struct zone *z, struct trace *t)
{
	uint32_t page = z->start;

	/*@
	  loop invariant in:    z->start <= page <= z->end;
	  LOOP_WF;
	  loop invariant clock: 0 <= z->clock <= 1024 * (page - z->start);
	  loop assigns          page, ALLOC_FIELDS(t);
	  loop variant          z->end - page;
	*/
	while (page < z->end) {
		uint32_t order = buddy_order_at(page, z->end, z->max_order);
		uint32_t i = buddy_open_at(z, page, order);

		if (i != 0)
			buddy_free_split(z, t, i, true);
		page += buddy_size(order);
	}
}

void buddy_boot(struct zone *z, struct trace *t, const struct buddy_geometry *shape, bool fresh)
{
	uint32_t start = (uint32_t)(shape->start_pfn % buddy_size(shape->max_order));
	uint32_t end = start + shape->pages;

	if (fresh)
		zone_init(z, shape->max_order, shape->block_order, start, end, MOVABLE);
	else
		zone_reset(z, shape->max_order, shape->block_order, start, end, MOVABLE);
	if (start % z->pageblock_pages != 0)
		buddy_set_type(z, start, UNMOVABLE);
	pages_hand_over(z, t);
}
