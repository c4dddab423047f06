/* A zone's beginning. */
/* SPDX-License-Identifier: MIT */
#include "zone.h"
#include "block.h"
#include "count.h"

/*@
  predicate level_first(integer level, integer first) = (level == 10 && first == 32) || (level == 9 && first == 64) || (level == 8 && first == 128)
    || (level == 7 && first == 256) || (level == 6 && first == 512) || (level == 5 && first == 1024) || (level == 4 && first == 2048)
    || (level == 3 && first == 4096) || (level == 2 && first == 8192) || (level == 1 && first == 16384) || (level == 0 && first == 32768);
  // untouched but for holes at the roots
  predicate bare(struct zone z) = (\forall integer i; BUDDY_ROOT <= i < 2 * BUDDY_ROOT ==> ST(z, i) == NODE_HOLE)
    && (\forall integer i; 2 * BUDDY_ROOT <= i < BUDDY_NODES ==> ST(z, i) == NODE_NONE);
*/

/*@
  requires valid: \valid(z);
  requires in:    32 <= first <= 32768 && level <= 10;
  TOTAL;
  assigns         z->t.lv[first .. 2 * first - 1];
  ensures filled: \forall integer i; first <= i < 2 * first ==> LV(*z, i) == level;
*/
static void level_fill(struct zone *z, uint32_t first, uint8_t level)
{
	uint32_t i = first, end = 2u * first;

	/*@
	  loop invariant in:     first <= i <= end && end == 2 * first;
	  loop invariant filled: \forall integer k; first <= k < i ==> LV(*z, k) == level;
	  loop assigns           i, z->t.lv[first .. 2 * first - 1];
	  loop variant           end - i;
	*/
	while (i < end) {
		LV(*z, i) = level;
		i++;
	}
}

/*@
  requires valid: \valid(z);
  TOTAL;
  assigns         z->t.lv[0 .. BUDDY_NODES - 1];
  ensures lv:     levels(*z);
*/
static void levels_init(struct zone *z)
{
	uint32_t first = BUDDY_ROOT;
	uint8_t level = BUDDY_ORDER_MAX;

	level_fill(z, first, level);
	/*@
	  loop invariant at:    level_first(level, first);
	  loop invariant here:  \forall integer i; first <= i < 2 * first ==> LV(*z, i) == level;
	  loop invariant above: \forall integer i; BUDDY_ROOT <= i < first ==> level < LV(*z, i) <= 10;
	  loop invariant top:   \forall integer i; BUDDY_ROOT <= i < 2 * BUDDY_ROOT ==> LV(*z, i) == 10;
	  loop invariant half:  \forall integer i; BUDDY_ROOT <= i < first ==> LV(*z, 2 * i) == LV(*z, i) - 1 && LV(*z, 2 * i + 1) == LV(*z, i) - 1;
	  loop assigns          first, level, z->t.lv[0 .. BUDDY_NODES - 1];
	  loop variant          level;
	*/
	while (level > 0) {
		/*@ ghost L: ; */
		level--;
		first *= 2u;
		level_fill(z, first, level);
		/*@ assert same: \forall integer i; BUDDY_ROOT <= i < first ==> LV(*z, i) == \at(LV(*z, i), L); */
		/*@ assert here: \forall integer i; first <= 2 * i && i < first ==> LV(*z, i) == level + 1; */
	}
}

/*@
  requires valid: \valid(z);
  TOTAL;
  assigns         z->t.st[0 .. BUDDY_NODES - 1], z->kept[0 .. BUDDY_NODES - 1];
  ensures bare:   bare(*z);
*/
static void states_init(struct zone *z)
{
	uint32_t i = 0, r = BUDDY_ROOT;

	/*@
	  loop invariant in:   0 <= i <= BUDDY_NODES;
	  loop invariant none: \forall integer k; 0 <= k < i ==> ST(*z, k) == NODE_NONE;
	  loop assigns         i, z->t.st[0 .. BUDDY_NODES - 1], z->kept[0 .. BUDDY_NODES - 1];
	  loop variant         BUDDY_NODES - i;
	*/
	while (i < BUDDY_NODES) {
		ST(*z, i) = NODE_NONE;
		z->kept[i] = 0;
		i++;
	}
	/*@
	  loop invariant in:   BUDDY_ROOT <= r <= 2 * BUDDY_ROOT;
	  loop invariant hole: \forall integer k; BUDDY_ROOT <= k < r ==> ST(*z, k) == NODE_HOLE;
	  loop invariant none: \forall integer k; 2 * BUDDY_ROOT <= k < BUDDY_NODES ==> ST(*z, k) == NODE_NONE;
	  loop assigns         r, z->t.st[0 .. BUDDY_NODES - 1];
	  loop variant         2 * BUDDY_ROOT - r;
	*/
	while (r < 2u * BUDDY_ROOT) {
		ST(*z, r) = NODE_HOLE;
		r++;
	}
}

