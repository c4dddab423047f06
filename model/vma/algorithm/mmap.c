/* mmap(). */
/* SPDX-License-Identifier: MIT */
#include "mmap.h"
#include "../state/find.h"
#include "exec.h"
#include "fault.h"
#include "map.h"
#include "mergeable.h"
#include "merge.h"
#include "mmap_check.h"
#include "munmap.h"
#include "place.h"
#include "populate.h"

/*@
  requires valid: \valid_read(a);
  TOTAL;
  assigns         \nothing;
  ensures fixed:  \result == true <==> (a->flags & (MMAP_FIXED | MMAP_NOREPLACE)) != 0;
*/
static bool is_fixed(const struct mmap_args *a)
{
	return (a->flags & (MMAP_FIXED | MMAP_NOREPLACE)) != 0;
}

/* A fixed address: where, and may it be? */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(a) && \valid(start) && \separated(s, a, start);
  requires pages: 0 < pages <= SPACE_HIGH;
  TOTAL;
  assigns         s->trace, *start;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_ENOMEM || \result == MODEL_EEXIST;
  ensures full:   \result == MODEL_ENOMEM <==> a->addr + pages * PAGE_BYTES > SPACE_HIGH * PAGE_BYTES;
  ensures skewed: \result == MODEL_EINVAL <==>
                    a->addr + pages * PAGE_BYTES <= SPACE_HIGH * PAGE_BYTES && a->addr % PAGE_BYTES != 0;
  ensures exists: a->addr + pages * PAGE_BYTES <= SPACE_HIGH * PAGE_BYTES && a->addr % PAGE_BYTES == 0 ==>
                    (\result == MODEL_EEXIST <==> (a->flags & MMAP_NOREPLACE) != 0 &&
                       !unmapped(s->mm, a->addr / PAGE_BYTES, a->addr / PAGE_BYTES + pages));
  ensures at:     \result == 0 ==> *start == a->addr / PAGE_BYTES;
*/
static int32_t fixed_find(struct space *s, const struct mmap_args *a, uint64_t pages,
			  uint64_t *start)
{
	uint64_t page = a->addr / PAGE_BYTES;
	uint32_t i;

	if (a->addr > (SPACE_HIGH - pages) * PAGE_BYTES)
		return MODEL_ENOMEM;
	if (a->addr % PAGE_BYTES != 0) {
		FIRE(s, mmap_invalid);
		return MODEL_EINVAL;
	}
	i = vma_find(&s->mm, page);
	if ((a->flags & MMAP_NOREPLACE) != 0 && i < s->mm.map_count &&
	    s->mm.vma[i].start < page + pages) {
		FIRE(s, place_noreplace);
		return MODEL_EEXIST;
	}
	FIRE(s, place_fixed);
	*start = page;
	return 0;
}

/* Where does it go? */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(a) && \valid(start) && \separated(s, a, start);
  requires pages: 0 < pages;
  TOTAL;
  assigns         s->trace, *start;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_ENOMEM || \result == MODEL_EEXIST;
  ensures full:   (a->flags & (MMAP_FIXED | MMAP_NOREPLACE)) != 0 ==>
                    (\result == MODEL_ENOMEM <==> pages > SPACE_HIGH || a->addr + pages * PAGE_BYTES > SPACE_HIGH * PAGE_BYTES);
  ensures long:   pages > SPACE_HIGH ==> \result == MODEL_ENOMEM;
  ensures skewed: \result == MODEL_EINVAL ==> (a->flags & (MMAP_FIXED | MMAP_NOREPLACE)) != 0 && a->addr % PAGE_BYTES != 0;
  ensures room:   \result == 0 ==> *start + pages <= SPACE_HIGH;
  ensures fixed:  \result == 0 && (a->flags & (MMAP_FIXED | MMAP_NOREPLACE)) != 0 ==>
                    *start == a->addr / PAGE_BYTES && a->addr % PAGE_BYTES == 0;
  ensures free:   \result == 0 && (a->flags & (MMAP_FIXED | MMAP_NOREPLACE)) == 0 ==>
                    *start != 0 && unmapped(s->mm, *start, *start + pages);
