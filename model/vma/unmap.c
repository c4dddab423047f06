/* Unmapping: split both ends, erase between. */
/* SPDX-License-Identifier: MIT */
#include "unmap.h"
#include "erase.h"
#include "split.h"

uint32_t mm_unmap(struct mm *mm, uint64_t start, uint64_t end)
{
	uint32_t i = mm_split_at(mm, start), j = mm_split_at(mm, end);

	if (i < j)
		vma_erase_range(mm, i, j);
	return i;
}
