/* A VMA grows into free room, or gives pages up. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_RESIZE_H
#define MEMORACLE_MODEL_VMA_RESIZE_H

#include "../state.h"

/*
 * vma_grow_end() - VMA @i ends at @end now, not below its old end.
 */
/*@
  REQUIRES_MM;
  requires index: 0 <= i < mm->map_count;
  requires grow:  mm->vma[i].end <= end <= VMA_PAGES;
  requires pgoff: mm->vma[i].pgoff + (end - mm->vma[i].start) <= VMA_PGOFF_MAX;
  requires next:  i + 1 < mm->map_count ==> end <= mm->vma[i + 1].start;
  TOTAL;
  assigns         mm->vma[i].end;
  ENSURES_MM;
  ensures end:    mm->vma[i].end == end;
  ensures other:  \forall integer k; 0 <= k < mm->map_count && k != i ==> same(*mm, k, \old(*mm), k);
  ensures kept:   \forall integer at, fl, file, off; maps(\old(*mm), at, fl, file, off) ==> maps(*mm, at, fl, file, off);
  ensures added:  \forall integer at; \old(mm->vma[i].end) <= at < end ==>
                    maps(*mm, at, mm->vma[i].flags, mm->vma[i].file, mm->vma[i].pgoff + (at - mm->vma[i].start));
  ensures only:   \forall integer at, fl, file, off; maps(*mm, at, fl, file, off) ==>
                    maps(\old(*mm), at, fl, file, off) ||
                    (\old(mm->vma[i].end) <= at < end && fl == mm->vma[i].flags && file == mm->vma[i].file &&
                     off == mm->vma[i].pgoff + (at - mm->vma[i].start));
*/
void vma_grow_end(struct mm *mm, uint32_t i, uint64_t end);

/*
 * vma_grow_start() - VMA @i starts at @start now, not above its old start; its offset moves along.
 */
/*@
  REQUIRES_MM;
  requires index: 0 <= i < mm->map_count;
  requires grow:  start <= mm->vma[i].start;
  requires pgoff: mm->vma[i].start - start <= mm->vma[i].pgoff;
  requires prev:  i > 0 ==> mm->vma[i - 1].end <= start;
  TOTAL;
  assigns         mm->vma[i].start, mm->vma[i].pgoff;
  ENSURES_MM;
  ensures start:  mm->vma[i].start == start;
  ensures offset: mm->vma[i].pgoff == \old(mm->vma[i].pgoff) - (\old(mm->vma[i].start) - start);
  ensures other:  \forall integer k; 0 <= k < mm->map_count && k != i ==> same(*mm, k, \old(*mm), k);
  ensures kept:   \forall integer at, fl, file, off; maps(\old(*mm), at, fl, file, off) ==> maps(*mm, at, fl, file, off);
  ensures added:  \forall integer at; start <= at < \old(mm->vma[i].start) ==>
                    maps(*mm, at, mm->vma[i].flags, mm->vma[i].file, mm->vma[i].pgoff + (at - start));
  ensures only:   \forall integer at, fl, file, off; maps(*mm, at, fl, file, off) ==>
                    maps(\old(*mm), at, fl, file, off) ||
                    (start <= at < \old(mm->vma[i].start) && fl == mm->vma[i].flags && file == mm->vma[i].file &&
                     off == mm->vma[i].pgoff + (at - start));
*/
void vma_grow_start(struct mm *mm, uint32_t i, uint64_t start);

#endif
