/* Primitives on the tiling: USED and TOP chunks; nothing here touches a list. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_TILE_H
#define MEMORACLE_MODEL_PTMALLOC_TILE_H

#include "../state.h"

/*
 * ptm_chunk_split() - cut the USED chunk @u after @n units.
 * Returns: the USED remainder, at u + n.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires used:  used(*h, u);
  requires fits:  2 <= n && u + n + 2 <= h->next[u];
  TOTAL;
  assigns         TILE_FIELDS, h->arena[u + n];
  ENSURES_WF;
  ensures split:  \result == u + n && \result < PTM_UNITS && h->st[u] == PTM_USED && h->next[u] == u + n &&
                  h->st[\result] == PTM_USED && h->next[\result] == \old(h->next[u]) && h->prev[\result] == u &&
                  h->prev[u] == \old(h->prev[u]) && h->arena[\result] == h->arena[u];
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != \result ==> h->st[k] == \old(*h).st[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != u && k != \result ==> h->next[k] == \old(*h).next[k];
  ensures prev:   \forall integer k; 0 <= k < PTM_UNITS && k != \result && k != h->next[\result] ==> h->prev[k] == \old(*h).prev[k];
*/
uint32_t ptm_chunk_split(struct ptm_heap *h, uint32_t u, uint32_t n);

/*
 * ptm_chunk_join() - the USED chunk @u absorbs the USED chunk @v right after it.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires used:  used(*h, u);
  requires next:  v == h->next[u] && h->st[v] == PTM_USED;
  TOTAL;
  assigns         TILE_FIELDS;
  ENSURES_WF;
  ensures join:   h->st[u] == PTM_USED && h->next[u] == \old(h->next[v]) && h->st[v] == PTM_INNER && h->prev[h->next[u]] == u;
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != v ==> h->st[k] == \old(*h).st[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != u ==> h->next[k] == \old(*h).next[k];
  ensures prev:   \forall integer k; 0 <= k < PTM_UNITS && k != h->next[u] ==> h->prev[k] == \old(*h).prev[k];
*/
void ptm_chunk_join(struct ptm_heap *h, uint32_t u, uint32_t v);

/*
 * ptm_top_take() - the first @n units of arena @a's top become a USED chunk; at least 2 units stay.
 * Returns: the chunk.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires top:   a < PTM_ARENAS && h->top[a] != PTM_NIL;
  requires fits:  2 <= n && h->top[a] + n + 2 <= h->next[h->top[a]];
  TOTAL;
  assigns         TILE_FIELDS, h->arena[h->top[a] + n], h->top[a];
  ENSURES_WF;
  ensures take:   \result == \old(h->top[a]) && h->st[\result] == PTM_USED && h->next[\result] == \result + n && h->arena[\result] == a &&
                  h->prev[\result] == \old(h->prev[h->top[a]]);
  ensures top:    h->top[a] == \result + n && h->st[h->top[a]] == PTM_TOP && h->next[h->top[a]] == \old(h->next[h->top[a]]) && h->prev[h->top[a]] == \result;
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != \result && k != \result + n ==> h->st[k] == \old(*h).st[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != \result && k != \result + n ==> h->next[k] == \old(*h).next[k];
  ensures prev:   \forall integer k; 0 <= k < PTM_UNITS && k != \result + n && k != h->next[h->top[a]] ==> h->prev[k] == \old(*h).prev[k];
*/
uint32_t ptm_top_take(struct ptm_heap *h, uint32_t a, uint32_t n);

/*
 * ptm_top_join() - the USED chunk @u before the top of its arena becomes the top.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires used:  used(*h, u);
  requires next:  h->st[h->next[u]] == PTM_TOP;
  requires prev:  h->st[h->prev[u]] != PTM_FREE;
  TOTAL;
  assigns         TILE_FIELDS, h->top[h->arena[u]];
  ENSURES_WF;
  ensures join:   h->top[h->arena[u]] == u && h->st[u] == PTM_TOP && h->st[\old(h->next[u])] == PTM_INNER &&
                  h->next[u] == \old(h->next[h->next[u]]) && h->prev[h->next[u]] == u;
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != u && k != \old(h->next[u]) ==> h->st[k] == \old(*h).st[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != u ==> h->next[k] == \old(*h).next[k];
  ensures prev:   \forall integer k; 0 <= k < PTM_UNITS && k != h->next[u] ==> h->prev[k] == \old(*h).prev[k];
*/
void ptm_top_join(struct ptm_heap *h, uint32_t u);

/*
 * ptm_top_lend() - the USED chunk @u before arena @a's top grows by the top's first @n units; at least 2 stay.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires top:   a < PTM_ARENAS && h->top[a] != PTM_NIL;
  requires used:  used(*h, u) && h->next[u] == h->top[a];
  requires fits:  1 <= n && h->top[a] + n + 2 <= h->next[h->top[a]];
  TOTAL;
  assigns         TILE_FIELDS, h->arena[h->top[a] + n], h->top[a];
  ENSURES_WF;
  ensures lend:   h->top[a] == \old(h->top[a]) + n && h->next[u] == h->top[a] && h->st[\old(h->top[a])] == PTM_INNER;
  ensures top:    h->st[h->top[a]] == PTM_TOP && h->next[h->top[a]] == \old(h->next[h->top[a]]) && h->prev[h->top[a]] == u;
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != \old(h->top[a]) && k != h->top[a] ==> h->st[k] == \old(*h).st[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != u && k != h->top[a] ==> h->next[k] == \old(*h).next[k];
  ensures prev:   \forall integer k; 0 <= k < PTM_UNITS && k != h->top[a] && k != h->next[h->top[a]] ==> h->prev[k] == \old(*h).prev[k];
*/
void ptm_top_lend(struct ptm_heap *h, uint32_t a, uint32_t u, uint32_t n);

/*
 * ptm_top_to_hole() - arena @a's whole top becomes a HOLE (fenceposts, a heap given back).
 * Returns: where it was.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires top:   a < PTM_ARENAS && h->top[a] != PTM_NIL;
  TOTAL;
  assigns         h->st[h->top[a]], h->top[a];
  ENSURES_WF;
  ensures hole:   \result == \old(h->top[a]) && h->st[\result] == PTM_HOLE;
  ensures none:   h->top[a] == PTM_NIL;
*/
uint32_t ptm_top_to_hole(struct ptm_heap *h, uint32_t a);

/*
 * ptm_hole_to_top() - the HOLE @u, with a HOLE after it, becomes the top of arena @a, which has none.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires none:  a < PTM_ARENAS && h->top[a] == PTM_NIL;
  requires hole:  0 < u < PTM_UNITS && h->st[u] == PTM_HOLE;
  requires fits:  u + 2 <= h->next[u] < PTM_UNITS;
  requires next:  h->st[h->next[u]] == PTM_HOLE;
  requires prev:  h->st[h->prev[u]] != PTM_FREE && (h->st[h->prev[u]] != PTM_HOLE ==> h->arena[h->prev[u]] == a);
  TOTAL;
  assigns         h->st[u], h->arena[u], h->top[a];
  ENSURES_WF;
  ensures top:    h->top[a] == u && h->st[u] == PTM_TOP && h->arena[u] == a;
*/
void ptm_hole_to_top(struct ptm_heap *h, uint32_t a, uint32_t u);

#endif
