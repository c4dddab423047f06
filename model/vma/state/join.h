/* Two touching VMAs: made one, or their border moved. Whether they may merge, the caller's rules say. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_JOIN_H
#define MEMORACLE_MODEL_VMA_JOIN_H

#include "../state.h"

/*
 * vma_join() - VMA @i absorbs VMA @i + 1, which continues it under the same flags. It keeps its anon_vma,
 * or takes the other's if it has none.
 */
/*@
  REQUIRES_MM;
  requires index:  0 <= i && i + 1 < mm->map_count;
  requires linear: linear(*mm, i, i + 1);
  requires flags:  mm->vma[i].flags == mm->vma[i + 1].flags;
  TOTAL;
  assigns          *mm;
  ENSURES_MM;
  ensures count:   mm->map_count == \old(mm->map_count) - 1;
  ensures low:     \forall integer k; 0 <= k < i ==> same(*mm, k, \old(*mm), k);
  ensures high:    \forall integer k; i < k < mm->map_count ==> same(*mm, k, \old(*mm), k + 1);
  ensures high2:   \forall integer k; i + 1 < k < \old(mm->map_count) ==> same(*mm, k - 1, \old(*mm), k);
  ensures range:   mm->vma[i].start == \old(mm->vma[i].start) && mm->vma[i].end == \old(mm->vma[i + 1].end);
  ensures kind:    mm->vma[i].pgoff == \old(mm->vma[i].pgoff) && mm->vma[i].flags == \old(mm->vma[i].flags) &&
                   mm->vma[i].file == \old(mm->vma[i].file);
  ensures rmap:    mm->vma[i].anon_vma == (\old(mm->vma[i].anon_vma) != 0 ? \old(mm->vma[i].anon_vma) :
                                                                            \old(mm->vma[i + 1].anon_vma));
  ENSURES_MM_ALIKE;
*/
void vma_join(struct mm *mm, uint32_t i);

/*
 * vma_shift() - the border of VMAs @i and @i + 1, which continues @i, moves to @page; neither becomes empty.
 * Pages that change sides take the flags (and anon_vma) of the VMA they come to.
 */
/*@
  REQUIRES_MM;
  requires index:  0 <= i && i + 1 < mm->map_count;
  requires linear: linear(*mm, i, i + 1);
  requires inside: mm->vma[i].start < page < mm->vma[i + 1].end;
  TOTAL;
  assigns          mm->vma[i].end, mm->vma[i + 1].start, mm->vma[i + 1].pgoff;
  ENSURES_MM;
  ensures border:  mm->vma[i].end == page && mm->vma[i + 1].start == page;
  ensures pgoff:   mm->vma[i + 1].pgoff == mm->vma[i].pgoff + (page - mm->vma[i].start);
  ensures other:   \forall integer k; 0 <= k < mm->map_count && k != i && k != i + 1 ==> same(*mm, k, \old(*mm), k);
  ensures kept:    \forall integer at, fl, file, off; maps(\old(*mm), at, fl, file, off) &&
                     !(\old(mm->vma[i].end) <= at < page) && !(page <= at < \old(mm->vma[i].end)) ==> maps(*mm, at, fl, file, off);
  ensures up:      \forall integer at, fl, file, off; maps(\old(*mm), at, fl, file, off) && \old(mm->vma[i].end) <= at < page ==>
                     maps(*mm, at, mm->vma[i].flags, file, off);
  ensures down:    \forall integer at, fl, file, off; maps(\old(*mm), at, fl, file, off) && page <= at < \old(mm->vma[i].end) ==>
                     maps(*mm, at, mm->vma[i + 1].flags, file, off);
  ensures only:    \forall integer at, fl, file, off; maps(*mm, at, fl, file, off) &&
                     !(\old(mm->vma[i].end) <= at < page) && !(page <= at < \old(mm->vma[i].end)) ==> maps(\old(*mm), at, fl, file, off);
*/
void vma_shift(struct mm *mm, uint32_t i, uint64_t page);

#endif
