/* A new VMA in free room. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_INSERT_H
#define MEMORACLE_MODEL_VMA_INSERT_H

#include "../state.h"

/*
 * vma_insert() - @v becomes VMA @i; those at @i and above move up by one.
 * @i: vma_find(mm, v->start).
 * @v: its range is free.
 */
/*@
  REQUIRES_MM;
  requires room:  mm->map_count < VMA_CAP;
  requires index: 0 <= i <= mm->map_count;
  requires new:   \valid_read(v) && \separated(v, mm) && placed(*v);
  requires prev:  i > 0 ==> mm->vma[i - 1].end <= v->start;
  requires next:  i < mm->map_count ==> v->end <= mm->vma[i].start;
  TOTAL;
  assigns         *mm;
  ENSURES_MM;
  ensures count:  mm->map_count == \old(mm->map_count) + 1;
  ensures at:     record(*mm, i, *v);
  ensures low:    \forall integer k; 0 <= k < i ==> same(*mm, k, \old(*mm), k);
  ensures high:   \forall integer k; i <= k < \old(mm->map_count) ==> same(*mm, k + 1, \old(*mm), k);
  ensures high2:  \forall integer k; i < k < mm->map_count ==> same(*mm, k, \old(*mm), k - 1);
  ensures kept:   \forall integer page, fl, file, off; maps(\old(*mm), page, fl, file, off) ==> maps(*mm, page, fl, file, off);
  ensures added:  \forall integer page; v->start <= page < v->end ==>
                    maps(*mm, page, v->flags, v->file, v->pgoff + (page - v->start));
  ensures only:   \forall integer page, fl, file, off; maps(*mm, page, fl, file, off) ==>
                    maps(\old(*mm), page, fl, file, off) ||
                    (v->start <= page < v->end && fl == v->flags && file == v->file && off == v->pgoff + (page - v->start));
*/
void vma_insert(struct mm *mm, uint32_t i, const struct vma *v);

#endif
