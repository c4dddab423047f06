/* Which VMA a page lies in or below. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_FIND_H
#define MEMORACLE_MODEL_VMA_FIND_H

#include "../state.h"

/*
 * vma_find() - first VMA that ends after @page.
 * Returns: its index, or mm->map_count when there is none.
 * Source: mm/mmap.c:find_vma.
 */
/*@
  requires valid: \valid_read(mm);
  requires inv:   wf(*mm);
  TOTAL;
  assigns         \nothing;
  ensures bound:  0 <= \result <= mm->map_count;
  ensures below:  \forall integer i; 0 <= i < \result ==> mm->vma[i].end <= page;
  ensures above:  \forall integer i; \result <= i < mm->map_count ==> page < mm->vma[i].end;
*/
uint32_t vma_find(const struct mm *mm, uint64_t page);

#endif
