/* Primitives on FREE chunks and their bins: take from anywhere, insert at the head or sorted, find. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_BIN_H
#define MEMORACLE_MODEL_PTMALLOC_BIN_H

#include "../state.h"

/*
 * ptm_chunk_take() - unlink the FREE chunk @u from its bin; it is USED then.
 * Source: malloc/malloc.c:unlink_chunk, glibc 2.36.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires free:  isfree(*h, u);
  PTM_TOTAL;
  assigns         PTM_LINKS, h->st[u];
  PTM_WF; PTM_KEEP_LISTS;
  ensures used:   h->st[u] == PTM_USED;
  ensures unlink: h->fd[\old(h->bk[u])] == \old(h->fd[u]) && h->bk[\old(h->fd[u])] == \old(h->bk[u]);
  ensures fd:     \forall integer k; 0 <= k < PTM_NODES && k != \old(h->bk[u]) ==> h->fd[k] == \old(*h).fd[k];
  ensures bk:     \forall integer k; 0 <= k < PTM_NODES && k != \old(h->fd[u]) ==> h->bk[k] == \old(*h).bk[k];
*/
void ptm_chunk_take(struct ptm_heap *h, uint32_t u);

/*
 * ptm_chunk_insert() - the USED chunk @u, between chunks in use, becomes FREE at the head of bin @b
 * of its arena.
 * @b: PTM_UNSORTED, or the small bin of its size, which must be marked in the binmap.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires used:  used(*h, u);
  requires prev:  h->st[h->prev[u]] != PTM_FREE;
  requires next:  inuse(*h, h->next[u]);
  requires bin:   b < PTM_LARGE && home(b, h->next[u] - u);
  requires mark:  b == PTM_UNSORTED || marked(*h, PTM_BINS * h->arena[u] + b);
  requires room:  h->hi < PTM_STAMP_MAX;
  PTM_TOTAL;
  assigns         PTM_LINKS, h->st[u], h->bin[u], h->stamp[u], h->hi;
  PTM_WF; PTM_KEEP_LISTS;
  ensures hi:     h->hi == \old(h->hi) + 1;
  ensures free:   h->st[u] == PTM_FREE && h->bin[u] == PTM_BINS * h->arena[u] + b;
  ensures first:  h->fd[head(h->arena[u], b)] == u && h->bk[u] == head(h->arena[u], b) &&
                  h->fd[u] == \old(h->fd[head(h->arena[u], b)]) && h->bk[h->fd[u]] == u;
  ensures fd:     \forall integer k; 0 <= k < PTM_NODES && k != u && k != head(h->arena[u], b) ==> h->fd[k] == \old(*h).fd[k];
  ensures bk:     \forall integer k; 0 <= k < PTM_NODES && k != u && k != \old(h->fd[head(h->arena[u], b)]) ==> h->bk[k] == \old(*h).bk[k];
*/
void ptm_chunk_insert(struct ptm_heap *h, uint32_t u, uint32_t b);

/*
 * ptm_chunk_insert_large() - the USED chunk @u, between chunks in use, becomes FREE in the large bin
 * @b of its size, which must be marked: after all larger chunks; among equals it is the second.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires used:  used(*h, u);
  requires prev:  h->st[h->prev[u]] != PTM_FREE;
  requires next:  inuse(*h, h->next[u]);
  requires bin:   PTM_LARGE <= b < PTM_BINS && home(b, h->next[u] - u);
  requires mark:  marked(*h, PTM_BINS * h->arena[u] + b);
  requires room:  h->hi < PTM_STAMP_MAX - 1;
  PTM_TOTAL;
  assigns         PTM_LINKS, h->st[u], h->bin[u], h->stamp[0 .. PTM_UNITS - 1], h->hi;
  PTM_WF; PTM_KEEP_LISTS;
  ensures hi:     \old(h->hi) < h->hi <= \old(h->hi) + 2;
  ensures free:   h->st[u] == PTM_FREE && h->bin[u] == PTM_BINS * h->arena[u] + b;
  ensures larger: h->bk[u] < PTM_UNITS ==> h->next[h->bk[u]] - h->bk[u] >= h->next[u] - u;
  ensures smaller: h->fd[u] < PTM_UNITS ==> h->next[h->fd[u]] - h->fd[u] <= h->next[u] - u;
  ensures second: h->bk[u] < PTM_UNITS && h->next[h->bk[u]] - h->bk[u] == h->next[u] - u && h->bk[h->bk[u]] < PTM_UNITS ==>
                  h->next[h->bk[h->bk[u]]] - h->bk[h->bk[u]] > h->next[u] - u;
  ensures notfirst: h->fd[u] < PTM_UNITS && h->next[h->fd[u]] - h->fd[u] == h->next[u] - u ==>
                  h->bk[u] < PTM_UNITS && h->next[h->bk[u]] - h->bk[u] == h->next[u] - u;
  ensures link:   h->fd[u] == \old(*h).fd[h->bk[u]] && h->fd[h->bk[u]] == u && h->bk[h->fd[u]] == u;
  ensures fd:     \forall integer k; 0 <= k < PTM_NODES && k != u && k != h->bk[u] ==> h->fd[k] == \old(*h).fd[k];
  ensures bk:     \forall integer k; 0 <= k < PTM_NODES && k != u && k != h->fd[u] ==> h->bk[k] == \old(*h).bk[k];
*/
void ptm_chunk_insert_large(struct ptm_heap *h, uint32_t u, uint32_t b);

