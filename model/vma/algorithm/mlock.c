/* mlock(), mlock2(), munlock(). */
/* SPDX-License-Identifier: MIT */
#include "mlock.h"
#include "../state/count.h"
#include "../state/find.h"
#include "fault.h"
#include "merge.h"
#include "populate.h"

/* The kernel's count of locked pages goes wrong where @pages of one VMA are too many for an int. */
/*@
  requires valid: \valid(s);
  requires pages: pages <= SPACE_HIGH;
  TOTAL;
  assigns         s->locked_leak, s->trace;
  ensures exact:  pages < 0x80000000 || s->rules.mlock_count_int == 0 ==> s->locked_leak == \old(s->locked_leak);
*/
static void lock_miscount(struct space *s, uint64_t pages, bool lock)
{
	uint64_t lost = (pages + 0x80000000) / 0x100000000 * 0x100000000;

	if (lost == 0)
		return;
	FIRE(s, mlock_count_int);
	if (s->rules.mlock_count_int == 0)
		return;
	s->locked_leak = lock ? count_sub(s->locked_leak, lost) : count_add(s->locked_leak, lost);
}

/* The part of VMA @i in [start, end). Returns: index of the VMA that holds it now. */
/*@
  REQUIRES_SPACE;
  requires room:   s->mm.map_count + 2 <= VMA_CAP;
  requires index:  0 <= i < s->mm.map_count;
  requires inside: s->mm.vma[i].start <= start < end && start < s->mm.vma[i].end;
  TOTAL;
  assigns          s->mm, s->locked_leak, s->trace;
  ENSURES_SPACE;
  ensures flags:   s->mm.vma[\result].flags == ((\old(s->mm.vma[i].flags) & (uint64_t)~VMA_LOCK_MASK) | flags);
  ENSURES_STEP;
  ENSURES_PAGES;
*/
static uint32_t vma_lock(struct space *s, uint32_t i, uint64_t start, uint64_t end, uint64_t flags)
{
	uint64_t old = s->mm.vma[i].flags;
	uint64_t stop = s->mm.vma[i].end < end ? s->mm.vma[i].end : end;
	uint64_t locked = (old & ~VMA_LOCK_MASK) | flags;

	if (locked == old)
		return i;
	/*@ assert spans: spans(s->mm, i, start, stop); */
	if ((locked & VMA_LOCKED) != (old & VMA_LOCKED))
		lock_miscount(s, stop - start, (locked & VMA_LOCKED) != 0);
	return vma_modify(s, i, start, stop, locked);
}

/*@
  REQUIRES_SPACE;
  requires room:   s->mm.map_count + 4 <= VMA_CAP;
  TOTAL;
  assigns          s->mm, s->locked_leak, s->trace;
  ENSURES_SPACE;
  ensures err:     \result == 0 || \result == MODEL_ENOMEM;
  ensures whole:   \result == 0 <==> whole(\old(s->mm), start, end);
  ensures count:   s->mm.map_count <= \old(s->mm.map_count) + 2;
  ENSURES_OUTSIDE(start, end);
*/
static int32_t range_lock(struct space *s, uint64_t start, uint64_t end, uint64_t flags)
{
	uint32_t i = vma_find(&s->mm, start);
	uint64_t at = start;

	/*@
	  LOOP_SPACE;
	  loop invariant index:   0 <= i <= s->mm.map_count && start <= at;
	  loop invariant next:    i < s->mm.map_count ==> at < s->mm.vma[i].end;
	  loop invariant edge:    i < s->mm.map_count && start < at ==> at <= s->mm.vma[i].start;
	  LOOP_WHOLE;
	  loop invariant count:   s->mm.map_count <= \at(s->mm.map_count, Pre) + (at == start ? 0 : at < end ? 1 : 2);
	  loop invariant kept:    \forall integer p, fl, file, off; maps(\at(s->mm, Pre), p, fl, file, off) && !(start <= p < end) ==> maps(s->mm, p, fl, file, off);
	  loop invariant only:    \forall integer p, fl, file, off; maps(s->mm, p, fl, file, off) && !(start <= p < end) ==> maps(\at(s->mm, Pre), p, fl, file, off);
	  loop assigns i, at, s->mm, s->locked_leak, s->trace;
	  loop variant end - at;
	*/
	while (at < end) {
		if (i >= s->mm.map_count || s->mm.vma[i].start > at) {
			/*@ assert hole: !mapped(s->mm, at); */
			/*@ assert was: !mapped(\at(s->mm, Pre), at); */
			FIRE(s, mlock_hole);
			return MODEL_ENOMEM;
		}
		i = vma_lock(s, i, at, end, flags);
		/*@ assert spans: spans(s->mm, i, at, s->mm.vma[i].end); */
		at = s->mm.vma[i].end;
		i++;
	}
	return 0;
}

int32_t space_mlock(struct space *s, uint64_t addr, uint64_t len, uint64_t flags)
{
	uint64_t start = addr / PAGE_BYTES;
	uint64_t offset = addr % PAGE_BYTES;
	uint64_t pages =
	    len / PAGE_BYTES + (len % PAGE_BYTES + offset + PAGE_BYTES - 1) / PAGE_BYTES;
	int32_t err;

	/* The length is rounded modulo 2^64: what wraps to 0 is an empty range. */
	pages %= PAGES_ALL;
	if (pages > PAGES_ALL - 1 - start || pages == 0) {
		FIRE(s, mlock_invalid);
		return pages == 0 ? 0 : MODEL_EINVAL;
	}
	if ((flags & VMA_LOCKONFAULT) != 0)
		FIRE(s, mlock_onfault);
	space_within(s, start, start + pages);
	err = range_lock(s, start, start + pages, flags);
	if (err != 0 || flags == 0)
		return err;
	return space_populate(s, start, start + pages, true);
}
