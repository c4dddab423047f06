/* The invariant of a zone's lists at run time. */
/* SPDX-License-Identifier: MIT */
#include "wf_lists.h"

/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> heads(*z);
*/
static bool heads_ok(const struct zone *z)
{
	uint32_t h = BUDDY_NODES;

	/*@
	  loop invariant in:   BUDDY_NODES <= h <= BUDDY_LINKS;
	  loop invariant head: \forall integer b; BUDDY_NODES <= b < h ==> LS(*z, b) == b - BUDDY_NODES;
	  loop assigns         h;
	  loop variant         BUDDY_LINKS - h;
	*/
	while (h < BUDDY_LINKS) {
		if (LS(*z, h) != h - BUDDY_NODES)
			return false;
		h++;
	}
	return true;
}

/* Is @i on a list, or a head? Any @i. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> node(*z, i);
*/
static bool is_node(const struct zone *z, uint32_t i)
{
	if (i >= BUDDY_NODES)
		return i < BUDDY_LINKS;
	return i >= BUDDY_ROOT && (ST(*z, i) == NODE_FREE || ST(*z, i) == NODE_PCP);
}

/*@
  requires valid: \valid_read(z);
  requires in:    on(*z, i);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> (ST(*z, i) == NODE_FREE ==> 8 * LV(*z, i) <= LS(*z, i) < 8 * LV(*z, i) + BUDDY_TYPES)
    && (ST(*z, i) == NODE_PCP ==> 128 <= LS(*z, i) < BUDDY_LISTS && (LS(*z, i) / 8) % 16 == LV(*z, i));
*/
static bool list_ok(const struct zone *z, uint32_t i)
{
	uint32_t list = LS(*z, i), order = LV(*z, i);

	if (ST(*z, i) == NODE_FREE)
		return 8u * order <= list && list < 8u * order + BUDDY_TYPES;
	return 128u <= list && list < BUDDY_LISTS && list / 8u % 16u == order;
}

/* List numbers, stamps. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> lists(*z) && stamps(*z);
*/
static bool lists_ok(const struct zone *z)
{
	uint32_t i = BUDDY_ROOT;

	if (z->clock < 0)
		return false;
	/*@
	  loop invariant in:    BUDDY_ROOT <= i <= BUDDY_NODES;
	  loop invariant free:  \forall integer k; on(*z, k) && k < i ==> (ST(*z, k) == NODE_FREE ==> 8 * LV(*z, k) <= LS(*z, k) < 8 * LV(*z, k) + BUDDY_TYPES);
	  loop invariant pcp:   \forall integer k; on(*z, k) && k < i ==> (ST(*z, k) == NODE_PCP ==> 128 <= LS(*z, k) < BUDDY_LISTS && (LS(*z, k) / 8) % 16 == LV(*z, k));
	  loop invariant stamp: \forall integer k; on(*z, k) && k < i ==> -z->clock <= SP(*z, k) <= z->clock;
	  loop assigns          i;
	  loop variant          BUDDY_NODES - i;
	*/
	while (i < BUDDY_NODES) {
		if (is_node(z, i)) {
			/*@ assert on: on(*z, i); */
			if (!list_ok(z, i)) {
				/*@ assert no: !lists(*z); */
				return false;
			}
			if (SP(*z, i) < -z->clock || SP(*z, i) > z->clock) {
				/*@ assert no: !stamps(*z); */
				return false;
			}
		}
		i++;
	}
	return true;
}

/* Links are inverse and stay on their list. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> nlink(*z);
*/
static bool next_ok(const struct zone *z)
{
	uint32_t i = BUDDY_ROOT;

	/*@
	  loop invariant in:   BUDDY_ROOT <= i <= BUDDY_LINKS;
	  loop invariant link: \forall integer k, j; node(*z, k) && k < i && j == NX(*z, k) ==> node(*z, j) && PV(*z, j) == k && LS(*z, j) == LS(*z, k);
	  loop assigns         i;
	  loop variant         BUDDY_LINKS - i;
	*/
	while (i < BUDDY_LINKS) {
		if (is_node(z, i)) {
			uint32_t j = NX(*z, i);

			if (!is_node(z, j) || PV(*z, j) != i || LS(*z, j) != LS(*z, i)) {
				/*@ assert no: !nlink(*z); */
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
  ensures iff: \result == true <==> plink(*z);
*/
static bool prev_ok(const struct zone *z)
{
	uint32_t i = BUDDY_ROOT;

	/*@
	  loop invariant in:   BUDDY_ROOT <= i <= BUDDY_LINKS;
	  loop invariant link: \forall integer k, j; node(*z, k) && k < i && j == PV(*z, k) ==> node(*z, j) && NX(*z, j) == k && LS(*z, j) == LS(*z, k);
	  loop assigns         i;
	  loop variant         BUDDY_LINKS - i;
	*/
	while (i < BUDDY_LINKS) {
		if (is_node(z, i)) {
			uint32_t j = PV(*z, i);

			if (!is_node(z, j) || NX(*z, j) != i || LS(*z, j) != LS(*z, i)) {
				/*@ assert no: !plink(*z); */
				return false;
			}
		}
		i++;
	}
	return true;
}

/* Stamps fall along the links. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> order(*z);
*/
static bool order_ok(const struct zone *z)
{
	uint32_t i = BUDDY_ROOT;

	/*@
	  loop invariant in:   BUDDY_ROOT <= i <= BUDDY_NODES;
	  loop invariant fall: \forall integer k, j; on(*z, k) && k < i && j == NX(*z, k) && j < BUDDY_NODES ==> SP(*z, j) < SP(*z, k);
	  loop assigns         i;
	  loop variant         BUDDY_NODES - i;
	*/
	while (i < BUDDY_NODES) {
		if (is_node(z, i)) {
			uint32_t j = NX(*z, i);

			/*@ assert on: on(*z, i); */
			if (j < BUDDY_NODES && SP(*z, j) >= SP(*z, i)) {
				/*@ assert no: !order(*z); */
				return false;
			}
		}
		i++;
	}
	return true;
}

bool zone_lists_ok(const struct zone *z)
{
	return heads_ok(z) && lists_ok(z) && next_ok(z) && prev_ok(z) && order_ok(z);
}