/*@
  requires valid: \valid(z);
  TOTAL;
  assigns         z->t.ls[BUDDY_NODES .. BUDDY_LINKS - 1], z->next[BUDDY_NODES .. BUDDY_LINKS - 1], z->prev[BUDDY_NODES .. BUDDY_LINKS - 1],
                  z->count[0 .. BUDDY_LISTS - 1], z->pages[0 .. BUDDY_GROUPS - 1], z->clock;
  ensures hd:     heads(*z);
  ensures links:  \forall integer h; BUDDY_NODES <= h < BUDDY_LINKS ==> NX(*z, h) == h && PV(*z, h) == h;
  ensures count:  \forall integer l; 0 <= l < BUDDY_LISTS ==> z->count[l] == 0;
  ensures pages:  \forall integer q; 0 <= q < BUDDY_GROUPS ==> z->pages[q] == 0;
  ensures clock:  z->clock == 0;
*/
static void heads_init(struct zone *z)
{
	uint32_t l = 0, q = 0;

	/*@
	  loop invariant in:    0 <= l <= BUDDY_LISTS;
	  loop invariant ls:    \forall integer h; BUDDY_NODES <= h < BUDDY_NODES + l ==> LS(*z, h) == h - BUDDY_NODES;
	  loop invariant next:  \forall integer h; BUDDY_NODES <= h < BUDDY_NODES + l ==> NX(*z, h) == h;
	  loop invariant prev:  \forall integer h; BUDDY_NODES <= h < BUDDY_NODES + l ==> PV(*z, h) == h;
	  loop invariant count: \forall integer k; 0 <= k < l ==> z->count[k] == 0;
	  loop assigns          l, z->t.ls[BUDDY_NODES .. BUDDY_LINKS - 1], z->next[BUDDY_NODES .. BUDDY_LINKS - 1],
	                        z->prev[BUDDY_NODES .. BUDDY_LINKS - 1], z->count[0 .. BUDDY_LISTS - 1];
	  loop variant          BUDDY_LISTS - l;
	*/
	while (l < BUDDY_LISTS) {
		uint32_t h = HEAD(l);

		/*@ assert h: h == BUDDY_NODES + l; */
		LS(*z, h) = (uint16_t)l;
		NX(*z, h) = h;
		PV(*z, h) = h;
		z->count[l] = 0;
		l++;
	}
	/*@
	  loop invariant in:    0 <= q <= BUDDY_GROUPS;
	  loop invariant pages: \forall integer k; 0 <= k < q ==> z->pages[k] == 0;
	  loop assigns          q, z->pages[0 .. BUDDY_GROUPS - 1];
	  loop variant          BUDDY_GROUPS - q;
	*/
	while (q < BUDDY_GROUPS) {
		z->pages[q] = 0;
		q++;
	}
	z->clock = 0;
}

/*@
  requires valid: \valid(z);
  requires in:    pageblock_order <= max_order <= BUDDY_ORDER_MAX && start <= end <= BUDDY_PAGES;
  TOTAL;
  assigns         z->max_order, z->pageblock_order, z->pageblock_pages, z->start, z->end;
  ensures ge:     geometry(*z);
  ensures geo:    z->max_order == max_order && z->pageblock_order == pageblock_order && z->start == start && z->end == end;
*/
static void geometry_init(struct zone *z, uint32_t max_order, uint32_t pageblock_order,
			  uint32_t start, uint32_t end)
{
	z->max_order = max_order;
	z->pageblock_order = pageblock_order;
	z->pageblock_pages = buddy_size(pageblock_order);
	z->start = start;
	z->end = end;
}

