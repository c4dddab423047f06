/* Blocks of a zone: where they lie, splitting and merging them. */
/* SPDX-License-Identifier: MIT */
#include "block.h"
#include "count.h"

static const uint32_t size_table[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024 };

uint32_t buddy_size(uint32_t order)
{
	return size_table[order];
}

uint32_t buddy_list(uint32_t owner, uint32_t order, uint32_t type)
{
	return (owner * 16u + order) * 8u + type;
}

uint32_t buddy_parent(uint32_t i)
{
	return i / 2u;
}

uint32_t buddy_sibling(uint32_t i)
{
	return i % 2u == 0u ? i + 1u : i - 1u;
}

uint32_t buddy_node(uint32_t page, uint32_t order)
{
	uint32_t leaf = BUDDY_PAGES + page, size = buddy_size(order);

	return leaf / size;
}

uint32_t buddy_page(const struct zone *z, uint32_t i)
{
	uint32_t order = LV(*z, i), size = buddy_size(order);

	/*@ ghost lem_bands(z); */
	/*@ assert c0: order == 0 ==> size == 1 && BUDDY_PAGES / 1 <= i < 2 * BUDDY_PAGES / 1 && i * size == 1 * i; */
	/*@ assert c1: order == 1 ==> size == 2 && BUDDY_PAGES / 2 <= i < 2 * BUDDY_PAGES / 2 && i * size == 2 * i; */
	/*@ assert c2: order == 2 ==> size == 4 && BUDDY_PAGES / 4 <= i < 2 * BUDDY_PAGES / 4 && i * size == 4 * i; */
	/*@ assert c3: order == 3 ==> size == 8 && BUDDY_PAGES / 8 <= i < 2 * BUDDY_PAGES / 8 && i * size == 8 * i; */
	/*@ assert c4: order == 4 ==> size == 16 && BUDDY_PAGES / 16 <= i < 2 * BUDDY_PAGES / 16 && i * size == 16 * i; */
	/*@ assert c5: order == 5 ==> size == 32 && BUDDY_PAGES / 32 <= i < 2 * BUDDY_PAGES / 32 && i * size == 32 * i; */
	/*@ assert c6: order == 6 ==> size == 64 && BUDDY_PAGES / 64 <= i < 2 * BUDDY_PAGES / 64 && i * size == 64 * i; */
	/*@ assert c7: order == 7 ==> size == 128 && BUDDY_PAGES / 128 <= i < 2 * BUDDY_PAGES / 128 && i * size == 128 * i; */
	/*@ assert c8: order == 8 ==> size == 256 && BUDDY_PAGES / 256 <= i < 2 * BUDDY_PAGES / 256 && i * size == 256 * i; */
	/*@ assert c9: order == 9 ==> size == 512 && BUDDY_PAGES / 512 <= i < 2 * BUDDY_PAGES / 512 && i * size == 512 * i; */
	/*@ assert c10: order == 10 ==> size == 1024 && BUDDY_PAGES / 1024 <= i < 2 * BUDDY_PAGES / 1024 && i * size == 1024 * i; */
	/*@ assert bound: BUDDY_PAGES <= i * size && i * size + size <= 2 * BUDDY_PAGES; */
	/*@ assert d0: order == 0 ==> (i * size - BUDDY_PAGES) % size == 0; */
	/*@ assert d1: order == 1 ==> (i * size - BUDDY_PAGES) % size == 0; */
	/*@ assert d2: order == 2 ==> (i * size - BUDDY_PAGES) % size == 0; */
	/*@ assert d3: order == 3 ==> (i * size - BUDDY_PAGES) % size == 0; */
	/*@ assert d4: order == 4 ==> (i * size - BUDDY_PAGES) % size == 0; */
	/*@ assert d5: order == 5 ==> (i * size - BUDDY_PAGES) % size == 0; */
	/*@ assert d6: order == 6 ==> (i * size - BUDDY_PAGES) % size == 0; */
	/*@ assert d7: order == 7 ==> (i * size - BUDDY_PAGES) % size == 0; */
	/*@ assert d8: order == 8 ==> (i * size - BUDDY_PAGES) % size == 0; */
	/*@ assert d9: order == 9 ==> (i * size - BUDDY_PAGES) % size == 0; */
	/*@ assert d10: order == 10 ==> (i * size - BUDDY_PAGES) % size == 0; */
	/*@ assert aligned: (i * size - BUDDY_PAGES) % size == 0; */
	return i * size - BUDDY_PAGES;
}

