/* Unmapping. */
/* SPDX-License-Identifier: MIT */
#include "munmap.h"
#include "../state/find.h"
#include "../state/unmap.h"

void space_unmap(struct space *s, uint64_t start, uint64_t end)
{
	uint32_t i;

	if (start >= end)
		return;
	space_window(s, start, end);
	i = vma_find(&s->mm, start);
	if (i < s->mm.map_count && s->mm.vma[i].start < start)
		FIRE(s, unmap_split);
	(void)mm_unmap(&s->mm, start, end);
}

int32_t space_munmap(struct space *s, uint64_t addr, uint64_t len)
{
	uint64_t start = addr / PAGE_BYTES;
	uint64_t pages = pages_up(len);

	if (addr % PAGE_BYTES != 0 || start > SPACE_HIGH || pages > SPACE_HIGH - start ||
	    pages == 0) {
		FIRE(s, unmap_range);
		return MODEL_EINVAL;
	}
	space_unmap(s, start, start + pages);
	return 0;
}
