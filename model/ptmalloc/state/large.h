/* Primitives on large bins: sorted insertion, searches. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_LARGE_H
#define MEMORACLE_MODEL_PTMALLOC_LARGE_H

#include "../state.h"

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
  TOTAL;
  assigns         LINK_FIELDS, h->st[u], h->bin[u], h->stamp[0 .. PTM_UNITS - 1], h->hi;
  ENSURES_WF; ENSURES_LISTS_KEPT;
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
 * ptm_large_find() - Returns: the first node of large bin @b of arena @a with at most @n units, or the head.
 */
/*@
  requires valid: \valid_read(h);
  requires inv:   wf(*h);
  requires bin:   a < PTM_ARENAS && PTM_LARGE <= b < PTM_BINS;
  TOTAL;
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
  TOTAL;
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