uint32_t buddy_block(const struct zone *z, uint32_t page)
{
	uint32_t i = BUDDY_PAGES + page;

	/*@ ghost uint32_t n = 0; */
	/*@
	  loop invariant in:     BUDDY_ROOT <= i < BUDDY_NODES && n == LV(*z, i) && i == anc(BUDDY_PAGES + page, n);
	  loop invariant unique: \forall integer m; 0 <= m < n ==> ST(*z, anc(BUDDY_PAGES + page, m)) == NODE_NONE;
	  loop invariant whole:  ST(*z, i) != NODE_SPLIT;
	  loop invariant up:     n <= BUDDY_ORDER_MAX && up(*z, i, BUDDY_ORDER_MAX - n) == block_at(*z, page);
	  loop assigns           i, n;
	  loop variant           i;
	*/
	while (ST(*z, i) == NODE_NONE) {
		/*@ assert r: 2 * BUDDY_ROOT <= i; */
		/*@ ghost uint32_t j = i / 2; */
		/*@ assert half: BUDDY_ROOT <= j < BUDDY_PAGES && (i == 2 * j || i == 2 * j + 1); */
		/*@ assert none: ST(*z, 2 * j) == NODE_NONE || ST(*z, 2 * j + 1) == NODE_NONE; */
		/*@ assert j: LV(*z, j) == LV(*z, i) + 1 && ST(*z, j) != NODE_SPLIT; */
		/*@ assert an: anc(BUDDY_PAGES + page, n + 1) == j; */
		/*@ assert up: up(*z, i, BUDDY_ORDER_MAX - n) == up(*z, j, BUDDY_ORDER_MAX - (n + 1)); */
		i /= 2u;
		/*@ ghost n = n + 1; */
	}
	return i;
}

void buddy_split(struct zone *z, uint32_t i)
{
	uint32_t a = 2u * i, b = 2u * i + 1u;
	uint8_t state = ST(*z, i);

	/*@ ghost struct tree t0 = z->t; */
	/*@ assert x: a == 2 * i && b == 2 * i + 1; */
	/*@ assert c: ST(*z, a) == NODE_NONE && ST(*z, b) == NODE_NONE && LV(*z, i) == LV(*z, a) + 1 && LV(*z, i) == LV(*z, b) + 1; */
	ST(*z, i) = NODE_SPLIT;
	ST(*z, a) = state;
	ST(*z, b) = state;
	/*@ ghost lem_same(t0, z->t); */
}

void buddy_merge(struct zone *z, uint32_t i)
{
	uint32_t a = 2u * i, b = 2u * i + 1u;

	/*@ ghost struct tree t0 = z->t; */
	/*@ assert x: a == 2 * i && b == 2 * i + 1; */
	/*@ assert c: ST(*z, i) == NODE_SPLIT && LV(*z, i) == LV(*z, a) + 1 && LV(*z, i) == LV(*z, b) + 1; */
	/*@ assert la: a < BUDDY_PAGES ==> ST(*z, 2 * a) == NODE_NONE && ST(*z, 2 * a + 1) == NODE_NONE; */
	/*@ assert lb: b < BUDDY_PAGES ==> ST(*z, 2 * b) == NODE_NONE && ST(*z, 2 * b + 1) == NODE_NONE; */
	ST(*z, i) = NODE_ALLOC;
	ST(*z, a) = NODE_NONE;
	ST(*z, b) = NODE_NONE;
	z->kept[i] = 0;
	/*@ ghost lem_same(t0, z->t); */
}

void buddy_open(struct zone *z, uint32_t i)
{
	/*@ ghost struct tree t0 = z->t; */
	ST(*z, i) = NODE_ALLOC;
	/*@ ghost lem_same(t0, z->t); */
}

void buddy_keep(struct zone *z, uint32_t i)
{
	z->kept[i] = 1;
}
