/* The empty address space. */
/* SPDX-License-Identifier: MIT */
#include "reset.h"

void mm_init(struct mm *mm)
{
	mm->map_count = 0;
}
