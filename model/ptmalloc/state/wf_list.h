/* Whether lists are as they should be, place by place. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_WF_LIST_H
#define MEMORACLE_MODEL_PTMALLOC_WF_LIST_H

#include "wf_part.h"

/* Returns: whether the head of bin @k % PTM_BINS of arena @k / PTM_BINS is as it should be. */
/*@
  requires valid: \valid_read(h);
  requires range: k < PTM_HEADS;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> head_at(*h, k);
*/
bool ptm_head_ok(const struct ptm_heap *h, uint32_t k);

/* Returns: whether the chunk at @i is as its list demands. */
/*@
  requires valid: \valid_read(h);
  requires tiled: tiled(*h);
  requires chunk: chunk(*h, i);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> chunk_at(*h, i);
*/
bool ptm_chunk_ok(const struct ptm_heap *h, uint32_t i);

/* Returns: whether the head of fastbin @c of arena @a is as it should be. */
/*@
  requires valid: \valid_read(h);
  requires tiled: tiled(*h);
  requires range: a < PTM_ARENAS && c < PTM_FASTBINS;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> fast_head_at(*h, a, c);
*/
bool ptm_fast_head_ok(const struct ptm_heap *h, uint32_t a, uint32_t c);

/* Returns: whether the head of tcache class @c of thread @t is as it should be. */
/*@
  requires valid: \valid_read(h);
  requires range: t < PTM_THREADS && c < PTM_TCACHE_BINS;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> tcache_head_at(*h, t, c);
*/
bool ptm_tcache_head_ok(const struct ptm_heap *h, uint32_t t, uint32_t c);

#endif
