/* madvise(). */
/* SPDX-License-Identifier: MIT */
#include "madvise.h"
#include "../state/find.h"
#include "advice.h"
#include "anon_vma.h"
#include "fault.h"
#include "merge.h"
#include "populate.h"

/* Does VMA @i refuse the advice? Returns: 0 or an errno. */
/*@
  REQUIRES_SPACE;
  requires index:  0 <= i < s->mm.map_count;
  TOTAL;
  assigns          s->trace;
  ensures err:     \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EBADF || \result == MODEL_EACCES;
*/
static int32_t vma_refuses(struct space *s, uint32_t i, uint32_t advice)
{
	const struct vma v = s->mm.vma[i]; /* a copy: what is asked of it may note rules in s */

	return advice_refused(s, &v, advice);
}

/* The flags of @v after the advice. */
/*@
  requires valid:  \valid(s) && \valid_read(v) && \separated(v, s);
  TOTAL;
  assigns          s->trace;
  ensures took:    took(\result, advice);
*/
static uint64_t advice_flags(struct space *s, const struct vma *v, uint32_t advice)
{
	if (advice >= ADVICE_MERGEABLE && advice <= ADVICE_NOHUGEPAGE)
		return flags_huge(s, v, advice);
	return flags_advised(v, advice);
}

/* The part [start, end) of VMA @i takes the advice. Returns: index of the VMA that holds it now. */
/*@
  REQUIRES_SPACE;
  requires room:   s->mm.map_count + 2 <= VMA_CAP;
  requires index:  0 <= i < s->mm.map_count;
  requires inside: s->mm.vma[i].start <= start < end && start < s->mm.vma[i].end;
  TOTAL;
  assigns          s->mm, s->trace;
  ENSURES_SPACE;
  ensures took:    took(s->mm.vma[\result].flags, advice);
  ensures all:     \forall integer p, fl, file, off; start <= p < s->mm.vma[\result].end && maps(s->mm, p, fl, file, off) ==> took(fl, advice);
  ENSURES_STEP;
*/
static uint32_t vma_advise(struct space *s, uint32_t i, uint64_t start, uint64_t end,
			   uint32_t advice)
{
	const struct vma v = s->mm.vma[i]; /* a copy: what is asked of it may note rules in s */
	uint64_t flags = advice_flags(s, &v, advice);
	uint64_t stop = v.end < end ? v.end : end;

	if (flags == v.flags)
		return i;
	FIRE(s, madvise_flags);
	return vma_modify(s, i, start, stop, flags);
}

/* Holes are passed over; ENOMEM at the end. */
/*@
  REQUIRES_SPACE;
  requires room:   s->mm.map_count + 4 <= VMA_CAP;
  TOTAL;
  assigns          s->mm, s->trace;
  ENSURES_SPACE;
  ensures err:     \result == 0 || \result == MODEL_ENOMEM || \result == MODEL_EINVAL || \result == MODEL_EBADF || \result == MODEL_EACCES;
  ensures took:    \result == 0 || \result == MODEL_ENOMEM ==>
                     \forall integer p, fl, file, off; start <= p < end && maps(s->mm, p, fl, file, off) ==> took(fl, advice);
  ensures count:   s->mm.map_count <= \old(s->mm.map_count) + 2;
  ENSURES_OUTSIDE(start, end);
*/
static int32_t range_advise(struct space *s, uint64_t start, uint64_t end, uint32_t advice)
{
	uint32_t i = vma_find(&s->mm, start);
	uint64_t at = start;
	int32_t hole = 0, err;

	/*@
	  LOOP_SPACE;
	  loop invariant index:   0 <= i <= s->mm.map_count && start <= at;
	  loop invariant hole:    hole == 0 || hole == MODEL_ENOMEM;
	  loop invariant next:    i < s->mm.map_count ==> at < s->mm.vma[i].end;
	  loop invariant below:   \forall integer k; 0 <= k < i ==> s->mm.vma[k].end <= at;
	  loop invariant edge:    i < s->mm.map_count && start < at ==> at <= s->mm.vma[i].start;
	  loop invariant count:   s->mm.map_count <= \at(s->mm.map_count, Pre) + (at == start ? 0 : at < end ? 1 : 2);
	  loop invariant took:    \forall integer p, fl, file, off; start <= p < at && maps(s->mm, p, fl, file, off) ==> took(fl, advice);
	  loop invariant kept:    \forall integer p, fl, file, off; maps(\at(s->mm, Pre), p, fl, file, off) && !(start <= p < end) ==> maps(s->mm, p, fl, file, off);
	  loop invariant only:    \forall integer p, fl, file, off; maps(s->mm, p, fl, file, off) && !(start <= p < end) ==> maps(\at(s->mm, Pre), p, fl, file, off);
	  loop assigns i, at, hole, err, s->mm, s->trace;
	  loop variant end - at;
	*/
	while (at < end) {
		if (i >= s->mm.map_count || s->mm.vma[i].start >= end) {
			/*@ assert rest: \forall integer p, fl, file, off; at <= p < end ==> !maps(s->mm, p, fl, file, off); */
			FIRE(s, madvise_hole);
			return MODEL_ENOMEM;
		}
		if (s->mm.vma[i].start > at) {
			/*@ assert free: \forall integer p, fl, file, off; at <= p < s->mm.vma[i].start ==> !maps(s->mm, p, fl, file, off); */
			FIRE(s, madvise_hole);
			hole = MODEL_ENOMEM;
			at = s->mm.vma[i].start;
		}
		err = vma_refuses(s, i, advice);
		if (err != 0)
			return err;
		i = vma_advise(s, i, at, end, advice);
		at = s->mm.vma[i].end;
		i++;
	}
	return hole;
}

