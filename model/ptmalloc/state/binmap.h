/* The binmap and the last remainder. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_BINMAP_H
#define MEMORACLE_MODEL_PTMALLOC_BINMAP_H

#include "../state.h"

/*
 * ptm_bin_mark() - set the bit of bin @b of arena @a.
 * Source: malloc/malloc.c:mark_bin, glibc 2.36.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires bin:   a < PTM_ARENAS && b < PTM_BINS;
  TOTAL;
  assigns         h->binmap[0 .. PTM_MAP_WORDS - 1];
  ENSURES_WF;
  ensures set:    marked(*h, PTM_BINS * a + b);
  ensures others: \forall integer k; 0 <= k < PTM_HEADS && k != PTM_BINS * a + b ==> (marked(*h, k) <==> marked(\old(*h), k));
*/
void ptm_bin_mark(struct ptm_heap *h, uint32_t a, uint32_t b);

/*
 * ptm_bin_unmark() - clear the bit of the empty bin @b of arena @a.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires bin:   a < PTM_ARENAS && b < PTM_BINS;
  requires empty: h->fd[head(a, b)] == head(a, b);
  TOTAL;
  assigns         h->binmap[0 .. PTM_MAP_WORDS - 1];
  ENSURES_WF;
  ensures clear:  !marked(*h, PTM_BINS * a + b);
  ensures others: \forall integer k; 0 <= k < PTM_HEADS && k != PTM_BINS * a + b ==> (marked(*h, k) <==> marked(\old(*h), k));
*/
void ptm_bin_unmark(struct ptm_heap *h, uint32_t a, uint32_t b);

/*
 * ptm_bin_marked() - Returns: 1 if the bit of bin @b of arena @a is set, otherwise 0.
 */
/*@
  requires valid: \valid_read(h);
  requires bin:   a < PTM_ARENAS && b < PTM_BINS;
  TOTAL;
  assigns         \nothing;
  ensures bit:    \result == 1 <==> marked(*h, PTM_BINS * a + b);
  ensures range:  \result == 0 || \result == 1;
*/
uint32_t ptm_bin_marked(const struct ptm_heap *h, uint32_t a, uint32_t b);

/*
 * ptm_bin_next() - Returns: the first marked bin of arena @a from bin @b on, or PTM_BINS.
 */
/*@
  requires valid: \valid_read(h);
  requires bin:   a < PTM_ARENAS && b <= PTM_BINS;
  TOTAL;
  assigns         \nothing;
  ensures range:  b <= \result <= PTM_BINS;
  ensures set:    \result < PTM_BINS ==> marked(*h, PTM_BINS * a + \result);
  ensures first:  \forall integer k; PTM_BINS * a + b <= k < PTM_BINS * a + \result ==> !marked(*h, k);
*/
uint32_t ptm_bin_next(const struct ptm_heap *h, uint32_t a, uint32_t b);

/*
 * ptm_last_remainder_set() - @u: any value; the pointer is only ever compared.
 */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires arena: a < PTM_ARENAS;
  TOTAL;
  assigns         h->last_remainder[a];
  ENSURES_WF;
  ensures set:    h->last_remainder[a] == u;
*/
void ptm_last_remainder_set(struct ptm_heap *h, uint32_t a, uint32_t u);

#endif
