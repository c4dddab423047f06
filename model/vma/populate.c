/* Faulting in whole ranges. */
/* SPDX-License-Identifier: MIT */
#include "fault.h"
#include "find.h"

bool vma_beyond(const struct space *s, uint32_t i, uint64_t page)
{
	const struct vma *v = &s->mm.vma[i];

	return v->file != OBJECT_NONE && v->file < OBJECTS_MAX &&
	       v->pgoff + (page - v->start) >= s->object_pages[v->file];
}

/* Private memory that a write fault would copy. */
static bool vma_copies(const struct vma *v)
{
	return (v->flags & (VMA_WRITE | VMA_SHARED)) == VMA_WRITE;
}

/* Faults in the pages of VMA @i up to @end. Returns: whether all of them could be. */
static bool vma_populate(struct space *s, uint32_t i, uint64_t end)
{
	const struct vma *v = &s->mm.vma[i];
	uint64_t last = (v->end < end ? v->end : end) - 1;

	if ((v->flags & VMA_LOCKONFAULT) != 0)
		return true;
	if ((v->flags & VMA_ACCESS) == 0)
		return false;
	if (vma_copies(v))
		anon_vma_prepare(s, i);
	return !vma_beyond(s, i, last);
}

int32_t space_populate(struct space *s, uint64_t start, uint64_t end, bool stop)
{
	uint32_t i = vma_find(&s->mm, start);

	if (stop)
		FIRE(s, mlock_populate);
	while (i < s->mm.map_count && s->mm.vma[i].start < end) {
		if (!vma_populate(s, i, end) && stop)
			return MODEL_ENOMEM;
		i++;
	}
	return 0;
}
