/* Which arguments of a call the model covers. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_COVER_H
#define MEMORACLE_MODEL_VMA_COVER_H

#include "../env.h"

/*
 * arg_uncovered() - which argument of @op does the model not cover? Those are listed in specs/vma-calls.md, with the
 * reason of each.
 * Returns: 1 + its index in ref[], or 0 if all are covered.
 */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures index:  \result <= OP_ARGS_MAX;
*/
uint32_t arg_uncovered(const struct space *s, const struct op *op);

#endif