/*@
  requires valid: \valid(z);
  requires in:    many <= BUDDY_PAGES && t < BUDDY_TYPES;
  TOTAL;
  assigns         z->type[0 .. BUDDY_PAGES - 1];
  ensures set:    \forall integer k; 0 <= k < many ==> z->type[k] == t;
  ensures rest:   \forall integer k; many <= k < BUDDY_PAGES ==> z->type[k] == \old(z->type[k]);
*/
static void types_init(struct zone *z, uint32_t many, uint32_t t)
{
	uint32_t k = 0;

	/*@
	  loop invariant in:   0 <= k <= many;
	  loop invariant set:  \forall integer j; 0 <= j < k ==> z->type[j] == t;
	  loop invariant rest: \forall integer j; k <= j < BUDDY_PAGES ==> z->type[j] == \at(z->type[j], Pre);
	  loop assigns         k, z->type[0 .. BUDDY_PAGES - 1];
	  loop variant         many - k;
	*/
	while (k < many) {
		z->type[k] = (uint8_t)t;
		k++;
	}
}

void zone_init(struct zone *z, uint32_t max_order, uint32_t pageblock_order, uint32_t start,
	       uint32_t end, uint32_t t)
{
	levels_init(z);
	states_init(z);
	heads_init(z);
	geometry_init(z, max_order, pageblock_order, start, end);
	types_init(z, BUDDY_PAGES, t);
	/*@ assert lv: levels(*z); */
	/*@ assert bare: bare(*z); */
	/*@ assert off: \forall integer i; BUDDY_ROOT <= i < BUDDY_NODES ==> !ont(z->t, i); */
	/*@ assert on: \forall integer i; !on(*z, i); */
	/*@ ghost lem_none(z->t); */
}

/*@
  requires valid: \valid(z);
  requires in:    first <= BUDDY_PAGES && many <= first;
  TOTAL;
  assigns         z->t.st[first .. first + many - 1], z->kept[first .. first + many - 1];
  ensures none:   \forall integer i; first <= i < first + many ==> ST(*z, i) == NODE_NONE;
*/
static void nodes_clear(struct zone *z, uint32_t first, uint32_t many)
{
	uint32_t i = first, end = first + many;

	/*@
	  loop invariant in:   first <= i <= end;
	  loop invariant none: \forall integer k; first <= k < i ==> ST(*z, k) == NODE_NONE;
	  loop assigns         i, z->t.st[first .. first + many - 1], z->kept[first .. first + many - 1];
	  loop variant         end - i;
	*/
	while (i < end) {
		ST(*z, i) = NODE_NONE;
		z->kept[i] = 0;
		i++;
	}
}

/* Clears the nodes at and below the first @used roots: the others, being holes, have none below. */
/*@
  requires valid: \valid(z);
  requires in:    used <= BUDDY_ROOT;
  requires kd:    child(*z);
  requires holes: \forall integer i; BUDDY_ROOT + used <= i < 2 * BUDDY_ROOT ==> ST(*z, i) == NODE_HOLE;
  TOTAL;
  assigns         z->t.st[0 .. BUDDY_NODES - 1], z->kept[0 .. BUDDY_NODES - 1];
  ensures none:   \forall integer i; 2 * BUDDY_ROOT <= i < BUDDY_NODES ==> ST(*z, i) == NODE_NONE;
*/
static void levels_clear(struct zone *z, uint32_t used)
{
	uint32_t first = BUDDY_ROOT, many = used;
	/*@ ghost uint8_t level = 10; */
	/*@ assert none: \forall integer j; BUDDY_ROOT <= j < BUDDY_PAGES && ST(*z, j) != NODE_SPLIT ==> ST(*z, 2 * j) == NODE_NONE; */
	/*@ assert nonf: \forall integer j; BUDDY_ROOT <= j < BUDDY_PAGES && ST(*z, j) != NODE_SPLIT ==> ST(*z, 2 * j + 1) == NODE_NONE; */
	/*@
	  loop invariant at:   level_first(level, first) || (level == 255 && first == BUDDY_NODES);
	  loop invariant in:   0 <= many <= first;
	  loop invariant done: \forall integer i; 2 * BUDDY_ROOT <= i < first ==> ST(*z, i) == NODE_NONE;
	  loop invariant old:  \forall integer i; first <= i < BUDDY_NODES ==> ST(*z, i) == \at(ST(*z, i), Pre);
	  loop invariant rest: \forall integer i; first + many <= i < 2 * first && i < BUDDY_NODES ==> \at(ST(*z, i), Pre) != NODE_SPLIT;
	  loop invariant bare: \forall integer i; first + many <= i < 2 * first && 2 * BUDDY_ROOT <= i < BUDDY_NODES ==> \at(ST(*z, i), Pre) == NODE_NONE;
	  loop assigns         first, many, level, z->t.st[0 .. BUDDY_NODES - 1], z->kept[0 .. BUDDY_NODES - 1];
	  loop variant         BUDDY_NODES - first;
	*/
	while (first < BUDDY_NODES) {
		/*@ ghost L: ; */
		nodes_clear(z, first, many);
		/*@ assert same: \forall integer i; first + many <= i < BUDDY_NODES ==> ST(*z, i) == \at(ST(*z, i), Pre); */
		/*@ assert room: first >= BUDDY_ROOT && (first < BUDDY_PAGES ==> 2 * first <= BUDDY_PAGES); */
		/*@ assert whole: first < BUDDY_PAGES ==> \forall integer j; first + many <= j < 2 * first ==>
		      BUDDY_ROOT <= j < BUDDY_PAGES && \at(ST(*z, j), Pre) != NODE_SPLIT; */
		/*@ assert next: first < BUDDY_PAGES ==> \forall integer j; first + many <= j < 2 * first && \at(ST(*z, j), Pre) != NODE_SPLIT ==>
		      \at(ST(*z, 2 * j), Pre) == NODE_NONE && \at(ST(*z, 2 * j + 1), Pre) == NODE_NONE; */
		/*@ assert up: first < BUDDY_PAGES ==> \forall integer i, j; 2 * first + 2 * many <= i < 4 * first && j == i / 2 ==>
		      first + many <= j < 2 * first && (i == 2 * j || i == 2 * j + 1) && \at(ST(*z, j), Pre) != NODE_SPLIT; */
		/*@ assert half: first < BUDDY_PAGES ==> \forall integer i, j; 2 * first + 2 * many <= i < 4 * first && j == i / 2 && \at(ST(*z, j), Pre) != NODE_SPLIT ==>
		      \at(ST(*z, i), Pre) == NODE_NONE; */
		/*@ assert low: first < BUDDY_PAGES ==> \forall integer i, j; 2 * first + 2 * many <= i < 4 * first && j == i / 2 ==> \at(ST(*z, i), Pre) == NODE_NONE; */
		/*@ ghost level = (uint8_t)(level == 0 ? 255 : level - 1); */
		first *= 2u;
		many *= 2u;
	}
}

