/* Insertion by shifting. */
/* SPDX-License-Identifier: MIT */
#include "insert.h"

void vma_insert(struct mm *mm, uint32_t i, const struct vma *v)
{
	uint32_t k = mm->map_count;

	/*@
	  loop invariant range: i <= k <= mm->map_count;
	  loop invariant low:   \forall integer j; 0 <= j < k ==> same(*mm, j, \at(*mm, Pre), j);
	  loop invariant high:  \forall integer j; k < j <= mm->map_count ==> same(*mm, j, \at(*mm, Pre), j - 1);
	  loop assigns k, mm->vma[0 .. VMA_CAP - 1];
	  loop variant k - i;
	*/
	while (k > i) {
		mm->vma[k] = mm->vma[k - 1];
		k--;
	}
	mm->vma[i] = *v;
	mm->map_count++;
}
