/* Page faults: what they do to VMAs. */
/* SPDX-License-Identifier: MIT */
#include "fault.h"
#include "../state/find.h"
#include "../state/resize.h"
#include "anon_vma.h"

/* May the stack VMA @i start at @page? The answer comes too late for the anon_vma. */
/*@
  REQUIRES_SPACE;
  requires index: 0 <= i < s->mm.map_count;
  requires below: page < s->mm.vma[i].start;
  TOTAL;
  assigns         s->trace;
  ensures fits:   \result == true <==> s->mm.vma[i].end - page <= s->rules.stack_pages &&
                                        s->mm.vma[i].start - page <= s->mm.vma[i].pgoff;
*/
static bool stack_fits(struct space *s, uint32_t i, uint64_t page)
{
	const struct vma *v = &s->mm.vma[i];

	/*@ assert at: placed_at(s->mm, i); */
	FIRE(s, stack_pages);
	if (v->end - page <= s->rules.stack_pages && v->start - page <= v->pgoff)
		return true;
	FIRE(s, stack_limit);
	return false;
}

/* Would VMA @i, grown down to @page, come too near the VMA below? Stacks and memory without access keep no distance. */
/*@
  REQUIRES_SPACE;
  requires index:   0 <= i < s->mm.map_count;
  requires hole:    page < s->mm.vma[i].start && (i > 0 ==> s->mm.vma[i - 1].end <= page);
  TOTAL;
  assigns           s->trace;
  ensures guarded:  \result == true <==> i > 0 && (s->mm.vma[i - 1].flags & VMA_GROWSDOWN) == 0 &&
                      (s->mm.vma[i - 1].flags & VMA_ACCESS) != 0 && page - s->mm.vma[i - 1].end < GUARD_PAGES;
*/
static bool stack_guarded(struct space *s, uint32_t i, uint64_t page)
{
	const struct vma *prev;

	if (i == 0)
		return false;
	prev = &s->mm.vma[i - 1];
	if ((prev->flags & VMA_GROWSDOWN) != 0 || (prev->flags & VMA_ACCESS) == 0 ||
	    page - prev->end >= GUARD_PAGES)
		return false;
	FIRE(s, stack_guard);
	return true;
}

/* VMA @i is the first above the fault at @page. Returns: whether it grew down to it. */
/*@
  REQUIRES_SPACE;
  requires index:   0 <= i < s->mm.map_count;
  requires hole:    page < s->mm.vma[i].start && (i > 0 ==> s->mm.vma[i - 1].end <= page);
  requires ids:     s->anon_vma_last < UINT32_MAX;
  TOTAL;
  assigns           s->mm.vma[i].start, s->mm.vma[i].pgoff, s->mm.vma[i].anon_vma, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures ids:      \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + 1;
  ensures grows:    \result == true <==> (s->mm.vma[i].flags & VMA_GROWSDOWN) != 0 &&
                      !(i > 0 && (s->mm.vma[i - 1].flags & VMA_GROWSDOWN) == 0 &&
                        (s->mm.vma[i - 1].flags & VMA_ACCESS) != 0 && page - s->mm.vma[i - 1].end < GUARD_PAGES) &&
                      s->mm.vma[i].end - page <= s->rules.stack_pages &&
                      \old(s->mm.vma[i].start) - page <= \old(s->mm.vma[i].pgoff);
  ensures start:    s->mm.vma[i].start == (\result == true ? page : \old(s->mm.vma[i].start));
  ensures prepared: \result == true ==> s->mm.vma[i].anon_vma != 0;
  ensures kept:     \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) ==> maps(s->mm, at, fl, file, off);
*/
static bool stack_grow(struct space *s, uint32_t i, uint64_t page)
{
	if ((s->mm.vma[i].flags & VMA_GROWSDOWN) == 0 || stack_guarded(s, i, page))
		return false;
	anon_vma_prepare(s, i);
	if (!stack_fits(s, i, page))
		return false;
	FIRE(s, stack_grow);
	vma_grow_start(&s->mm, i, page);
	return true;
}

/* May memory with @flags be accessed so? */
/*@
  TOTAL;
  assigns          \nothing;
  ensures write:   write == true ==> (\result == true <==> (flags & VMA_WRITE) != 0);
  ensures read:    write == false ==> (\result == true <==> (flags & VMA_ACCESS) != 0);
*/
static bool access_allowed(uint64_t flags, bool write)
{
	if (write)
		return (flags & VMA_WRITE) != 0;
	return (flags & VMA_ACCESS) != 0;
}