/*@
  requires valid: \valid(z);
  requires kd:    child(*z);
  TOTAL;
  assigns         z->t.st[0 .. BUDDY_NODES - 1], z->kept[0 .. BUDDY_NODES - 1];
  ensures bare:   bare(*z);
*/
static void states_clear(struct zone *z)
{
	uint32_t used = BUDDY_ROOT, r = BUDDY_ROOT;

	/*@
	  loop invariant in:    0 <= used <= BUDDY_ROOT;
	  loop invariant holes: \forall integer i; BUDDY_ROOT + used <= i < 2 * BUDDY_ROOT ==> ST(*z, i) == NODE_HOLE;
	  loop assigns          used;
	  loop variant          used;
	*/
	while (used > 0 && ST(*z, BUDDY_ROOT + used - 1u) == NODE_HOLE)
		used--;
	levels_clear(z, used);
	/*@
	  loop invariant in:   BUDDY_ROOT <= r <= 2 * BUDDY_ROOT;
	  loop invariant hole: \forall integer k; BUDDY_ROOT <= k < r ==> ST(*z, k) == NODE_HOLE;
	  loop invariant none: \forall integer k; 2 * BUDDY_ROOT <= k < BUDDY_NODES ==> ST(*z, k) == NODE_NONE;
	  loop assigns         r, z->t.st[0 .. BUDDY_NODES - 1];
	  loop variant         2 * BUDDY_ROOT - r;
	*/
	while (r < 2u * BUDDY_ROOT) {
		ST(*z, r) = NODE_HOLE;
		r++;
	}
}

void zone_reset(struct zone *z, uint32_t max_order, uint32_t pageblock_order, uint32_t start,
		uint32_t end, uint32_t t)
{
	uint32_t last;

	states_clear(z);
	heads_init(z);
	geometry_init(z, max_order, pageblock_order, start, end);
	last = end / z->pageblock_pages;
	types_init(z, last < BUDDY_PAGES ? last + 1u : BUDDY_PAGES, t);
	/*@ assert lv: levels(*z); */
	/*@ assert bare: bare(*z); */
	/*@ assert off: \forall integer i; BUDDY_ROOT <= i < BUDDY_NODES ==> !ont(z->t, i); */
	/*@ assert on: \forall integer i; !on(*z, i); */
	/*@ ghost lem_none(z->t); */
}
