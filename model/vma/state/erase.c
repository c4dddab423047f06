/* Erasing by shifting. */
/* SPDX-License-Identifier: MIT */
#include "erase.h"

void vma_erase(struct mm *mm, uint32_t i)
{
	uint32_t k = i, last = mm->map_count - 1;

	/*@
	  loop invariant range: i <= k <= last;
	  loop invariant low:   \forall integer j; 0 <= j < i ==> same(*mm, j, \at(*mm, Pre), j);
	  loop invariant moved: \forall integer j; i <= j < k ==> same(*mm, j, \at(*mm, Pre), j + 1);
	  loop invariant again: \forall integer j; i < j <= k ==> same(*mm, j - 1, \at(*mm, Pre), j);
	  loop invariant rest:  \forall integer j; k <= j <= last ==> same(*mm, j, \at(*mm, Pre), j);
	  loop assigns k, mm->vma[0 .. VMA_CAP - 1];
	  loop variant last - k;
	*/
	while (k < last) {
		mm->vma[k] = mm->vma[k + 1];
		k++;
	}
	mm->map_count = last;
}

void vma_erase_range(struct mm *mm, uint32_t i, uint32_t j)
{
	uint32_t to = i, from = j, count = mm->map_count;

	/*@
	  loop invariant range: i <= to <= count && j <= from <= count && from - to == j - i;
	  loop invariant low:   \forall integer k; 0 <= k < i ==> same(*mm, k, \at(*mm, Pre), k);
	  loop invariant moved: \forall integer k; i <= k < to ==> same(*mm, k, \at(*mm, Pre), k + (j - i));
	  loop invariant again: \forall integer k; j <= k < from ==> same(*mm, k - (j - i), \at(*mm, Pre), k);
	  loop invariant rest:  \forall integer k; from <= k < count ==> same(*mm, k, \at(*mm, Pre), k);
	  loop assigns to, from, mm->vma[0 .. VMA_CAP - 1];
	  loop variant count - from;
	*/
	while (from < count) {
		mm->vma[to] = mm->vma[from];
		to++;
		from++;
	}
	mm->map_count = to;
}
