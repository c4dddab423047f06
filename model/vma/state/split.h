/* A VMA cut in two. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_SPLIT_H
#define MEMORACLE_MODEL_VMA_SPLIT_H

#include "../state.h"

/*
 * vma_split() - cuts VMA @i at @page: it becomes @i and @i + 1, alike but for range and offset.
 * Source: mm/vma.c:__split_vma.
 */
/*@
  REQUIRES_MM;
  requires room:   mm->map_count < VMA_CAP;
  requires index:  0 <= i < mm->map_count;
  requires inside: mm->vma[i].start < page < mm->vma[i].end;
  TOTAL;
  assigns          *mm;
  ENSURES_MM;
  ensures count:   mm->map_count == \old(mm->map_count) + 1;
  ensures low:     \forall integer k; 0 <= k < i ==> same(*mm, k, \old(*mm), k);
  ensures high:    \forall integer k; i < k < \old(mm->map_count) ==> same(*mm, k + 1, \old(*mm), k);
  ensures high2:   \forall integer k; i + 1 < k < mm->map_count ==> same(*mm, k, \old(*mm), k - 1);
  ensures range:   mm->vma[i].start == \old(mm->vma[i].start) && mm->vma[i].end == page &&
                   mm->vma[i + 1].start == page && mm->vma[i + 1].end == \old(mm->vma[i].end);
  ensures pgoff:   mm->vma[i].pgoff == \old(mm->vma[i].pgoff) &&
                   mm->vma[i + 1].pgoff == \old(mm->vma[i].pgoff) + (page - \old(mm->vma[i].start));
  ensures kind:    mm->vma[i].flags == \old(mm->vma[i].flags) && mm->vma[i + 1].flags == \old(mm->vma[i].flags) &&
                   mm->vma[i].file == \old(mm->vma[i].file) && mm->vma[i + 1].file == \old(mm->vma[i].file);
  ensures rmap:    mm->vma[i].anon_vma == \old(mm->vma[i].anon_vma) && mm->vma[i + 1].anon_vma == \old(mm->vma[i].anon_vma);
  ENSURES_MM_ALIKE;
*/
void vma_split(struct mm *mm, uint32_t i, uint64_t page);

/*
 * mm_split_at() - cuts the VMA that @page lies inside of, if there is one.
 * Returns: the first VMA that starts at @page or above, or mm->map_count.
 */
/*@
  REQUIRES_MM;
  requires room:  mm->map_count < VMA_CAP;
  TOTAL;
  assigns         *mm;
  ENSURES_MM;
  ensures count:  \old(mm->map_count) <= mm->map_count <= \old(mm->map_count) + 1;
  ensures bound:  0 <= \result <= mm->map_count;
  ensures below:  \forall integer k; 0 <= k < \result ==> mm->vma[k].end <= page;
  ensures above:  \forall integer k; \result <= k < mm->map_count ==> page <= mm->vma[k].start;
  ensures whole:  mm->map_count == \old(mm->map_count) ==> \forall integer k; 0 <= k < mm->map_count ==> same(*mm, k, \old(*mm), k);
  ensures cut:    mm->map_count != \old(mm->map_count) ==> 0 < \result < mm->map_count &&
                    mm->vma[\result - 1].start == \old(*mm).vma[\result - 1].start && mm->vma[\result - 1].end == page &&
                    mm->vma[\result].start == page && mm->vma[\result].end == \old(*mm).vma[\result - 1].end;
  ensures low:    mm->map_count != \old(mm->map_count) ==> \forall integer k; 0 <= k < \result - 1 ==> same(*mm, k, \old(*mm), k);
  ensures high:   mm->map_count != \old(mm->map_count) ==> \forall integer k; \result < k < mm->map_count ==> same(*mm, k, \old(*mm), k - 1);
  ENSURES_MM_ALIKE;
*/
uint32_t mm_split_at(struct mm *mm, uint64_t page);

#endif
