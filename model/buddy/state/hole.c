/* Pages that are not handed over yet come into the zone's hands. */
/* SPDX-License-Identifier: MIT */
#include "hole.h"

/*@ ghost
/@ requires in: page < BUDDY_PAGES;
     terminates \true; exits \false; assigns \nothing;
     ensures at: \forall integer o; 0 <= o <= BUDDY_ORDER_MAX ==> anc(BUDDY_PAGES + page, o) == node_at(page, o);
     ensures up: \forall integer o; 1 <= o <= BUDDY_ORDER_MAX ==> anc(BUDDY_PAGES + page, o) == anc(BUDDY_PAGES + page, o - 1) / 2; @/
void lem_above(uint32_t page)
{
    /@ assert a0: anc(BUDDY_PAGES + page, 0) == 32768 + page; @/
    /@ assert a1: anc(BUDDY_PAGES + page, 1) == anc(BUDDY_PAGES + page, 0) / 2 == 16384 + page / 2; @/
    /@ assert a2: anc(BUDDY_PAGES + page, 2) == anc(BUDDY_PAGES + page, 1) / 2 == 8192 + page / 4; @/
    /@ assert a3: anc(BUDDY_PAGES + page, 3) == anc(BUDDY_PAGES + page, 2) / 2 == 4096 + page / 8; @/
    /@ assert a4: anc(BUDDY_PAGES + page, 4) == anc(BUDDY_PAGES + page, 3) / 2 == 2048 + page / 16; @/
    /@ assert a5: anc(BUDDY_PAGES + page, 5) == anc(BUDDY_PAGES + page, 4) / 2 == 1024 + page / 32; @/
    /@ assert a6: anc(BUDDY_PAGES + page, 6) == anc(BUDDY_PAGES + page, 5) / 2 == 512 + page / 64; @/
    /@ assert a7: anc(BUDDY_PAGES + page, 7) == anc(BUDDY_PAGES + page, 6) / 2 == 256 + page / 128; @/
    /@ assert a8: anc(BUDDY_PAGES + page, 8) == anc(BUDDY_PAGES + page, 7) / 2 == 128 + page / 256; @/
    /@ assert a9: anc(BUDDY_PAGES + page, 9) == anc(BUDDY_PAGES + page, 8) / 2 == 64 + page / 512; @/
    /@ assert a10: anc(BUDDY_PAGES + page, 10) == anc(BUDDY_PAGES + page, 9) / 2 == 32 + page / 1024; @/
    /@ assert n0: anc(BUDDY_PAGES + page, 0) == node_at(page, 0); @/
    /@ assert n1: anc(BUDDY_PAGES + page, 1) == node_at(page, 1); @/
    /@ assert n2: anc(BUDDY_PAGES + page, 2) == node_at(page, 2); @/
    /@ assert n3: anc(BUDDY_PAGES + page, 3) == node_at(page, 3); @/
    /@ assert n4: anc(BUDDY_PAGES + page, 4) == node_at(page, 4); @/
    /@ assert n5: anc(BUDDY_PAGES + page, 5) == node_at(page, 5); @/
    /@ assert n6: anc(BUDDY_PAGES + page, 6) == node_at(page, 6); @/
    /@ assert n7: anc(BUDDY_PAGES + page, 7) == node_at(page, 7); @/
    /@ assert n8: anc(BUDDY_PAGES + page, 8) == node_at(page, 8); @/
    /@ assert n9: anc(BUDDY_PAGES + page, 9) == node_at(page, 9); @/
    /@ assert n10: anc(BUDDY_PAGES + page, 10) == node_at(page, 10); @/
    /@ assert o: \forall integer o; 0 <= o <= BUDDY_ORDER_MAX ==> o == 0 || o == 1 || o == 2 || o == 3 || o == 4 || o == 5 || o == 6 || o == 7 || o == 8 || o == 9 || o == 10; @/
    ;
}
*/

/* Hole @i is halved. Returns: the half that holds @page. */
/*@
  REQUIRES_WF;
  requires in:    page < BUDDY_PAGES && BUDDY_ROOT <= i < BUDDY_PAGES && ST(*z, i) == NODE_HOLE && i == anc(BUDDY_PAGES + page, LV(*z, i));
  TOTAL;
  assigns         z->t.st[0 .. BUDDY_NODES - 1];
  ENSURES_WF;
  ensures half:   BUDDY_ROOT <= \result < BUDDY_NODES && ST(*z, \result) == NODE_HOLE && LV(*z, \result) == LV(*z, i) - 1;
  ensures holds:  \result == anc(BUDDY_PAGES + page, LV(*z, \result));
*/
static uint32_t hole_halve(struct zone *z, uint32_t i, uint32_t page)
{
	uint32_t order = LV(*z, i), half;

	/*@ assert tall: 1 <= order <= BUDDY_ORDER_MAX; */
	half = buddy_node(page, order - 1u);
	/*@ ghost lem_above(page); */
	/*@ assert at: half == anc(BUDDY_PAGES + page, order - 1) && i == half / 2; */
	/*@ assert half: half == 2 * i || half == 2 * i + 1; */
	buddy_split(z, i);
	return half;
}

uint32_t buddy_open_at(struct zone *z, uint32_t page, uint32_t order)
{
	uint32_t i = buddy_block(z, page);

	if (ST(*z, i) != NODE_HOLE || LV(*z, i) < order || order > z->max_order ||
	    page % buddy_size(order) != 0)
		return 0;
	/*@
	  loop invariant in:   BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_HOLE && LV(*z, i) >= order;
	  loop invariant at:   i == anc(BUDDY_PAGES + page, LV(*z, i));
	  LOOP_WF;
	  loop assigns         i, z->t.st[0 .. BUDDY_NODES - 1];
	  loop variant         LV(*z, i);
	*/
	while (LV(*z, i) > order)
		i = hole_halve(z, i, page);
	/*@ ghost lem_above(page); */
	buddy_open(z, i);
	return i;
}

uint32_t buddy_order_at(uint32_t page, uint32_t end, uint32_t max_order)
{
	uint32_t order = max_order;

	/*@
	  loop invariant in:      order <= max_order;
	  loop invariant largest: \forall integer o; order < o <= max_order ==> page % siz(o) != 0 || page + siz(o) > end;
	  loop assigns            order;
	  loop variant            order;
	*/
	while (order > 0 && (page % buddy_size(order) != 0 || page + buddy_size(order) > end))
		order--;
	return order;
}
