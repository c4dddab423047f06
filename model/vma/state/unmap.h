/* A range made free. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_UNMAP_H
#define MEMORACLE_MODEL_VMA_UNMAP_H

#include "../state.h"

/*
 * mm_unmap() - nothing is mapped in [start, end) any more; VMAs that reach across are cut.
 * Returns: the first VMA that starts at @end or above, or mm->map_count: where a new one would go.
 * Source: mm/vma.c:do_vmi_align_munmap.
 */
/*@
  REQUIRES_MM;
  requires room:  mm->map_count + 2 <= VMA_CAP;
  requires range: start < end;
  TOTAL;
  assigns         *mm;
  ENSURES_MM;
  ensures count:  mm->map_count <= \old(mm->map_count) + 1;
  ensures bound:  0 <= \result <= mm->map_count;
  ensures below:  \forall integer k; 0 <= k < \result ==> mm->vma[k].end <= start;
  ensures above:  \forall integer k; \result <= k < mm->map_count ==> end <= mm->vma[k].start;
  ensures free:   unmapped(*mm, start, end);
  ensures kept:   \forall integer at, fl, file, off; maps(\old(*mm), at, fl, file, off) && !(start <= at < end) ==> maps(*mm, at, fl, file, off);
  ensures only:   \forall integer at, fl, file, off; maps(*mm, at, fl, file, off) ==> maps(\old(*mm), at, fl, file, off) && !(start <= at < end);
*/
uint32_t mm_unmap(struct mm *mm, uint64_t start, uint64_t end);

#endif
