/* Primitives with the trace: the same moves, noted. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_NOTE_H
#define MEMORACLE_MODEL_PTMALLOC_NOTE_H

#include "../env.h"
#include "../state/arith.h"
#include "../state/bin.h"
#include "../state/binmap.h"
#include "../state/fastbin.h"
#include "../state/hole.h"
#include "../state/large.h"
#include "../state/tcache.h"
#include "../state/tile.h"

/*
 * ptm_take() - the FREE chunk @u leaves its bin and is USED.
 * Source: malloc/malloc.c:unlink_chunk, glibc 2.36.
 */
/*@
  REQUIRES_HEAP;
  requires free:  isfree(*h, u);
  TOTAL;
  assigns         LINK_FIELDS, h->st[u], e->trace;
  ENSURES_WF; ENSURES_LISTS_KEPT;
  ensures used:   h->st[u] == PTM_USED && h->st[h->prev[u]] != PTM_FREE && inuse(*h, h->next[u]);
  ensures unlink: h->fd[\old(h->bk[u])] == \old(h->fd[u]) && h->bk[\old(h->fd[u])] == \old(h->bk[u]);
*/
void ptm_take(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/*
 * ptm_give() - the USED chunk @u, between chunks in use, goes to the head of the unsorted bin.
 */
/*@
  REQUIRES_HEAP;
  requires used:  used(*h, u);
  requires prev:  h->st[h->prev[u]] != PTM_FREE;
  requires next:  inuse(*h, h->next[u]);
  requires room:  h->hi < PTM_STAMP_MAX;
  TOTAL;
  assigns         LINK_FIELDS, h->st[u], h->bin[u], h->stamp[u], h->hi, e->trace;
  ENSURES_WF; ENSURES_LISTS_KEPT;
  ensures hi:     h->hi == \old(h->hi) + 1;
  ensures first:  h->st[u] == PTM_FREE && h->fd[head(h->arena[u], PTM_UNSORTED)] == u;
*/
void ptm_give(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/*
 * ptm_sort() - the USED chunk @u, between chunks in use, goes to the bin of its size.
 */
/*@
  REQUIRES_HEAP;
  requires used:  used(*h, u);
  requires prev:  h->st[h->prev[u]] != PTM_FREE;
  requires next:  inuse(*h, h->next[u]);
  requires room:  h->hi < PTM_STAMP_MAX - 1;
  TOTAL;
  assigns         LINK_FIELDS, h->st[u], h->bin[u], h->stamp[0 .. PTM_UNITS - 1], h->hi, h->binmap[0 .. PTM_MAP_WORDS - 1], e->trace;
  ENSURES_WF; ENSURES_LISTS_KEPT;
  ensures hi:     \old(h->hi) < h->hi <= \old(h->hi) + 2;
  ensures sorted: h->st[u] == PTM_FREE && h->bin[u] == PTM_BINS * h->arena[u] + bin_of(h->next[u] - u);
*/
void ptm_sort(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/*
 * ptm_cut() - the USED chunk @u keeps @n units.
 * Returns: the USED remainder.
 */
/*@
  REQUIRES_HEAP;
  requires used:  used(*h, u);
  requires fits:  2 <= n && u + n + 2 <= h->next[u];
  TOTAL;
  assigns         TILE_FIELDS, h->arena[u + n], e->trace;
  ENSURES_WF;
  ensures cut:    \result == u + n && used(*h, u) && h->next[u] == u + n && used(*h, \result) && h->next[\result] == \old(h->next[u]) &&
                  h->prev[\result] == u && h->prev[u] == \old(h->prev[u]) && h->arena[\result] == h->arena[u];
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != \result ==> h->st[k] == \old(*h).st[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != u && k != \result ==> h->next[k] == \old(*h).next[k];
  ensures prev:   \forall integer k; 0 <= k < PTM_UNITS && k != \result && k != h->next[\result] ==> h->prev[k] == \old(*h).prev[k];
*/
uint32_t ptm_cut(struct ptm_heap *h, struct ptm_env *e, uint32_t u, uint32_t n);

/*
 * ptm_join() - the USED chunk @u absorbs the USED chunk after it.
 */
/*@
  REQUIRES_HEAP;
  requires used:  used(*h, u) && used(*h, h->next[u]);
  TOTAL;
  assigns         TILE_FIELDS, e->trace;
  ENSURES_WF;
  ensures join:   h->st[u] == PTM_USED && h->next[u] == \old(h->next[h->next[u]]) && h->st[\old(h->next[u])] == PTM_INNER && h->prev[h->next[u]] == u;
  ensures st:     \forall integer k; 0 <= k < PTM_UNITS && k != \old(h->next[u]) ==> h->st[k] == \old(*h).st[k];
  ensures next:   \forall integer k; 0 <= k < PTM_UNITS && k != u ==> h->next[k] == \old(*h).next[k];
  ensures prev:   \forall integer k; 0 <= k < PTM_UNITS && k != h->next[u] ==> h->prev[k] == \old(*h).prev[k];
*/
void ptm_join(struct ptm_heap *h, struct ptm_env *e, uint32_t u);

/*
 * ptm_group_next(), ptm_group_prev() - in a large bin, from the first chunk of a size to the first
 * chunk of the next smaller (larger) size, round the end.
 */
/*@
  requires valid: \valid_read(h);
  requires inv:   wf(*h);
  requires large: isfree(*h, u) && h->bin[u] % PTM_BINS >= PTM_LARGE;
  TOTAL;
  assigns         \nothing;
  ensures node:   node(*h, \result) && h->bin[\result] == h->bin[u];
*/
uint32_t ptm_group_next(const struct ptm_heap *h, uint32_t u);
/*@
  requires valid: \valid_read(h);
  requires inv:   wf(*h);
  requires large: isfree(*h, u) && h->bin[u] % PTM_BINS >= PTM_LARGE;
  TOTAL;
  assigns         \nothing;
  ensures node:   isfree(*h, \result) && h->bin[\result] == h->bin[u];
  ensures first:  h->bk[\result] >= PTM_HEAD0 || h->next[h->bk[\result]] - h->bk[\result] != h->next[\result] - \result;
*/
uint32_t ptm_group_prev(const struct ptm_heap *h, uint32_t u);

/* ptm_group_first() - is @u the first of its size in its large bin? */
/*@
  requires valid: \valid_read(h);
  requires inv:   wf(*h);
  requires free:  isfree(*h, u);
  TOTAL;
  assigns         \nothing;
  ensures first:  \result != 0 <==> (h->bk[u] >= PTM_HEAD0 || h->next[h->bk[u]] - h->bk[u] != h->next[u] - u);
*/
bool ptm_group_first(const struct ptm_heap *h, uint32_t u);

/* ptm_note_use() - the chunk @u is USED or FREE now and was not: the header after it says so too. */
/*@
  requires valid: \valid_read(h) && \valid(e) && \separated(h, e);
  requires unit:  u < PTM_UNITS && h->next[u] <= PTM_UNITS;
  TOTAL;
  assigns         e->trace;
*/
static inline void ptm_note_use(const struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	TOUCH(e, PTM_NODE_CHUNK + u);
	TOUCH(e, PTM_NODE_HEAD + h->next[u]);
}

/* ptm_note_neighbours() - the links of the FREE chunk @u come from and go to its neighbours in the bin. */
/*@
  requires valid: \valid_read(h) && \valid(e) && \separated(h, e);
  requires node:  u < PTM_UNITS && h->fd[u] < PTM_NODES && h->bk[u] < PTM_NODES;
  TOTAL;
  assigns         e->trace;
*/
static inline void ptm_note_neighbours(const struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	TOUCH(e, PTM_NODE_BK + h->fd[u]);
	TOUCH(e, PTM_NODE_FD + h->bk[u]);
}

#endif
