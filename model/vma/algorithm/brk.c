/* brk(). */
/* SPDX-License-Identifier: MIT */
#include "brk.h"
#include "../state/find.h"
#include "../state/insert.h"
#include "map.h"
#include "merge.h"
#include "munmap.h"
#include "place.h"

/* Down to @page: unless nothing is mapped between. */
/*@
  REQUIRES_SPACE;
  requires room:  s->mm.map_count + 2 <= VMA_CAP;
  requires down:  page < old;
  TOTAL;
  assigns         s->mm, s->trace;
  ENSURES_SPACE;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 1;
  ensures none:   \result == false ==> unmapped(\old(s->mm), page, old);
  ensures some:   \result == true ==> !unmapped(\old(s->mm), page, old);
  ensures kept:   \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) && (\result == false || !(page <= at < old)) ==>
                    maps(s->mm, at, fl, file, off);
  ensures only:   \forall integer at, fl, file, off; maps(s->mm, at, fl, file, off) ==>
                    maps(\old(s->mm), at, fl, file, off) && (\result == false || !(page <= at < old));
*/
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
/*@
  REQUIRES_SPACE;
  requires up:    old < page;
  TOTAL;
  assigns         s->trace;
  ensures room:   \result == true <==> \forall integer k; 0 <= k < s->mm.map_count && old < s->mm.vma[k].end &&
                    (k > 0 ==> s->mm.vma[k - 1].end <= old) ==> page < guard(s->mm.vma[k]);
  ensures free:   \result == true ==> unmapped(s->mm, old, page);
*/
static bool heap_room(struct space *s, uint64_t page, uint64_t old)
{
	uint32_t i = vma_find(&s->mm, old);

	FIRE(s, brk_room);
	return i >= s->mm.map_count || guard_start(s, i) > page;
}

/* Up to @page: into the VMA below if that reaches past the heap's start. */
/*@
  REQUIRES_SPACE;
  requires room:  s->mm.map_count < VMA_CAP;
  requires up:    old < page <= SPACE_HIGH;
  requires free:  unmapped(s->mm, old, page);
  TOTAL;
  assigns         s->mm, s->trace;
  ENSURES_SPACE;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 1;
  ensures own:    old <= SPACE_HEAP ==> s->mm.map_count == \old(s->mm.map_count) + 1;
  ensures kept:   \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) ==> maps(s->mm, at, fl, file, off);
  ensures added:  \forall integer at; old <= at < page ==> maps(s->mm, at, HEAP_FLAGS, OBJECT_NONE, at);
  ensures only:   \forall integer at, fl, file, off; maps(s->mm, at, fl, file, off) ==>
                    maps(\old(s->mm), at, fl, file, off) ||
                    (old <= at < page && fl == HEAP_FLAGS && file == OBJECT_NONE && off == at);
*/
static void heap_grow(struct space *s, uint64_t page, uint64_t old)
{
	struct vma v = { .flags = HEAP_FLAGS };
	uint32_t i = vma_find(&s->mm, old);

	v.start = old;
	v.end = page;
	v.pgoff = old;
	space_window(s, old, page);
	if (old <= SPACE_HEAP) {
		vma_insert(&s->mm, i, &v);
		return;
	}
	FIRE(s, brk_merge);
	(void)vma_map(s, &v, true, false);
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
		if (page > SPACE_HIGH) {
			FIRE(s, brk_high);
			return s->brk;
		}
		if (!heap_room(s, page, old))
			return s->brk;
		heap_grow(s, page, old);
	}
	s->brk = brk;
	return brk;
}
