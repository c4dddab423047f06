/* The invariant, unit by unit: what the functions of wf_ok decide for one place. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_WF_PART_H
#define MEMORACLE_MODEL_PTMALLOC_WF_PART_H

#include "../state.h"

/*@
  predicate tile_at(struct ptm_heap h, integer i) = // a chunk and the one after it
    h.st[i] <= PTM_HOLE && h.arena[i] < PTM_ARENAS && i + 1 <= h.next[i] <= PTM_UNITS &&
    (h.st[i] != PTM_HOLE ==> i + 2 <= h.next[i] < PTM_UNITS) &&
    (\forall integer k; i < k < PTM_UNITS && k < h.next[i] ==> h.st[k] == PTM_INNER) &&
    (\forall integer j; j == h.next[i] && j < PTM_UNITS ==> h.st[j] != PTM_INNER && h.prev[j] == i &&
       (h.st[i] != PTM_HOLE && h.st[j] != PTM_HOLE ==> h.arena[j] == h.arena[i]) &&
       (h.st[i] == PTM_TOP ==> h.st[j] == PTM_HOLE) && (h.st[i] == PTM_FREE ==> inuse(h, j))) &&
    (\forall integer a; h.st[i] == PTM_TOP && a == h.arena[i] ==> h.top[a] == i);
  predicate top_at(struct ptm_heap h, integer a) = \forall integer t; t == h.top[a] && t != PTM_NIL ==>
    0 <= t < PTM_UNITS && h.st[t] == PTM_TOP && h.arena[t] == a;
  predicate link_at(struct ptm_heap h, integer i) =
    (\forall integer j; j == h.fd[i] ==> node(h, j) && h.bk[j] == i && h.bin[j] == h.bin[i]) &&
    (\forall integer j; j == h.bk[i] ==> node(h, j) && h.fd[j] == i && h.bin[j] == h.bin[i]);
  predicate free_at(struct ptm_heap h, integer i) = link_at(h, i) && h.lo <= h.stamp[i] <= h.hi &&
    PTM_BINS * h.arena[i] <= h.bin[i] < PTM_BINS * h.arena[i] + PTM_BINS && home(h.bin[i], h.next[i] - i) &&
    (\forall integer j; j == h.fd[i] && j < PTM_UNITS ==> after(h, i, j));
  predicate head_at(struct ptm_heap h, integer k) = h.bin[PTM_HEAD0 + k] == k && link_at(h, PTM_HEAD0 + k) &&
    (k % PTM_BINS != PTM_UNSORTED && h.fd[PTM_HEAD0 + k] != PTM_HEAD0 + k ==> marked(h, k));
  predicate fast_at(struct ptm_heap h, integer i) = h.next[i] - i < PTM_FASTBINS + 2 && 1 <= h.bk[i] <= h.pushes &&
    (h.fd[i] == PTM_NIL ==> h.bk[i] == 1) &&
    (\forall integer j; j == h.fd[i] && j != PTM_NIL ==>
       isfast(h, j, h.arena[i], h.next[i] - i - 2) && h.bk[i] == h.bk[j] + 1) &&
    (\forall integer a, c; a == h.arena[i] && c == h.next[i] - i - 2 && h.fd[i] == h.fast[a][c] ==> h.fd[i] == PTM_NIL);
  predicate tcache_at(struct ptm_heap h, integer i) = // no chunk but the first is a head's: its own class is enough
    h.thread[i] < PTM_THREADS && h.bin[i] < PTM_TCACHE_BINS &&
    h.next[i] == i + h.bin[i] + 2 && 1 <= h.bk[i] && (h.fd[i] == PTM_NIL ==> h.bk[i] == 1) &&
    (\forall integer j; j == h.fd[i] && j != PTM_NIL ==>
       istc(h, j, h.thread[i], h.bin[i]) && h.bk[i] == h.bk[j] + 1) &&
    (\forall integer t, c; t == h.thread[i] && c == h.bin[i] && h.fd[i] == h.tcache[t][c] ==> h.fd[i] == PTM_NIL);
  predicate fast_head_at(struct ptm_heap h, integer a, integer c) = \forall integer j; j == h.fast[a][c] && j != PTM_NIL ==>
    isfast(h, j, a, c) && h.have_fast[a] != 0;
  predicate tcache_head_at(struct ptm_heap h, integer t, integer c) = \forall integer j; j == h.tcache[t][c] ==>
    (j != PTM_NIL ==> istc(h, j, t, c) && h.tcache_count[t][c] == h.bk[j]) && (j == PTM_NIL ==> h.tcache_count[t][c] == 0);

  // lists by the state s of their chunks: each chunk has one predecessor, noted in before
  predicate listed(struct ptm_heap h, integer i) = (h.st[i] == PTM_FAST || h.st[i] == PTM_TCACHE) && h.fd[i] < PTM_UNITS;
  predicate noted(struct ptm_heap h, struct ptm_scratch s, integer i) = // of all chunks below i
    \forall integer k, j; 0 <= k < i && listed(h, k) && j == h.fd[k] ==> s.before[j] == k && h.st[j] == h.st[k];
  predicate chunk_at(struct ptm_heap h, integer i) = (h.st[i] == PTM_FREE ==> free_at(h, i)) &&
    (h.st[i] == PTM_FAST ==> fast_at(h, i)) && (h.st[i] == PTM_TCACHE ==> tcache_at(h, i));
*/

#endif
