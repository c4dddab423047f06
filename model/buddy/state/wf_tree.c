/* The invariant of a zone's tree at run time: blocks and pageblock types. */
/* SPDX-License-Identifier: MIT */
#include "wf_tree.h"
#include "block.h"

/* Orders by position. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> levels(*z);
*/
static bool levels_ok(const struct zone *z)
{
	uint32_t i = BUDDY_ROOT;

	/*@
	  loop invariant in:    BUDDY_ROOT <= i <= BUDDY_NODES;
	  loop invariant top:   \forall integer k; BUDDY_ROOT <= k < 2 * BUDDY_ROOT && k < i ==> LV(*z, k) == BUDDY_ORDER_MAX;
	  loop invariant range: \forall integer k; BUDDY_ROOT <= k < i ==> LV(*z, k) <= BUDDY_ORDER_MAX && (LV(*z, k) == 0 <==> k >= BUDDY_PAGES);
	  loop invariant half:  \forall integer k; BUDDY_ROOT <= k < BUDDY_PAGES && k < i ==> LV(*z, 2 * k) == LV(*z, k) - 1 && LV(*z, 2 * k + 1) == LV(*z, k) - 1;
	  loop assigns          i;
	  loop variant          BUDDY_NODES - i;
	*/
	while (i < BUDDY_NODES) {
		uint8_t level = LV(*z, i);

		if (level > BUDDY_ORDER_MAX)
			return false;
		if (i < 2u * BUDDY_ROOT && level != BUDDY_ORDER_MAX)
			return false;
		if ((level == 0) != (i >= BUDDY_PAGES))
			return false;
		if (i < BUDDY_PAGES) {
			uint32_t a = 2u * i, b = 2u * i + 1u;

			/*@ assert x: a == 2 * i && b == 2 * i + 1; */
			if (LV(*z, a) + 1u != level || LV(*z, b) + 1u != level) {
				/*@ assert no: !(LV(*z, 2 * i) == LV(*z, i) - 1 && LV(*z, 2 * i + 1) == LV(*z, i) - 1); */
				return false;
			}
		}
		i++;
	}
	return true;
}

/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> geometry(*z);
*/
static bool geometry_ok(const struct zone *z)
{
	if (z->max_order > BUDDY_ORDER_MAX || z->pageblock_order > z->max_order)
		return false;
	if (z->pageblock_pages != buddy_size(z->pageblock_order))
		return false;
	return z->start <= z->end && z->end <= BUDDY_PAGES;
}

/* States of the nodes, each by itself. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> kinds(*z) && roots(*z) && leaves(*z) && tall(*z);
*/
static bool states_ok(const struct zone *z)
{
	uint32_t i = BUDDY_ROOT;

	/*@
	  loop invariant in:   BUDDY_ROOT <= i <= BUDDY_NODES;
	  loop invariant kind: \forall integer k; BUDDY_ROOT <= k < i ==> ST(*z, k) <= NODE_HOLE;
	  loop invariant root: \forall integer k; BUDDY_ROOT <= k < 2 * BUDDY_ROOT && k < i ==> ST(*z, k) != NODE_NONE;
	  loop invariant leaf: \forall integer k; BUDDY_PAGES <= k < i ==> ST(*z, k) != NODE_SPLIT;
	  loop invariant tall: \forall integer k; BUDDY_ROOT <= k < i && LV(*z, k) > z->max_order ==>
	    ST(*z, k) == NODE_SPLIT || ST(*z, k) == NODE_HOLE || ST(*z, k) == NODE_NONE;
	  loop assigns         i;
	  loop variant         BUDDY_NODES - i;
	*/
	while (i < BUDDY_NODES) {
		uint8_t state = ST(*z, i);

		if (state > NODE_HOLE)
			return false;
		if (state == NODE_NONE && i < 2u * BUDDY_ROOT)
			return false;
		if (state == NODE_SPLIT && i >= BUDDY_PAGES)
			return false;
		if (LV(*z, i) > z->max_order && state != NODE_SPLIT && state != NODE_HOLE &&
		    state != NODE_NONE)
			return false;
		i++;
	}
	return true;
}

