/* Searching free room from the top down. */
/* SPDX-License-Identifier: MIT */
#include "gap.h"
#include "find.h"

uint64_t gap_end(const struct mm *mm, uint32_t i, uint64_t limit)
{
	return i < mm->map_count && mm->vma[i].start < limit ? mm->vma[i].start : limit;
}

uint32_t mm_gap_below(const struct mm *mm, uint64_t low, uint64_t limit, uint64_t len)
{
	uint32_t i = vma_find(mm, limit);
	uint64_t end = gap_end(mm, i, limit);

	/*@
	  loop invariant range: 0 <= i <= mm->map_count;
	  loop invariant end:   end == (i < mm->map_count && mm->vma[i].start < limit ? mm->vma[i].start : limit);
	  loop invariant above: \forall integer k; i <= k < mm->map_count ==> end <= mm->vma[k].start || limit < mm->vma[k].end;
	  loop invariant below: \forall integer k; 0 <= k < i ==> mm->vma[k].end <= end;
	  loop invariant best:  \forall integer x; end < x + len && x + len <= limit ==> blocked(*mm, x, len);
	  loop assigns i, end;
	  loop variant i;
	*/
	while (i > 0 && (end < len || end - len < mm->vma[i - 1].end)) {
		i--;
		end = mm->vma[i].start;
	}
	return end >= len && end - len >= low ? i : VMA_NONE;
}
