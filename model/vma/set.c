/* Attributes of one VMA. */
/* SPDX-License-Identifier: MIT */
#include "set.h"

void vma_set_flags(struct mm *mm, uint32_t i, uint64_t flags)
{
	mm->vma[i].flags = flags;
}

void vma_set_anon_vma(struct mm *mm, uint32_t i, uint32_t id)
{
	mm->vma[i].anon_vma = id;
}

void vma_set_pgoff(struct mm *mm, uint32_t i, uint64_t pgoff)
{
	mm->vma[i].pgoff = pgoff;
}
