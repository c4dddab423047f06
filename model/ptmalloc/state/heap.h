/* Whole heaps: the top comes, goes and moves. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_HEAP_H
#define MEMORACLE_MODEL_PTMALLOC_HEAP_H

#include "hole.h"

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
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], h->top[a];
  ENSURES_WF;
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
  TOTAL;
  assigns         TILE_FIELDS, h->top[a];
  ENSURES_WF;
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
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], h->top[a];
  ENSURES_WF;
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
