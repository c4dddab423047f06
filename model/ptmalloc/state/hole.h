/* Primitives on HOLEs and whole heaps: the top grows, shrinks and moves. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_HOLE_H
#define MEMORACLE_MODEL_PTMALLOC_HOLE_H

#include "tile.h"

/*
 * ptm_hole_split() - cut the HOLE @u after @n units.
 * Returns: the remainder, a HOLE at u + n.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires hole:  is(*h, u, PTM_HOLE);
  requires fits:  1 <= n && u + n + 1 <= h->next[u];
  PTM_TOTAL;
  assigns         PTM_TILES, h->arena[u + n];
  PTM_WF;
  ensures split:  \result == u + n && \result < PTM_UNITS && h->st[u] == PTM_HOLE && h->next[u] == \result &&
                  h->st[\result] == PTM_HOLE && h->next[\result] == \old(h->next[u]) && h->prev[\result] == u && h->arena[\result] == h->arena[u];
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != \result ==> h->st[k] == \old(*h).st[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != u && k != \result ==> h->next[k] == \old(*h).next[k];
  ensures prev:   \forall integer k; 0 <= k < PTM_UNITS && k != \result && k != h->next[\result] ==> h->prev[k] == \old(*h).prev[k];
*/
uint32_t ptm_hole_split(struct ptm_heap *h, uint32_t u, uint32_t n);

/*
 * ptm_hole_join() - the HOLE @u absorbs the HOLE @v right after it.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires hole:  is(*h, u, PTM_HOLE);
  requires next:  v == h->next[u] && v < PTM_UNITS && h->st[v] == PTM_HOLE;
  PTM_TOTAL;
  assigns         PTM_TILES;
  PTM_WF;
  ensures join:   h->st[u] == PTM_HOLE && h->next[u] == \old(h->next[v]) && h->st[v] == PTM_INNER;
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != v ==> h->st[k] == \old(*h).st[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != u ==> h->next[k] == \old(*h).next[k];
  ensures prev:   \forall integer k; 0 <= k < PTM_UNITS && k != h->next[u] ==> h->prev[k] == \old(*h).prev[k];
*/
void ptm_hole_join(struct ptm_heap *h, uint32_t u, uint32_t v);

/*
 * ptm_top_resize() - the end of arena @a's top moves to @e: up into the HOLE after it, or down.
 * @e: the new end; the HOLE keeps at least a unit.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires top:   a < PTM_ARENAS && h->top[a] != PTM_NIL;
  requires fits:  h->top[a] + 2 <= e && e + 1 <= h->next[h->next[h->top[a]]];
  PTM_TOTAL;
  assigns         PTM_TILES, h->arena[e];
  PTM_WF;
  ensures end:    h->next[h->top[a]] == e && h->st[e] == PTM_HOLE && h->next[e] == \old(h->next[h->next[h->top[a]]]) && h->prev[e] == h->top[a];
  ensures gone:   e != \old(h->next[h->top[a]]) ==> h->st[\old(h->next[h->top[a]])] == PTM_INNER;
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != \old(h->next[h->top[a]]) && k != e ==> h->st[k] == \old(*h).st[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != h->top[a] && k != \old(h->next[h->top[a]]) && k != e ==> h->next[k] == \old(*h).next[k];
  ensures prev:   \forall integer k; 0 <= k < PTM_UNITS && k != e && k != h->next[e] ==> h->prev[k] == \old(*h).prev[k];
*/
void ptm_top_resize(struct ptm_heap *h, uint32_t a, uint32_t e);

