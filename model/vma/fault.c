/* Page faults: what they do to VMAs. */
/* SPDX-License-Identifier: MIT */
#include "fault.h"
#include "find.h"
#include "resize.h"

/* May the stack VMA @i start at @page? The answer comes too late for the anon_vma. */
static bool stack_fits(struct space *s, uint32_t i, uint64_t page)
{
	const struct vma *v = &s->mm.vma[i];

	FIRE(s, stack_pages);
	if (v->end - page <= s->rules.stack_pages && v->start - page <= v->pgoff)
		return true;
	FIRE(s, stack_limit);
	return false;
}

/* VMA @i is the first above the fault at @page. Returns: whether it grew down to it. */
static bool stack_grow(struct space *s, uint32_t i, uint64_t page)
{
	const struct vma *prev = i > 0 ? &s->mm.vma[i - 1] : 0;

	if ((s->mm.vma[i].flags & VMA_GROWSDOWN) == 0)
		return false;
	if (prev != 0 && (prev->flags & VMA_GROWSDOWN) == 0 && (prev->flags & VMA_ACCESS) != 0 &&
	    page - prev->end < GUARD_PAGES) {
		FIRE(s, stack_guard);
		return false;
	}
	anon_vma_prepare(s, i);
	if (!stack_fits(s, i, page))
		return false;
	FIRE(s, stack_grow);
	vma_grow_start(&s->mm, i, page);
	return true;
}

/* The access itself, to a page of VMA @i. */
static int32_t vma_access(struct space *s, uint32_t i, uint64_t page, bool write)
{
	const struct vma *v = &s->mm.vma[i];

	if ((v->flags & (write ? VMA_WRITE : VMA_ACCESS)) == 0) {
		FIRE(s, fault_access);
		return MODEL_EFAULT;
	}
	if (write && (v->flags & VMA_SHARED) == 0)
		anon_vma_prepare(s, i);
	if (v->file != OBJECT_NONE)
		FIRE(s, fault_beyond);
	return vma_beyond(s, i, page) ? MODEL_EFAULT : 0;
}

int32_t space_fault(struct space *s, uint64_t addr, bool write)
{
	uint64_t page = addr / PAGE_BYTES;
	uint32_t i = vma_find(&s->mm, page);

	space_within(s, page, page + 1);
	if (i < s->mm.map_count && (s->mm.vma[i].start <= page || stack_grow(s, i, page)))
		return vma_access(s, i, page, write);
	FIRE(s, fault_hole);
	return MODEL_EFAULT;
}
