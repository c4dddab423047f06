/* Page faults: what they do to VMAs. */
/* SPDX-License-Identifier: MIT */
#include "fault.h"
#include "find.h"
#include "resize.h"
#include "set.h"

/* Could one anon_vma serve both, although r, w, x differ? @low ends where @high starts. */
static bool anon_vma_compatible(const struct vma *low, const struct vma *high)
{
	return low->end == high->start && low->file == high->file &&
	       (low->flags & ~VMA_ACCESS) == (high->flags & ~VMA_ACCESS) &&
	       high->pgoff == low->pgoff + (high->start - low->start);
}

void anon_vma_prepare(struct space *s, uint32_t i)
{
	const struct vma *v = s->mm.vma;

	if (v[i].anon_vma != 0)
		return;
	if (i + 1 < s->mm.map_count && anon_vma_compatible(&v[i], &v[i + 1]) &&
	    v[i + 1].anon_vma != 0) {
		FIRE(s, anon_vma_reuse_next);
		vma_set_anon_vma(&s->mm, i, v[i + 1].anon_vma);
	} else if (i > 0 && anon_vma_compatible(&v[i - 1], &v[i]) && v[i - 1].anon_vma != 0) {
		FIRE(s, anon_vma_reuse_prev);
		vma_set_anon_vma(&s->mm, i, v[i - 1].anon_vma);
	} else {
		FIRE(s, anon_vma_new);
		s->anon_vma_last++;
		vma_set_anon_vma(&s->mm, i, s->anon_vma_last);
	}
}

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

	if ((v->flags & VMA_LOCKONFAULT) != 0) {
		FIRE(s, mlock_onfault);
		return true;
	}
	if ((v->flags & VMA_ACCESS) == 0)
		return false;
	if (vma_copies(v))
		anon_vma_prepare(s, i);
	return !vma_beyond(s, i, last);
}

int32_t space_populate(struct space *s, uint64_t start, uint64_t end, bool stop)
{
	uint32_t i = vma_find(&s->mm, start);

	while (i < s->mm.map_count && s->mm.vma[i].start < end) {
		if (!vma_populate(s, i, end) && stop) {
			FIRE(s, mlock_populate);
			return MODEL_ENOMEM;
		}
		i++;
	}
	return 0;
}

/* May the stack VMA @i start at @page? The answer comes too late for the anon_vma. */
static bool stack_fits(struct space *s, uint32_t i, uint64_t page)
{
	const struct vma *v = &s->mm.vma[i];

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
	if (vma_beyond(s, i, page)) {
		FIRE(s, fault_beyond);
		return MODEL_EFAULT;
	}
	return 0;
}

int32_t space_fault(struct space *s, uint64_t addr, bool write)
{
	uint64_t page = addr / PAGE_BYTES;
	uint32_t i = vma_find(&s->mm, page);

	space_window(s, page, page + 1);
	if (i < s->mm.map_count && (s->mm.vma[i].start <= page || stack_grow(s, i, page)))
		return vma_access(s, i, page, write);
	FIRE(s, fault_hole);
	return MODEL_EFAULT;
}