/* POPULATE_READ or POPULATE_WRITE on the part of VMA @i below @end. */
/*@
  REQUIRES_SPACE;
  requires index:  0 <= i < s->mm.map_count;
  requires meets:  s->mm.vma[i].start < end;
  requires ids:    s->anon_vma_last < UINT32_MAX;
  TOTAL;
  assigns          s->mm.vma[i].anon_vma, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures ids:     \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + 1;
  ensures err:     \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EFAULT;
  ensures writes:  write == true ==> (\result == MODEL_EINVAL <==> (s->mm.vma[i].flags & VMA_WRITE) == 0);
  ensures reads:   write == false ==> (\result == MODEL_EINVAL <==> (s->mm.vma[i].flags & VMA_READ) == 0);
  ensures copied:  write == true && \result == 0 && (s->mm.vma[i].flags & VMA_SHARED) == 0 ==> s->mm.vma[i].anon_vma != 0;
  ENSURES_ALIKE;
*/
static int32_t vma_fault_in(struct space *s, uint32_t i, uint64_t end, bool write)
{
	const struct vma *v = &s->mm.vma[i];
	/*@ assert at: placed_at(s->mm, i); */
	uint64_t last = (v->end < end ? v->end : end) - 1;
	uint64_t access = write ? VMA_WRITE : VMA_READ;

	if ((v->flags & access) == 0) {
		FIRE(s, madvise_populate);
		return MODEL_EINVAL;
	}
	if (fault_owns(s, i, write))
		anon_vma_prepare(s, i);
	return vma_beyond(s, i, last) ? MODEL_EFAULT : 0;
}

/*@
  REQUIRES_SPACE;
  requires ids:    s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns          s->mm.vma[0 .. VMA_CAP - 1].anon_vma, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures ids:     \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ensures err:     \result == 0 || \result == MODEL_ENOMEM || \result == MODEL_EINVAL || \result == MODEL_EFAULT;
  ENSURES_ALIKE;
*/
static int32_t range_fault_in(struct space *s, uint64_t start, uint64_t end, bool write)
{
	uint32_t i = vma_find(&s->mm, start);
	uint64_t at = start;
	int32_t err, hole = 0;

	/*@
	  LOOP_SPACE;
	  loop invariant index:   0 <= i <= s->mm.map_count;
	  loop invariant hole:    hole == 0 || hole == MODEL_ENOMEM;
	  loop invariant ids:     \at(s->anon_vma_last, Pre) <= s->anon_vma_last <= \at(s->anon_vma_last, Pre) + i;
	  loop invariant kept:    \forall integer p, fl, file, off; maps(\at(s->mm, Pre), p, fl, file, off) ==> maps(s->mm, p, fl, file, off);
	  loop invariant only:    \forall integer p, fl, file, off; maps(s->mm, p, fl, file, off) ==> maps(\at(s->mm, Pre), p, fl, file, off);
	  loop assigns i, at, err, hole, s->mm.vma[0 .. VMA_CAP - 1].anon_vma, s->anon_vma_last, s->trace;
	  loop variant s->mm.map_count - i;
	*/
	while (at < end) {
		if (i >= s->mm.map_count || s->mm.vma[i].start > at) {
			FIRE(s, madvise_populate);
			if (s->rules.populate_passes_holes == 0 || i >= s->mm.map_count ||
			    s->mm.vma[i].start >= end)
				return MODEL_ENOMEM;
			FIRE(s, populate_passes_holes);
			hole = MODEL_ENOMEM;
		}
		err = vma_fault_in(s, i, end, write);
		if (err != 0)
			return err;
		at = s->mm.vma[i].end;
		i++;
	}
	return hole;
}

int32_t space_madvise(struct space *s, uint64_t addr, uint64_t len, uint32_t advice)
{
	uint64_t start = addr / PAGE_BYTES;
	uint64_t pages = pages_up(len) % PAGES_ALL;

	if (advice_unknown(s, advice) || addr % PAGE_BYTES != 0 || (len != 0 && pages == 0) ||
	    pages > PAGES_ALL - 1 - start) {
		FIRE(s, madvise_invalid);
		return MODEL_EINVAL;
	}
	if (pages == 0)
		return 0;
	space_within(s, start, start + pages);
	if (advice == ADVICE_POPULATE_READ || advice == ADVICE_POPULATE_WRITE)
		return range_fault_in(s, start, start + pages, advice == ADVICE_POPULATE_WRITE);
	return range_advise(s, start, start + pages, advice);
}
