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

	while (i > 0 && (end < len || end - len < mm->vma[i - 1].end)) {
		i--;
		end = mm->vma[i].start;
	}
	return end >= len && end - len >= low ? i : VMA_NONE;
}
