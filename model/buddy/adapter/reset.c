/* The state of the model as a case begins. */
/* SPDX-License-Identifier: MIT */
#include "reset.h"
#include "../algorithm/boot.h"
#include "../algorithm/setup.h"
#include "notes.h"
#include "place.h"

/* No page is marked any more. */
/*@
  requires valid: \valid(b);
  requires in:    b->lru_used ==> b->zone.end <= BUDDY_PAGES;
  TOTAL;
  assigns         b->lru[0 .. BUDDY_PAGES - 1], b->lru_used;
  ensures none:   b->lru_used == false;
  ensures clear:  \old(b->lru_used) == true ==> \forall integer k; 0 <= k < b->zone.end ==> b->lru[k] == 0;
*/
static void lru_reset(struct buddy *b)
{
	uint32_t page = 0;

	/*@
	  loop invariant in:    b->lru_used ==> page <= b->zone.end;
	  loop invariant clear: \forall integer k; 0 <= k < page ==> b->lru[k] == 0;
	  loop assigns          page, b->lru[0 .. BUDDY_PAGES - 1];
	  loop variant          b->zone.end - page;
	*/
	while (b->lru_used && page < b->zone.end) {
		b->lru[page] = 0;
		page++;
	}
	b->lru_used = false;
}

void buddy_reset(struct buddy *b, const struct buddy_rules *rules)
{
	const struct buddy_geometry shape = buddy_shape(rules->geometry);

	lru_reset(b);
	buddy_places_reset(b);
	buddy_notes_reset(b);
	b->rules = *rules;
	trace_reset(&b->trace);
	buddy_boot(&b->zone, &b->trace, &shape, b->base_pfn == 0);
	trace_begin(&b->trace); /* the rules of the boot are counted; no op has been */
	buddy_limits_init(&b->limits, &b->rules, shape.pages);
	b->base_pfn = shape.start_pfn - b->zone.start;
	b->all_touched = false;
}
