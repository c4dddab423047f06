/* Joining and shifting borders. */
/* SPDX-License-Identifier: MIT */
#include "join.h"
#include "erase.h"

void vma_join(struct mm *mm, uint32_t i)
{
	uint64_t end = mm->vma[i + 1].end;
	uint32_t anon_vma =
	    mm->vma[i].anon_vma != 0 ? mm->vma[i].anon_vma : mm->vma[i + 1].anon_vma;

	vma_erase(mm, i + 1);
	mm->vma[i].end = end;
	mm->vma[i].anon_vma = anon_vma;
}

void vma_shift(struct mm *mm, uint32_t i, uint64_t page)
{
	mm->vma[i].end = page;
	mm->vma[i + 1].start = page;
	mm->vma[i + 1].pgoff = mm->vma[i].pgoff + (page - mm->vma[i].start);
}
