/* VMAs taken out. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_ERASE_H
#define MEMORACLE_MODEL_VMA_ERASE_H

#include "../state.h"

/*
 * vma_erase() - takes out VMA @i; those above move down by one.
 */
/*@
  REQUIRES_MM;
  requires index: 0 <= i < mm->map_count;
  TOTAL;
  assigns         *mm;
  ENSURES_MM;
  ensures count:  mm->map_count == \old(mm->map_count) - 1;
  ensures low:    \forall integer k; 0 <= k < i ==> same(*mm, k, \old(*mm), k);
  ensures high:   \forall integer k; i <= k < mm->map_count ==> same(*mm, k, \old(*mm), k + 1);
  ensures high2:  \forall integer k; i < k < \old(mm->map_count) ==> same(*mm, k - 1, \old(*mm), k);
*/
void vma_erase(struct mm *mm, uint32_t i);

/*
 * vma_erase_range() - takes out the VMAs @i up to, not including, @j.
 */
/*@
  REQUIRES_MM;
  requires index: 0 <= i <= j <= mm->map_count;
  TOTAL;
  assigns         *mm;
  ENSURES_MM;
  ensures count:  mm->map_count == \old(mm->map_count) - (j - i);
  ensures low:    \forall integer k; 0 <= k < i ==> same(*mm, k, \old(*mm), k);
  ensures high:   \forall integer k; i <= k < mm->map_count ==> same(*mm, k, \old(*mm), k + (j - i));
  ensures high2:  \forall integer k; j <= k < \old(mm->map_count) ==> same(*mm, k - (j - i), \old(*mm), k);
*/
void vma_erase_range(struct mm *mm, uint32_t i, uint32_t j);

#endif
