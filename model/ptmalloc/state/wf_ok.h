/* The invariant as a function. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_WF_OK_H
#define MEMORACLE_MODEL_PTMALLOC_WF_OK_H

#include "../state.h"

/*
 * ptm_heap_ok() - Returns: true exactly if wf holds. Any contents of @h are safe, but what it says to be untouched must be.
 * @scratch: memory to work in, any contents; touched only where chunks are.
 */
/*@
  requires valid: \valid_read(h) && \valid(scratch);
  requires apart: \separated(h, scratch);
  requires rest:  untouched(*h);
  TOTAL;
  assigns         *scratch;
  ensures exact:  \result != 0 <==> wf(*h);
*/
bool ptm_heap_ok(const struct ptm_heap *h, struct ptm_scratch *scratch);

#endif
