/* Primitives on fastbins. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_FASTBIN_H
#define MEMORACLE_MODEL_PTMALLOC_FASTBIN_H

#include "../state.h"

/*
 * ptm_fast_push() - the USED chunk @u becomes the first of the fastbin of its size and arena.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires used:  used(*h, u);
  requires size:  h->next[u] - u - 2 < PTM_FASTBINS;
  requires room:  h->pushes < PTM_PUSHES_MAX;
  TOTAL;
  assigns         h->fd[u], h->bk[u], h->st[u], h->fast[h->arena[u]][h->next[u] - u - 2], h->have_fast[h->arena[u]], h->pushes;
  ENSURES_WF;
  ensures pushes: h->pushes == \old(h->pushes) + 1;
  ensures first:  h->st[u] == PTM_FAST && h->fast[h->arena[u]][h->next[u] - u - 2] == u && h->have_fast[h->arena[u]] == 1;
  ensures next:   h->fd[u] == \old(h->fast[h->arena[u]][h->next[u] - u - 2]);
*/
void ptm_fast_push(struct ptm_heap *h, uint32_t u);

/*
 * ptm_fast_pop() - the first chunk of arena @a's fastbin @c, which is not empty, becomes USED.
 * Returns: the chunk.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires some:  a < PTM_ARENAS && c < PTM_FASTBINS && h->fast[a][c] != PTM_NIL;
  TOTAL;
  assigns         h->fast[a][c], h->st[h->fast[a][c]];
  ENSURES_WF;
  ensures first:  \result == \old(h->fast[a][c]) && \result < PTM_UNITS && h->st[\result] == PTM_USED &&
                  h->next[\result] == \result + c + 2 && h->arena[\result] == a;
  ensures next:   h->fast[a][c] == h->fd[\result];
  ensures depth:  h->fast[a][c] != PTM_NIL ==> h->bk[h->fast[a][c]] == h->bk[\result] - 1;
*/
uint32_t ptm_fast_pop(struct ptm_heap *h, uint32_t a, uint32_t c);

/*
 * ptm_fast_none() - clear have_fastchunks of arena @a, all of whose fastbins are empty.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires none:  a < PTM_ARENAS && \forall integer c; 0 <= c < PTM_FASTBINS ==> h->fast[a][c] == PTM_NIL;
  TOTAL;
  assigns         h->have_fast[a];
  ENSURES_WF;
  ensures clear:  h->have_fast[a] == 0;
*/
void ptm_fast_none(struct ptm_heap *h, uint32_t a);

#endif
