/* Migratetypes of pageblocks, and a free block's move to another type's list. */
/* SPDX-License-Identifier: MIT */
#include "pageblock.h"

uint32_t buddy_pageblock(const struct zone *z, uint32_t page)
{
	uint32_t block = page / z->pageblock_pages;

	/*@ assert c0: z->pageblock_order == 0 ==> z->pageblock_pages == 1 && block == page / 1; */
	/*@ assert c1: z->pageblock_order == 1 ==> z->pageblock_pages == 2 && block == page / 2; */
	/*@ assert c2: z->pageblock_order == 2 ==> z->pageblock_pages == 4 && block == page / 4; */
	/*@ assert c3: z->pageblock_order == 3 ==> z->pageblock_pages == 8 && block == page / 8; */
	/*@ assert c4: z->pageblock_order == 4 ==> z->pageblock_pages == 16 && block == page / 16; */
	/*@ assert c5: z->pageblock_order == 5 ==> z->pageblock_pages == 32 && block == page / 32; */
	/*@ assert c6: z->pageblock_order == 6 ==> z->pageblock_pages == 64 && block == page / 64; */
	/*@ assert c7: z->pageblock_order == 7 ==> z->pageblock_pages == 128 && block == page / 128; */
	/*@ assert c8: z->pageblock_order == 8 ==> z->pageblock_pages == 256 && block == page / 256; */
	/*@ assert c9: z->pageblock_order == 9 ==> z->pageblock_pages == 512 && block == page / 512; */
	/*@ assert c10: z->pageblock_order == 10 ==> z->pageblock_pages == 1024 && block == page / 1024; */
	return block;
}

uint32_t buddy_type(const struct zone *z, uint32_t page)
{
	return z->type[buddy_pageblock(z, page)];
}

void buddy_set_type(struct zone *z, uint32_t page, uint32_t t)
{
	z->type[buddy_pageblock(z, page)] = (uint8_t)t;
}

void buddy_set_types(struct zone *z, uint32_t page, uint32_t pages, uint32_t t)
{
	uint32_t k = buddy_pageblock(z, page), many = pages / z->pageblock_pages, end = k + many;

	/*@ assert c0: z->pageblock_order == 0 ==> k == page / 1 && many == pages / 1; */
	/*@ assert c1: z->pageblock_order == 1 ==> k == page / 2 && many == pages / 2; */
	/*@ assert c2: z->pageblock_order == 2 ==> k == page / 4 && many == pages / 4; */
	/*@ assert c3: z->pageblock_order == 3 ==> k == page / 8 && many == pages / 8; */
	/*@ assert c4: z->pageblock_order == 4 ==> k == page / 16 && many == pages / 16; */
	/*@ assert c5: z->pageblock_order == 5 ==> k == page / 32 && many == pages / 32; */
	/*@ assert c6: z->pageblock_order == 6 ==> k == page / 64 && many == pages / 64; */
	/*@ assert c7: z->pageblock_order == 7 ==> k == page / 128 && many == pages / 128; */
	/*@ assert c8: z->pageblock_order == 8 ==> k == page / 256 && many == pages / 256; */
	/*@ assert c9: z->pageblock_order == 9 ==> k == page / 512 && many == pages / 512; */
	/*@ assert c10: z->pageblock_order == 10 ==> k == page / 1024 && many == pages / 1024; */
	/*@ assert end: end <= BUDDY_PAGES; */
	/*@
	  loop invariant in:    page / z->pageblock_pages <= k <= end;
	  loop invariant set:   \forall integer j; page / z->pageblock_pages <= j < k ==> z->type[j] == t;
	  loop invariant rest:  \forall integer j; 0 <= j < BUDDY_PAGES && !(page / z->pageblock_pages <= j < k) ==> z->type[j] == \at(z->type[j], Pre);
	  loop invariant types: types(*z);
	  loop assigns          k, z->type[0 .. BUDDY_PAGES - 1];
	  loop variant          end - k;
	*/
	while (k < end) {
		z->type[k] = (uint8_t)t;
		k++;
	}
}

void buddy_move_tail(struct zone *z, uint32_t i, uint32_t t)
{
	uint32_t p = buddy_parent(i), b = buddy_sibling(i);

	/*@ assert p: BUDDY_ROOT <= p ==> p < BUDDY_PAGES && LV(*z, p) == LV(*z, i) + 1 && LV(*z, b) == LV(*z, i); */
	/*@ assert half: (i == 2 * p && b == 2 * p + 1) || (i == 2 * p + 1 && b == 2 * p); */
	/*@ assert low: BUDDY_ROOT <= p && ST(*z, b) == NODE_FREE ==> LV(*z, p) > z->max_order || LV(*z, i) >= z->pageblock_order; */
	buddy_take(z, i);
	if (p >= BUDDY_ROOT && LV(*z, i) >= z->pageblock_order && ST(*z, b) == NODE_FREE)
		buddy_keep(z, p);
	/*@ assert why: BUDDY_ROOT <= p && ST(*z, b) == NODE_FREE ==> LV(*z, p) > z->max_order || (LV(*z, p) > z->pageblock_order && z->kept[p] != 0); */
	/*@ assert even: \forall integer j; BUDDY_ROOT <= j < BUDDY_PAGES && i == 2 * j ==> j == p && b == 2 * j + 1; */
	/*@ assert odd: \forall integer j; BUDDY_ROOT <= j < BUDDY_PAGES && i == 2 * j + 1 ==> j == p && b == 2 * j; */
	/*@ assert may1: \forall integer j; BUDDY_ROOT <= j < BUDDY_PAGES && i == 2 * j && ST(*z, 2 * j + 1) == NODE_FREE ==>
	      LV(*z, j) > z->max_order || (LV(*z, j) > z->pageblock_order && z->kept[j] != 0); */
	/*@ assert may2: \forall integer j; BUDDY_ROOT <= j < BUDDY_PAGES && i == 2 * j + 1 && ST(*z, 2 * j) == NODE_FREE ==>
	      LV(*z, j) > z->max_order || (LV(*z, j) > z->pageblock_order && z->kept[j] != 0); */
	/*@ assert may: mayfree(*z, i, t); */
	buddy_put_tail(z, i, t);
}