/* Is there no page of the object behind @page of VMA @i? */
/*@
  REQUIRES_SPACE;
  requires index:  0 <= i < s->mm.map_count;
  requires in:     s->mm.vma[i].start <= page < s->mm.vma[i].end;
  TOTAL;
  assigns          s->trace;
  ensures beyond:  \result == true <==> s->mm.vma[i].file != OBJECT_NONE && s->mm.vma[i].file < OBJECTS_MAX &&
                     s->mm.vma[i].pgoff + (page - s->mm.vma[i].start) >= s->object_pages[s->mm.vma[i].file];
*/
static bool access_beyond(struct space *s, uint32_t i, uint64_t page)
{
	if (s->mm.vma[i].file != OBJECT_NONE)
		FIRE(s, fault_beyond);
	return vma_beyond(s, i, page);
}

bool vma_beyond(const struct space *s, uint32_t i, uint64_t page)
{
	const struct vma *v = &s->mm.vma[i];

	/*@ assert at: placed_at(s->mm, i); */
	return v->file != OBJECT_NONE && v->file < OBJECTS_MAX &&
	       v->pgoff + (page - v->start) >= s->object_pages[v->file];
}

bool fault_owns(struct space *s, uint32_t i, bool write)
{
	const struct vma *v = &s->mm.vma[i];

	if ((v->flags & VMA_SHARED) != 0)
		return false;
	if (write)
		return true;
	if (v->file != OBJECT_NONE)
		return false;
	FIRE(s, zero_page);
	return s->rules.zero_page == 0;
}

/* The access itself, to a page of VMA @i. */
/*@
  REQUIRES_SPACE;
  requires index:   0 <= i < s->mm.map_count;
  requires in:      s->mm.vma[i].start <= page < s->mm.vma[i].end;
  requires ids:     s->anon_vma_last < UINT32_MAX;
  TOTAL;
  assigns           s->mm.vma[i].anon_vma, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures ids:      \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + 1;
  ensures err:      \result == 0 || \result == MODEL_EFAULT;
  ensures writes:   write == true ==> (\result == 0 <==> (s->mm.vma[i].flags & VMA_WRITE) != 0 &&
                      !(s->mm.vma[i].file != OBJECT_NONE && s->mm.vma[i].file < OBJECTS_MAX &&
                        s->mm.vma[i].pgoff + (page - s->mm.vma[i].start) >= s->object_pages[s->mm.vma[i].file]));
  ensures reads:    write == false ==> (\result == 0 <==> (s->mm.vma[i].flags & VMA_ACCESS) != 0 &&
                      !(s->mm.vma[i].file != OBJECT_NONE && s->mm.vma[i].file < OBJECTS_MAX &&
                        s->mm.vma[i].pgoff + (page - s->mm.vma[i].start) >= s->object_pages[s->mm.vma[i].file]));
  ensures prepared: (write == true ? (s->mm.vma[i].flags & VMA_WRITE) != 0 : (s->mm.vma[i].flags & VMA_ACCESS) != 0) &&
                      owned(\old(s->mm.vma[i]), write ? 1 : 0, s->rules.zero_page) ==> s->mm.vma[i].anon_vma != 0;
  ensures still:    !owned(\old(s->mm.vma[i]), write ? 1 : 0, s->rules.zero_page) ==>
                      s->mm.vma[i].anon_vma == \old(s->mm.vma[i].anon_vma) && s->anon_vma_last == \old(s->anon_vma_last);
  ENSURES_ALIKE;
*/
static int32_t vma_access(struct space *s, uint32_t i, uint64_t page, bool write)
{
	const uint64_t flags = s->mm.vma[i].flags;
	bool beyond;

	if (!access_allowed(flags, write)) {
		FIRE(s, fault_access);
		return MODEL_EFAULT;
	}
	if (fault_owns(s, i, write))
		anon_vma_prepare(s, i);
	/*@ ghost prepared: ; */
	beyond = access_beyond(s, i, page);
	/*@ assert noted: SPACE_SAME(prepared); */
	return beyond ? MODEL_EFAULT : 0;
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
