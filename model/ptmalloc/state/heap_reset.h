/* The empty heap. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_HEAP_RESET_H
#define MEMORACLE_MODEL_PTMALLOC_HEAP_RESET_H

#include "../state.h"

/*
 * ptm_heap_reset() - no heap yet: one HOLE, empty lists. Costs what is in use, not the size of @h.
 * @h: zeroed memory, or a heap.
 */
/*@
  requires valid: \valid(h);
  requires inv:   fresh(*h) || wf(*h);
  TOTAL;
  assigns         *h;
  ENSURES_WF;
  ensures hole:   h->next[0] == PTM_UNITS;
  ensures none:   \forall integer a; 0 <= a < PTM_ARENAS ==> h->top[a] == PTM_NIL && h->last_remainder[a] == PTM_NIL && h->have_fast[a] == 0;
  ensures fast:   \forall integer a, c; 0 <= a < PTM_ARENAS && 0 <= c < PTM_FASTBINS ==> h->fast[a][c] == PTM_NIL;
  ensures tcache: \forall integer t, c; 0 <= t < PTM_THREADS && 0 <= c < PTM_TCACHE_BINS ==> h->tcache_count[t][c] == 0;
  ensures bins:   \forall integer d; PTM_HEAD0 <= d < PTM_NODES ==> h->fd[d] == d;
  ensures map:    \forall integer i; 0 <= i < PTM_MAP_WORDS ==> h->binmap[i] == 0;
  ensures untouched: untouched(*h);
  ensures room:   h->hi == 0 && h->lo == 0 && h->pushes == 0;
*/
void ptm_heap_reset(struct ptm_heap *h);

/*
 * ptm_heap_room() - Returns: true if stamps and fastbin pushes suffice for one more operation.
 */
/*@
  requires valid: \valid_read(h);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> room(*h, 1);
*/
bool ptm_heap_room(const struct ptm_heap *h);

#endif
