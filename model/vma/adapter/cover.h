/* Which arguments of a call the model covers. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_COVER_H
#define MEMORACLE_MODEL_VMA_COVER_H

#include "../env.h"

/*
 * args_covered() - does the model cover every argument of @op? Those that it does not cover are listed in
 * specs/vma-calls.md, with the reason of each.
 */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures bool:   \result == true || \result == false;
*/
bool args_covered(const struct space *s, const struct op *op);

#endif
