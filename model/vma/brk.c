/* brk(). */
/* SPDX-License-Identifier: MIT */
#include "brk.h"
#include "find.h"
#include "insert.h"
#include "merge.h"
#include "munmap.h"
#include "place.h"

#define HEAP_FLAGS (VMA_READ | VMA_WRITE | VMA_MAYACCESS | VMA_ACCOUNT)

/* Down to @page: unless nothing is mapped between. */
static bool heap_shrink(struct space *s, uint64_t page, uint64_t old)
{
	uint32_t i = vma_find(&s->mm, page);

	FIRE(s, brk_shrink);
	if (i >= s->mm.map_count || s->mm.vma[i].start > page)
		FIRE(s, brk_shrink_hole);
	if (i >= s->mm.map_count || s->mm.vma[i].start >= old)
		return false;
	space_unmap(s, page, old);
	return true;
}

/* Is there room from @old to @page, and a page more? */
static bool heap_room(struct space *s, uint64_t page, uint64_t old)
{
	uint32_t i = vma_find(&s->mm, old);

	FIRE(s, brk_room);
	return i >= s->mm.map_count || guard_start(s, i) > page;
}

/* Up to @page: into the VMA below if that reaches past the heap's start. */
static void heap_grow(struct space *s, uint64_t page, uint64_t old)
{
	struct vma v = { .start = old, .end = page, .pgoff = old, .flags = HEAP_FLAGS };
	uint32_t i = vma_find(&s->mm, old);

	space_window(s, old, page);
	if (old <= SPACE_HEAP) {
		vma_insert(&s->mm, i, &v);
		return;
	}
	FIRE(s, brk_merge);
	(void)vma_map(s, &v, false);
}

uint64_t space_brk(struct space *s, uint64_t brk)
{
	uint64_t page = pages_up(brk), old = pages_up(s->brk);

	if (brk < SPACE_HEAP * PAGE_BYTES) {
		FIRE(s, brk_start);
		return s->brk;
	}
	if (page == old) {
		FIRE(s, brk_same);
	} else if (page < old) {
		if (!heap_shrink(s, page, old))
			return s->brk;
	} else {
		if (!heap_room(s, page, old))
			return s->brk;
		heap_grow(s, page, old);
	}
	s->brk = brk;
	return brk;
}
