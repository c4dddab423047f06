/* Attributes of one VMA. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_SET_H
#define MEMORACLE_MODEL_VMA_SET_H

#include "../state.h"

/*
 * vma_set_flags() - VMA @i gets @flags.
 */
/*@
  REQUIRES_MM;
  requires index: 0 <= i < mm->map_count;
  TOTAL;
  assigns         mm->vma[i].flags;
  ENSURES_MM;
  ensures flags:  mm->vma[i].flags == flags;
  ensures other:  \forall integer k; 0 <= k < mm->map_count && k != i ==> same(*mm, k, \old(*mm), k);
  ensures kept:   \forall integer at, fl, file, off; maps(\old(*mm), at, fl, file, off) && !(mm->vma[i].start <= at < mm->vma[i].end) ==>
                    maps(*mm, at, fl, file, off);
  ensures within: \forall integer at; mm->vma[i].start <= at < mm->vma[i].end ==>
                    maps(*mm, at, flags, mm->vma[i].file, mm->vma[i].pgoff + (at - mm->vma[i].start));
  ensures changed: \forall integer at, fl, file, off; maps(\old(*mm), at, fl, file, off) && mm->vma[i].start <= at < mm->vma[i].end ==>
                    maps(*mm, at, flags, file, off);
  ensures only:   \forall integer at, fl, file, off; maps(*mm, at, fl, file, off) && !(mm->vma[i].start <= at < mm->vma[i].end) ==>
                    maps(\old(*mm), at, fl, file, off);
*/
void vma_set_flags(struct mm *mm, uint32_t i, uint64_t flags);

/*
 * vma_set_anon_vma() - VMA @i gets the anon_vma @id.
 */
/*@
  REQUIRES_MM;
  requires index: 0 <= i < mm->map_count;
  TOTAL;
  assigns         mm->vma[i].anon_vma;
  ENSURES_MM;
  ensures rmap:   mm->vma[i].anon_vma == id;
  ensures other:  \forall integer k; 0 <= k < mm->map_count && k != i ==> same(*mm, k, \old(*mm), k);
  ENSURES_MM_ALIKE;
*/
void vma_set_anon_vma(struct mm *mm, uint32_t i, uint32_t id);

/*
 * vma_set_pgoff() - VMA @i starts at page @pgoff of its object.
 */
/*@
  REQUIRES_MM;
  requires index: 0 <= i < mm->map_count;
  requires pgoff: pgoff + (mm->vma[i].end - mm->vma[i].start) <= VMA_PGOFF_MAX;
  TOTAL;
  assigns         mm->vma[i].pgoff;
  ENSURES_MM;
  ensures offset: mm->vma[i].pgoff == pgoff;
  ensures other:  \forall integer k; 0 <= k < mm->map_count && k != i ==> same(*mm, k, \old(*mm), k);
  ensures kept:   \forall integer at, fl, file, off; maps(\old(*mm), at, fl, file, off) && !(mm->vma[i].start <= at < mm->vma[i].end) ==>
                    maps(*mm, at, fl, file, off);
  ensures within: \forall integer at; mm->vma[i].start <= at < mm->vma[i].end ==>
                    maps(*mm, at, mm->vma[i].flags, mm->vma[i].file, pgoff + (at - mm->vma[i].start));
  ensures only:   \forall integer at, fl, file, off; maps(*mm, at, fl, file, off) && !(mm->vma[i].start <= at < mm->vma[i].end) ==>
                    maps(\old(*mm), at, fl, file, off);
*/
void vma_set_pgoff(struct mm *mm, uint32_t i, uint64_t pgoff);

#endif