/* A node has both halves or none. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> child(*z);
*/
static bool halves_ok(const struct zone *z)
{
	uint32_t i = BUDDY_ROOT;

	/*@
	  loop invariant in:   BUDDY_ROOT <= i <= BUDDY_PAGES;
	  loop invariant half: \forall integer k; BUDDY_ROOT <= k < i ==>
	    (ST(*z, 2 * k) != NODE_NONE <==> ST(*z, k) == NODE_SPLIT) && (ST(*z, 2 * k + 1) != NODE_NONE <==> ST(*z, k) == NODE_SPLIT);
	  loop assigns         i;
	  loop variant         BUDDY_PAGES - i;
	*/
	while (i < BUDDY_PAGES) {
		uint32_t a = 2u * i, b = 2u * i + 1u;
		bool split = ST(*z, i) == NODE_SPLIT;

		/*@ assert x: a == 2 * i && b == 2 * i + 1; */
		if ((ST(*z, a) != NODE_NONE) != split || (ST(*z, b) != NODE_NONE) != split) {
			/*@ assert no: !((ST(*z, 2 * i) != NODE_NONE <==> ST(*z, i) == NODE_SPLIT) && (ST(*z, 2 * i + 1) != NODE_NONE <==> ST(*z, i) == NODE_SPLIT)); */
			return false;
		}
		i++;
	}
	return true;
}

/* May the halves of @i both be free? */
/*@
  requires valid: \valid_read(z);
  requires in:    BUDDY_ROOT <= i < BUDDY_PAGES;
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> pairok(*z, i);
*/
static bool pair_ok(const struct zone *z, uint32_t i)
{
	uint32_t a = LS(*z, 2u * i) % 8u, b = LS(*z, 2u * i + 1u) % 8u;

	if (LV(*z, i) > z->max_order)
		return true;
	if (LV(*z, i) <= z->pageblock_order)
		return false;
	return z->kept[i] != 0 || (a != b && (a >= BUDDY_PCPTYPES || b >= BUDDY_PCPTYPES));
}

/* No free buddies are left unmerged. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> merged(*z);
*/
static bool merged_ok(const struct zone *z)
{
	uint32_t i = BUDDY_ROOT;

	/*@
	  loop invariant in:   BUDDY_ROOT <= i <= BUDDY_PAGES;
	  loop invariant pair: \forall integer k; BUDDY_ROOT <= k < i && ST(*z, 2 * k) == NODE_FREE && ST(*z, 2 * k + 1) == NODE_FREE ==> pairok(*z, k);
	  loop assigns         i;
	  loop variant         BUDDY_PAGES - i;
	*/
	while (i < BUDDY_PAGES) {
		uint32_t a = 2u * i, b = 2u * i + 1u;

		/*@ assert x: a == 2 * i && b == 2 * i + 1; */
		if (ST(*z, a) == NODE_FREE && ST(*z, b) == NODE_FREE && !pair_ok(z, i)) {
			/*@ assert no: ST(*z, 2 * i) == NODE_FREE && ST(*z, 2 * i + 1) == NODE_FREE && !pairok(*z, i); */
			return false;
		}
		i++;
	}
	return true;
}

/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> types(*z);
*/
static bool types_ok(const struct zone *z)
{
	uint32_t k = 0;

	/*@
	  loop invariant in:   0 <= k <= BUDDY_PAGES;
	  loop invariant type: \forall integer j; 0 <= j < k ==> z->type[j] < BUDDY_TYPES;
	  loop assigns         k;
	  loop variant         BUDDY_PAGES - k;
	*/
	while (k < BUDDY_PAGES) {
		if (z->type[k] >= BUDDY_TYPES)
			return false;
		k++;
	}
	return true;
}

/* Tree and pageblock types. */
bool zone_tree_ok(const struct zone *z)
{
	return levels_ok(z) && geometry_ok(z) && states_ok(z) && halves_ok(z) && merged_ok(z) &&
	       types_ok(z);
}
