/* Primitives on HOLEs: the top grows and shrinks. */
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
  TOTAL;
  assigns         TILE_FIELDS, h->arena[u + n];
  ENSURES_WF;
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
  TOTAL;
  assigns         TILE_FIELDS;
  ENSURES_WF;
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
  TOTAL;
  assigns         TILE_FIELDS, h->arena[e];
  ENSURES_WF;
  ensures end:    h->next[h->top[a]] == e && h->st[e] == PTM_HOLE && h->next[e] == \old(h->next[h->next[h->top[a]]]) && h->prev[e] == h->top[a];
  ensures gone:   e != \old(h->next[h->top[a]]) ==> h->st[\old(h->next[h->top[a]])] == PTM_INNER;
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != \old(h->next[h->top[a]]) && k != e ==> h->st[k] == \old(*h).st[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != h->top[a] && k != \old(h->next[h->top[a]]) && k != e ==> h->next[k] == \old(*h).next[k];
  ensures prev:   \forall integer k; 0 <= k < PTM_UNITS && k != e && k != h->next[e] ==> h->prev[k] == \old(*h).prev[k];
*/
void ptm_top_resize(struct ptm_heap *h, uint32_t a, uint32_t e);

#endif
