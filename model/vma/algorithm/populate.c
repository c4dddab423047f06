/* Faulting in whole ranges. */
/* SPDX-License-Identifier: MIT */
#include "populate.h"
#include "../state/find.h"
#include "anon_vma.h"
#include "fault.h"

/* Faults in the pages of VMA @i up to @end, by writing where it may be written. Returns: whether all of them could be. */
/*@
  REQUIRES_SPACE;
  requires index: 0 <= i < s->mm.map_count;
  requires meets: s->mm.vma[i].start < end;
  requires ids:   s->anon_vma_last < UINT32_MAX;
  TOTAL;
  assigns         s->mm.vma[i].anon_vma, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + 1;
  ensures all:    \result == true <==> (s->mm.vma[i].flags & VMA_LOCKONFAULT) != 0 ||
                    ((s->mm.vma[i].flags & VMA_ACCESS) != 0 &&
                     !(s->mm.vma[i].file != OBJECT_NONE && s->mm.vma[i].file < OBJECTS_MAX &&
                       s->mm.vma[i].pgoff + ((s->mm.vma[i].end < end ? s->mm.vma[i].end : end) - 1 - s->mm.vma[i].start) >=
                         s->object_pages[s->mm.vma[i].file]));
  ensures owned:  (s->mm.vma[i].flags & VMA_LOCKONFAULT) == 0 && (s->mm.vma[i].flags & VMA_ACCESS) != 0 &&
                    owned(\old(s->mm.vma[i]), (s->mm.vma[i].flags & VMA_WRITE) != 0 ? 1 : 0, s->rules.zero_page) ==> s->mm.vma[i].anon_vma != 0;
  ensures still:  (s->mm.vma[i].flags & VMA_LOCKONFAULT) != 0 || (s->mm.vma[i].flags & VMA_ACCESS) == 0 ||
                    !owned(\old(s->mm.vma[i]), (s->mm.vma[i].flags & VMA_WRITE) != 0 ? 1 : 0, s->rules.zero_page) ==>
                      s->anon_vma_last == \old(s->anon_vma_last) && s->mm.vma[i].anon_vma == \old(s->mm.vma[i].anon_vma);
  ENSURES_ALIKE;
*/
static bool vma_populate(struct space *s, uint32_t i, uint64_t end)
{
	const struct vma *v = &s->mm.vma[i];
	/*@ assert at: placed_at(s->mm, i); */
	uint64_t last = (v->end < end ? v->end : end) - 1;

	if ((v->flags & VMA_LOCKONFAULT) != 0)
		return true;
	if ((v->flags & VMA_ACCESS) == 0)
		return false;
	if (fault_owns(s, i, (v->flags & VMA_WRITE) != 0))
		anon_vma_prepare(s, i);
	return !vma_beyond(s, i, last);
}

int32_t space_populate(struct space *s, uint64_t start, uint64_t end, bool stop)
{
	uint32_t i = vma_find(&s->mm, start);

	if (stop)
		FIRE(s, mlock_populate);
	/*@
	  LOOP_SPACE;
	  loop invariant index:   0 <= i <= s->mm.map_count;
	  loop invariant ids:     \at(s->anon_vma_last, Pre) <= s->anon_vma_last <= \at(s->anon_vma_last, Pre) + i;
	  loop invariant kept:    \forall integer at, fl, file, off; maps(\at(s->mm, Pre), at, fl, file, off) ==> maps(s->mm, at, fl, file, off);
	  loop invariant only:    \forall integer at, fl, file, off; maps(s->mm, at, fl, file, off) ==> maps(\at(s->mm, Pre), at, fl, file, off);
	  loop assigns i, s->mm.vma[0 .. VMA_CAP - 1].anon_vma, s->anon_vma_last, s->trace;
	  loop variant s->mm.map_count - i;
	*/
	while (i < s->mm.map_count && s->mm.vma[i].start < end) {
		if (!vma_populate(s, i, end) && stop)
			return MODEL_ENOMEM;
		i++;
	}
	return 0;
}
