/* The empty address space. */
/* SPDX-License-Identifier: MIT */
#include "mm_reset.h"

void mm_reset(struct mm *mm)
{
	mm->map_count = 0;
}
