/* Primitives on FREE chunks and their bins: take from anywhere, insert at the head, find. */
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
  TOTAL;
  assigns         LINK_FIELDS, h->st[u];
  ENSURES_WF; ENSURES_LISTS_KEPT;
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
  TOTAL;
  assigns         LINK_FIELDS, h->st[u], h->bin[u], h->stamp[u], h->hi;
  ENSURES_WF; ENSURES_LISTS_KEPT;
  ensures hi:     h->hi == \old(h->hi) + 1;
  ensures free:   h->st[u] == PTM_FREE && h->bin[u] == PTM_BINS * h->arena[u] + b;
  ensures first:  h->fd[head(h->arena[u], b)] == u && h->bk[u] == head(h->arena[u], b) &&
                  h->fd[u] == \old(h->fd[head(h->arena[u], b)]) && h->bk[h->fd[u]] == u;
  ensures fd:     \forall integer k; 0 <= k < PTM_NODES && k != u && k != head(h->arena[u], b) ==> h->fd[k] == \old(*h).fd[k];
  ensures bk:     \forall integer k; 0 <= k < PTM_NODES && k != u && k != \old(h->fd[head(h->arena[u], b)]) ==> h->bk[k] == \old(*h).bk[k];
*/
void ptm_chunk_insert(struct ptm_heap *h, uint32_t u, uint32_t b);

/*
 * ptm_bin_last() - Returns: the last chunk of bin @b of arena @a (the oldest of an unsorted or small
 * bin, the smallest of a large one), or PTM_NIL.
 */
/*@
  requires valid: \valid_read(h);
  requires inv:   wf(*h);
  requires bin:   a < PTM_ARENAS && b < PTM_BINS;
  TOTAL;
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
  TOTAL;
  assigns         \nothing;
  ensures none:   \result == PTM_NIL <==> h->fd[head(a, b)] == head(a, b);
  ensures first:  \result != PTM_NIL ==> isfree(*h, \result) && \result == h->fd[head(a, b)] && h->arena[\result] == a &&
                  h->bin[\result] == PTM_BINS * a + b && h->bk[\result] == head(a, b);
*/
uint32_t ptm_bin_first(const struct ptm_heap *h, uint32_t a, uint32_t b);

#endif
