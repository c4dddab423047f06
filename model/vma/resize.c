/* Growing. */
/* SPDX-License-Identifier: MIT */
#include "resize.h"

void vma_grow_end(struct mm *mm, uint32_t i, uint64_t end)
{
	mm->vma[i].end = end;
}

void vma_grow_start(struct mm *mm, uint32_t i, uint64_t start)
{
	mm->vma[i].pgoff -= mm->vma[i].start - start;
	mm->vma[i].start = start;
}