/*
 * ptm_bin_last() - Returns: the last chunk of bin @b of arena @a (the oldest of an unsorted or small
 * bin, the smallest of a large one), or PTM_NIL.
 */
/*@
  requires valid: \valid_read(h);
  requires inv:   wf(*h);
  requires bin:   a < PTM_ARENAS && b < PTM_BINS;
  PTM_TOTAL;
  assigns         \nothing;
  ensures none:   \result == PTM_NIL <==> h->bk[head(a, b)] == head(a, b);
  ensures empty:  \result == PTM_NIL <==> h->fd[head(a, b)] == head(a, b);
  ensures last:   \result != PTM_NIL ==> isfree(*h, \result) && \result == h->bk[head(a, b)] && h->arena[\result] == a &&
                  h->bin[\result] == PTM_BINS * a + b && h->fd[\result] == head(a, b);
*/
uint32_t ptm_bin_last(const struct ptm_heap *h, uint32_t a, uint32_t b);

/*
 * ptm_bin_first() - Returns: the first chunk of bin @b of arena @a, or PTM_NIL.
 */
/*@
  requires valid: \valid_read(h);
  requires inv:   wf(*h);
  requires bin:   a < PTM_ARENAS && b < PTM_BINS;
  PTM_TOTAL;
  assigns         \nothing;
  ensures none:   \result == PTM_NIL <==> h->fd[head(a, b)] == head(a, b);
  ensures first:  \result != PTM_NIL ==> isfree(*h, \result) && \result == h->fd[head(a, b)] && h->arena[\result] == a &&
                  h->bin[\result] == PTM_BINS * a + b && h->bk[\result] == head(a, b);
*/
uint32_t ptm_bin_first(const struct ptm_heap *h, uint32_t a, uint32_t b);

/*
 * ptm_large_find() - Returns: the first node of large bin @b of arena @a with at most @n units, or the head.
 */
/*@
  requires valid: \valid_read(h);
  requires inv:   wf(*h);
  requires bin:   a < PTM_ARENAS && PTM_LARGE <= b < PTM_BINS;
  PTM_TOTAL;
  assigns         \nothing;
  ensures node:   node(*h, \result) && h->bin[\result] == PTM_BINS * a + b;
  ensures small:  \result < PTM_UNITS ==> h->next[\result] - \result <= n;
  ensures large:  h->bk[\result] < PTM_UNITS ==> h->next[h->bk[\result]] - h->bk[\result] > n;
  ensures head:   \result >= PTM_UNITS ==> \result == head(a, b);
*/
uint32_t ptm_large_find(const struct ptm_heap *h, uint32_t a, uint32_t b, uint32_t n);

/*
 * ptm_large_fit() - the chunk of large bin @b of arena @a that serves a request of @n units: of the
 * smallest size that fits, the second chunk, or the only one.
 * Returns: the chunk (still in its bin), or PTM_NIL if all are smaller.
 * Source: malloc/malloc.c:_int_malloc, glibc 2.36.
 */
/*@
  requires valid: \valid_read(h);
  requires inv:   wf(*h);
  requires bin:   a < PTM_ARENAS && PTM_LARGE <= b < PTM_BINS;
  PTM_TOTAL;
  assigns         \nothing;
  ensures none:   \result == PTM_NIL <==> (h->fd[head(a, b)] >= PTM_UNITS || h->next[h->fd[head(a, b)]] - h->fd[head(a, b)] < n);
  ensures fit:    \result != PTM_NIL ==> isfree(*h, \result) && h->bin[\result] == PTM_BINS * a + b && h->arena[\result] == a &&
                  h->next[\result] - \result >= n;
  ensures best:   \result != PTM_NIL ==> \forall integer k; isfree(*h, k) && k == h->fd[\result] ==>
                  h->next[k] - k < n || h->next[k] - k == h->next[\result] - \result;
  ensures second: \result != PTM_NIL && h->bk[\result] < PTM_UNITS && h->next[h->bk[\result]] - h->bk[\result] == h->next[\result] - \result &&
                  h->bk[h->bk[\result]] < PTM_UNITS ==> h->next[h->bk[h->bk[\result]]] - h->bk[h->bk[\result]] > h->next[\result] - \result;
  ensures only:   \result != PTM_NIL && (h->bk[\result] >= PTM_UNITS || h->next[h->bk[\result]] - h->bk[\result] > h->next[\result] - \result) ==>
                  h->fd[\result] >= PTM_UNITS || h->next[h->fd[\result]] - h->fd[\result] < n;
*/
uint32_t ptm_large_fit(const struct ptm_heap *h, uint32_t a, uint32_t b, uint32_t n);

#endif
