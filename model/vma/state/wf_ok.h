/* The invariant, checked at run time. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_WF_OK_H
#define MEMORACLE_MODEL_VMA_WF_OK_H

#include "../state.h"

/*
 * mm_wf_ok() - does the invariant hold? Any contents are safe to ask about.
 */
/*@
  requires valid: \valid_read(mm);
  TOTAL;
  assigns         \nothing;
  ensures yes:    \result == true ==> wf(*mm);
  ensures no:     \result == false ==> !wf(*mm);
*/
bool mm_wf_ok(const struct mm *mm);

#endif
