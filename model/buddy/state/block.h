/* Blocks of a zone: where they lie, splitting and merging them. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_BLOCK_H
#define MEMORACLE_BUDDY_BLOCK_H

#include "../state.h"

/* buddy_size() - pages of a block of @order. */
/*@
  requires order: order <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns       \nothing;
  ensures size: \result == siz(order);
*/
uint32_t buddy_size(uint32_t order);

/* buddy_list() - number of the list of @owner (0 the zone, c + 1 cpu c), @order and @type. */
/*@
  requires in: owner <= BUDDY_CPUS && order <= BUDDY_ORDER_MAX && type < 8;
  TOTAL;
  assigns       \nothing;
  ensures list: \result == LIST(owner, order, type) && \result < BUDDY_LISTS && owner * 128 <= \result < owner * 128 + 128 && 8 * order + type == \result - 128 * owner;
  ensures back: \result / 128 == owner && (\result / 8) % 16 == order && \result % 8 == type;
*/
uint32_t buddy_list(uint32_t owner, uint32_t order, uint32_t type);

/* buddy_node() - node of the block of @order that holds @page, whether or not it is one now. */
/*@
  requires in: page < BUDDY_PAGES && order <= BUDDY_ORDER_MAX;
  TOTAL;
  assigns       \nothing;
  ensures node: \result == node_at(page, order) && BUDDY_ROOT <= \result < BUDDY_NODES;
*/
uint32_t buddy_node(uint32_t page, uint32_t order);

/* buddy_page() - first page of node @i. */
/*@
  requires valid: \valid_read(z);
  requires wf:    levels(*z);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES;
  TOTAL;
  assigns          \nothing;
  ensures page:    \result == first_page(*z, i);
  ensures aligned: \result % siz(LV(*z, i)) == 0;
  ensures inside:  \result + siz(LV(*z, i)) <= BUDDY_PAGES;
*/
uint32_t buddy_page(const struct zone *z, uint32_t i);

/* buddy_block() - the one block that holds @page: allocated, free, per-cpu or hole. */
/*@
  requires valid: \valid_read(z);
  requires wf:    levels(*z) && roots(*z) && child(*z) && leaves(*z) && kinds(*z);
  requires in:    page < BUDDY_PAGES;
  TOTAL;
  assigns         \nothing;
  ensures block:  block(*z, \result);
  ensures holds:  \result == anc(BUDDY_PAGES + page, LV(*z, \result));
  ensures unique: \forall integer m; 0 <= m < LV(*z, \result) ==> ST(*z, anc(BUDDY_PAGES + page, m)) == NODE_NONE;
  ensures at:     \result == block_at(*z, page);
*/
uint32_t buddy_block(const struct zone *z, uint32_t page);

/* buddy_parent() - the node that @i is a half of. */
/*@
  requires in: 2 <= i < BUDDY_NODES;
  TOTAL;
  assigns         \nothing;
  ensures parent: \result == i / 2 && (i == 2 * \result || i == 2 * \result + 1);
*/
uint32_t buddy_parent(uint32_t i);

/* buddy_sibling() - the buddy of node @i. A root's buddy is a root or no node. */
/*@
  requires in: 2 <= i < BUDDY_NODES;
  TOTAL;
  assigns       \nothing;
  ensures sib:  \result == sibl(i);
  ensures pair: \result != i && \result / 2 == i / 2;
  ensures in:   \result < BUDDY_NODES && (i >= 2 * BUDDY_ROOT ==> \result >= 2 * BUDDY_ROOT);
  ensures half: \forall integer p; (i == 2 * p ==> \result == 2 * p + 1) && (i == 2 * p + 1 ==> \result == 2 * p);
*/
uint32_t buddy_sibling(uint32_t i);

/* buddy_split() - an allocated block or hole becomes two halves of the same state. */
/*@
  REQUIRES_WF;
  requires in:   BUDDY_ROOT <= i < BUDDY_PAGES && (ST(*z, i) == NODE_ALLOC || ST(*z, i) == NODE_HOLE);
  TOTAL;
  assigns        z->t.st[0 .. BUDDY_NODES - 1];
  ENSURES_WF;
  ensures split: ST(*z, i) == NODE_SPLIT && ST(*z, 2 * i) == \old(ST(*z, i)) && ST(*z, 2 * i + 1) == \old(ST(*z, i));
  ensures level: LV(*z, 2 * i) == LV(*z, i) - 1 && LV(*z, 2 * i + 1) == LV(*z, i) - 1;
  ensures was:   \old(ST(*z, 2 * i)) == NODE_NONE && \old(ST(*z, 2 * i + 1)) == NODE_NONE;
  ensures frame: \forall integer k; 0 <= k < BUDDY_NODES && k != i && k != 2 * i && k != 2 * i + 1 ==> ST(*z, k) == \old(ST(*z, k));
*/
void buddy_split(struct zone *z, uint32_t i);

/* buddy_merge() - two allocated halves become one allocated block. */
/*@
  REQUIRES_WF;
  requires in:   BUDDY_ROOT <= i < BUDDY_PAGES && ST(*z, 2 * i) == NODE_ALLOC && ST(*z, 2 * i + 1) == NODE_ALLOC && LV(*z, i) <= z->max_order;
  TOTAL;
  assigns        z->t.st[0 .. BUDDY_NODES - 1], z->kept[i];
  ENSURES_WF;
  ensures merge: ST(*z, i) == NODE_ALLOC && ST(*z, 2 * i) == NODE_NONE && ST(*z, 2 * i + 1) == NODE_NONE;
  ensures was:   \old(ST(*z, i)) == NODE_SPLIT;
  ensures kept:  z->kept[i] == 0;
  ensures frame: \forall integer k; 0 <= k < BUDDY_NODES && k != i && k != 2 * i && k != 2 * i + 1 ==> ST(*z, k) == \old(ST(*z, k));
*/
void buddy_merge(struct zone *z, uint32_t i);

/* buddy_open() - a hole's pages come into the zone's hands: allocated. */
/*@
  REQUIRES_WF;
  requires in:   BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_HOLE && LV(*z, i) <= z->max_order;
  TOTAL;
  assigns        z->t.st[i];
  ENSURES_WF;
  ensures open:  ST(*z, i) == NODE_ALLOC;
*/
void buddy_open(struct zone *z, uint32_t i);

/* buddy_keep() - from now on the halves of @i may both be free without being merged. */
/*@
  REQUIRES_WF;
  requires in:   BUDDY_ROOT <= i < BUDDY_PAGES;
  TOTAL;
  assigns        z->kept[i];
  ENSURES_WF;
  ensures kept:  z->kept[i] == 1;
*/
void buddy_keep(struct zone *z, uint32_t i);

#endif