*/
static int32_t start_find(struct space *s, const struct mmap_args *a, uint64_t pages,
			  uint64_t *start)
{
	if (pages > SPACE_HIGH) {
		FIRE(s, place_full);
		return MODEL_ENOMEM;
	}
	if (is_fixed(a))
		return fixed_find(s, a, pages, start);
	*start =
	    space_place(s, a->addr / PAGE_BYTES, pages, a->object == OBJECT_NONE && !is_shared(a));
	return *start == 0 ? MODEL_ENOMEM : 0;
}

/* May @v join the VMA below? Where the one above is asked first, only if it goes with that one. */
/*@
  REQUIRES_SPACE;
  requires new: \valid_read(v) && \separated(v, s) && placed(*v);
  TOTAL;
  assigns       s->trace;
*/
static bool may_join_below(struct space *s, const struct vma *v)
{
	uint32_t i = vma_find(&s->mm, v->start);

	if (s->rules.map_next_first == 0 || i == 0 || join_find(s, v, UINT32_MAX, i) == 0)
		return true;
	FIRE(s, map_next_first);
	return s->mm.vma[i].anon_vma == 0 || s->mm.vma[i].anon_vma == s->mm.vma[i - 1].anon_vma;
}

/* The new range takes the place of what was there. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(a) && \separated(s, a);
  requires room:  s->mm.map_count + 3 <= VMA_CAP;
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX && s->object_last < UINT32_MAX;
  requires pgoff: a->pgoff + SPACE_HIGH <= VMA_PGOFF_MAX;
  requires range: 0 < pages && start + pages <= SPACE_HIGH;
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->object_last, s->object_pages[0 .. OBJECTS_MAX - 1], s->trace;
  ENSURES_SPACE;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 2;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ensures object: \old(s->object_last) <= s->object_last <= \old(s->object_last) + 1;
  ensures kept:   \forall integer p, fl, file, off; maps(\old(s->mm), p, fl, file, off) && !(start <= p < start + pages) ==>
                    maps(s->mm, p, fl, file, off);
  ensures only:   \forall integer p, fl, file, off; maps(s->mm, p, fl, file, off) && !(start <= p < start + pages) ==>
                    maps(\old(s->mm), p, fl, file, off);
*/
static void region_map(struct space *s, const struct mmap_args *a, uint64_t start, uint64_t pages)
{
	struct vma v = { .start = start,
			 .end = start + pages,
			 .pgoff = pgoff_of(a, start),
			 .flags = flags_of(s, a),
			 .file = object_of(s, a, pages) };

	space_unmap(s, start, start + pages);
	(void)vma_map(s, &v, may_join_below(s, &v), true);
	if ((a->flags & MMAP_POPULATE) != 0 && (a->flags & MMAP_NONBLOCK) != 0)
		FIRE(s, mmap_nonblock);
	if (populates(a->flags)) {
		FIRE(s, mmap_populate);
		(void)space_populate(s, start, start + pages, false);
	}
}

int32_t space_mmap(struct space *s, const struct mmap_args *a, uint64_t *at)
{
	uint64_t pages = pages_up(a->len);
	uint64_t start = 0;
	int32_t err;

	*at = 0;
	err = object_check(s, a);
	if (err != 0)
		return err;
	if (pages == 0) {
		FIRE(s, mmap_invalid);
		return MODEL_EINVAL;
	}
	err = start_find(s, a, pages, &start);
	if (err == 0)
		err = type_check(s, a, pages);
	if (err != 0)
		return err;
	if (exec_denied(s, a->prot, a->prot))
		return MODEL_EACCES;
	region_map(s, a, start, pages);
	*at = start * PAGE_BYTES;
	return 0;
}
