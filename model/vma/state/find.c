/* Binary search by end. */
/* SPDX-License-Identifier: MIT */
#include "find.h"

uint32_t vma_find(const struct mm *mm, uint64_t page)
{
	uint32_t low = 0, high = mm->map_count;

	/*@
	  loop invariant range: 0 <= low <= high <= mm->map_count;
	  loop invariant below: \forall integer i; 0 <= i < low ==> mm->vma[i].end <= page;
	  loop invariant above: \forall integer i; high <= i < mm->map_count ==> page < mm->vma[i].end;
	  loop assigns low, high;
	  loop variant high - low;
	*/
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (mm->vma[middle].end <= page)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