/*
 * ptm_heap_add() - @n units at @t, inside the HOLE @u, become the top of arena @a, which has none.
 * @u: a HOLE that begins before @t and ends after t + n.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires none:  a < PTM_ARENAS && h->top[a] == PTM_NIL;
  requires hole:  is(*h, u, PTM_HOLE);
  requires fits:  u < t && 2 <= n <= PTM_UNITS && t + n + 1 <= h->next[u];
  PTM_TOTAL;
  assigns         PTM_TILES, h->arena[0 .. PTM_UNITS - 1], h->top[a];
  PTM_WF;
  ensures top:    h->top[a] == t && h->st[t] == PTM_TOP && h->next[t] == t + n && h->arena[t] == a && h->prev[t] == u;
  ensures holes:  h->st[u] == PTM_HOLE && h->next[u] == t && h->st[t + n] == PTM_HOLE && h->next[t + n] == \old(h->next[u]);
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != t && k != t + n ==> h->st[k] == \old(*h).st[k] && h->arena[k] == \old(*h).arena[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != u && k != t && k != t + n ==> h->next[k] == \old(*h).next[k];
*/
void ptm_heap_add(struct ptm_heap *h, uint32_t a, uint32_t u, uint32_t t, uint32_t n);

/*
 * ptm_heap_remove() - arena @a's top, all that is left of its heap, and the HOLEs @p before and after
 * it become one HOLE.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires top:   a < PTM_ARENAS && h->top[a] != PTM_NIL;
  requires prev:  p == h->prev[h->top[a]] && h->st[p] == PTM_HOLE;
  PTM_TOTAL;
  assigns         PTM_TILES, h->top[a];
  PTM_WF;
  ensures none:   h->top[a] == PTM_NIL;
  ensures hole:   h->st[p] == PTM_HOLE && h->next[p] == \old(h->next[h->next[h->top[a]]]) &&
                  h->st[\old(h->top[a])] == PTM_INNER && h->st[\old(h->next[h->top[a]])] == PTM_INNER;
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != \old(h->top[a]) && k != \old(h->next[h->top[a]]) ==> h->st[k] == \old(*h).st[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != p ==> h->next[k] == \old(*h).next[k];
*/
void ptm_heap_remove(struct ptm_heap *h, uint32_t a, uint32_t p);

/*
 * ptm_top_move() - the top of arena @a leaves its place: of the old one the first @keep units become a
 * USED chunk (none if @keep is 0) and the rest a HOLE (the fenceposts); the new top is the @n units
 * at @t inside the HOLE @u.
 * @keep: 0, or 2 up to the old top's size less 2 units.
 * @u:    a HOLE that begins before @t and ends after t + n; may be the one after the old top.
 * Returns: the old top.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires top:   a < PTM_ARENAS && h->top[a] != PTM_NIL;
  requires keep:  keep == 0 || (2 <= keep <= PTM_UNITS && h->top[a] + keep + 2 <= h->next[h->top[a]]);
  requires hole:  is(*h, u, PTM_HOLE);
  requires fits:  u < t && 2 <= n <= PTM_UNITS && t + n + 1 <= h->next[u];
  PTM_TOTAL;
  assigns         PTM_TILES, h->arena[0 .. PTM_UNITS - 1], h->top[a];
  PTM_WF;
  ensures top:    h->top[a] == t && h->st[t] == PTM_TOP && h->next[t] == t + n && h->arena[t] == a && h->prev[t] == u && \result == \old(h->top[a]);
  ensures keep:   keep != 0 ==> h->st[\result] == PTM_USED && h->next[\result] == \result + keep && h->st[\result + keep] == PTM_HOLE &&
                  h->next[\result + keep] == \old(h->next[h->top[a]]) && h->arena[\result] == a;
  ensures none:   keep == 0 ==> h->st[\result] == PTM_HOLE && h->next[\result] == \old(h->next[h->top[a]]);
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != t && k != t + n && k != \result && k != \result + keep ==> h->st[k] == \old(*h).st[k] && h->arena[k] == \old(*h).arena[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != t && k != t + n && k != \result && k != \result + keep && k != u ==> h->next[k] == \old(*h).next[k];
*/
uint32_t ptm_top_move(struct ptm_heap *h, uint32_t a, uint32_t keep, uint32_t u, uint32_t t,
		      uint32_t n);

#endif
