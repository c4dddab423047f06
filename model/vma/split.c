/* Splitting. */
/* SPDX-License-Identifier: MIT */
#include "split.h"
#include "find.h"

void vma_split(struct mm *mm, uint32_t i, uint64_t page)
{
	uint32_t k = mm->map_count;

	/*@
	  loop invariant range: i < k <= mm->map_count;
	  loop invariant low:   \forall integer j; 0 <= j < k ==> same(*mm, j, \at(*mm, Pre), j);
	  loop invariant high:  \forall integer j; k < j <= mm->map_count ==> same(*mm, j, \at(*mm, Pre), j - 1);
	  loop assigns k, mm->vma[0 .. VMA_CAP - 1];
	  loop variant k - i;
	*/
	while (k > i + 1) {
		mm->vma[k] = mm->vma[k - 1];
		k--;
	}
	mm->vma[k] = mm->vma[i];
	mm->vma[k].pgoff += page - mm->vma[i].start;
	mm->vma[k].start = page;
	mm->vma[i].end = page;
	mm->map_count++;
}

uint32_t mm_split_at(struct mm *mm, uint64_t page)
{
	uint32_t i = vma_find(mm, page);

	if (i < mm->map_count && mm->vma[i].start < page) {
		vma_split(mm, i, page);
		i++;
	}
	return i;
}
