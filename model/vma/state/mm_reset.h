/* The empty address space. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MM_RESET_H
#define MEMORACLE_MODEL_VMA_MM_RESET_H

#include "../state.h"

/*
 * mm_reset() - any memory becomes an address space without VMAs.
 */
/*@
  requires valid: \valid(mm);
  TOTAL;
  assigns         mm->map_count;
  ENSURES_MM;
  ensures count:  mm->map_count == 0;
  ensures none:   \forall integer at, fl, file, off; !maps(*mm, at, fl, file, off);
*/
void mm_reset(struct mm *mm);

#endif
