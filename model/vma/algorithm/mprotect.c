/* mprotect(). */
/* SPDX-License-Identifier: MIT */
#include "mprotect.h"
#include "exec.h"
#include "../state/find.h"
#include "anon_vma.h"
#include "fault.h"
#include "merge.h"

/*@
  logic integer access_set(integer flags, integer prot) = (flags & (uint64_t)~VMA_ACCESS) | prot;
*/

/* @flags, writable, for @v: memory that was not accounted and must be becomes so. */
/*@
  requires valid:  \valid(s) && \valid_read(v) && \separated(v, s);
  TOTAL;
  assigns          s->trace;
  ensures gained:  (v->flags & (VMA_ACCOUNT | VMA_WRITE | VMA_SHARED | VMA_NORESERVE)) == 0 ==> \result == (flags | VMA_ACCOUNT);
  ensures as_was:  (v->flags & (VMA_ACCOUNT | VMA_WRITE | VMA_SHARED | VMA_NORESERVE)) != 0 ==> \result == flags;
*/
static uint64_t flags_writable(struct space *s, const struct vma *v, uint64_t flags)
{
	if ((v->flags & (VMA_ACCOUNT | VMA_WRITE | VMA_SHARED | VMA_NORESERVE)) != 0)
		return flags;
	FIRE(s, account_gained);
	return flags | VMA_ACCOUNT;
}

/* @flags, not writable, for @v: anonymous memory that was never written need not be accounted. */
/*@
  requires valid:  \valid(s) && \valid_read(v) && \separated(v, s);
  TOTAL;
  assigns          s->trace;
  ensures lost:    (v->flags & VMA_ACCOUNT) != 0 && v->file == OBJECT_NONE && v->anon_vma == 0 && s->rules.unaccount_readonly != 0 ==>
                     \result == (flags & (uint64_t)~VMA_ACCOUNT);
  ensures as_was:  !((v->flags & VMA_ACCOUNT) != 0 && v->file == OBJECT_NONE && v->anon_vma == 0 && s->rules.unaccount_readonly != 0) ==>
                     \result == flags;
*/
static uint64_t flags_readonly(struct space *s, const struct vma *v, uint64_t flags)
{
	if ((v->flags & VMA_ACCOUNT) != 0 && v->file == OBJECT_NONE && v->anon_vma == 0) {
		FIRE(s, unaccount_readonly);
		if (s->rules.unaccount_readonly != 0)
			return flags & ~VMA_ACCOUNT;
	}
	return flags;
}

/*@
  TOTAL;
  assigns         \nothing;
  ensures access: \result == access_set(flags, prot);
*/
static uint64_t flags_access(uint64_t flags, uint64_t prot)
{
	return (flags & ~VMA_ACCESS) | prot;
}

/* The flags of @v with access @prot: accounting follows. */
/*@
  requires valid:  \valid(s) && \valid_read(v) && \separated(v, s);
  TOTAL;
  assigns          s->trace;
  ensures same:    access_set(v->flags, prot) == v->flags ==> \result == v->flags;
  ensures gained:  access_set(v->flags, prot) != v->flags && (access_set(v->flags, prot) & VMA_WRITE) != 0 &&
                   (v->flags & (VMA_ACCOUNT | VMA_WRITE | VMA_SHARED | VMA_NORESERVE)) == 0 ==>
                     \result == (access_set(v->flags, prot) | VMA_ACCOUNT);
  ensures writes:  (access_set(v->flags, prot) & VMA_WRITE) != 0 &&
                   (v->flags & (VMA_ACCOUNT | VMA_WRITE | VMA_SHARED | VMA_NORESERVE)) != 0 ==>
                     \result == access_set(v->flags, prot);
  ensures lost:    access_set(v->flags, prot) != v->flags && (access_set(v->flags, prot) & VMA_WRITE) == 0 &&
                   (v->flags & VMA_ACCOUNT) != 0 && v->file == OBJECT_NONE && v->anon_vma == 0 && s->rules.unaccount_readonly != 0 ==>
                     \result == (access_set(v->flags, prot) & (uint64_t)~VMA_ACCOUNT);
  ensures reads:   (access_set(v->flags, prot) & VMA_WRITE) == 0 &&
                   !((v->flags & VMA_ACCOUNT) != 0 && v->file == OBJECT_NONE && v->anon_vma == 0 && s->rules.unaccount_readonly != 0) ==>
                     \result == access_set(v->flags, prot);
*/
static uint64_t flags_protected(struct space *s, const struct vma *v, uint64_t prot)
{
	uint64_t flags = flags_access(v->flags, prot);

	if (flags == v->flags)
		return flags;
	if ((flags & VMA_WRITE) != 0)
		return flags_writable(s, v, flags);
	return flags_readonly(s, v, flags);
}

/* Locked private memory that was not writable and now is. */
/*@
  TOTAL;
  assigns         \nothing;
  ensures needs:  \result == true <==> (old & (VMA_WRITE | VMA_SHARED | VMA_LOCKED)) == VMA_LOCKED &&
                                        (old & VMA_LOCKONFAULT) == 0 && (flags & VMA_WRITE) != 0;
*/
static bool needs_populate(uint64_t old, uint64_t flags)
{
	return (old & (VMA_WRITE | VMA_SHARED | VMA_LOCKED)) == VMA_LOCKED &&
	       (old & VMA_LOCKONFAULT) == 0 && (flags & VMA_WRITE) != 0;
}

/* The part of VMA @i in [start, end). Returns: index of the VMA that holds it now. */
/*@
  REQUIRES_SPACE;
  requires room:   s->mm.map_count + 2 <= VMA_CAP;
  requires ids:    s->anon_vma_last < UINT32_MAX;
  requires index:  0 <= i < s->mm.map_count;
  requires inside: s->mm.vma[i].start <= start < end && start < s->mm.vma[i].end;
  TOTAL;
  assigns          s->mm, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures ids:     \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + 1;
  ENSURES_STEP;
  ENSURES_PAGES;
*/
static uint32_t vma_protect(struct space *s, uint32_t i, uint64_t start, uint64_t end,
			    uint64_t prot)
{
	const struct vma v = s->mm.vma[i]; /* a copy: what is asked of it may note rules in s */
	uint64_t flags = flags_protected(s, &v, prot);
	uint64_t stop = v.end < end ? v.end : end;

	if (flags == v.flags)
		return i;
	/*@ assert spans: spans(s->mm, i, start, stop); */
	i = vma_modify(s, i, start, stop, flags);
	if (needs_populate(v.flags, flags)) {
		FIRE(s, mprotect_populate);
		anon_vma_prepare(s, i);
	}
	return i;
}

/*@
  REQUIRES_SPACE;
  requires room:   s->mm.map_count + 4 <= VMA_CAP;
  requires ids:    s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns          s->mm, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures err:     \result == 0 || \result == MODEL_ENOMEM || \result == MODEL_EACCES;
  ensures whole:   \result == 0 ==> whole(\old(s->mm), start, end);
  ensures hole:    \result == MODEL_ENOMEM ==> !whole(\old(s->mm), start, end);
  ensures count:   s->mm.map_count <= \old(s->mm.map_count) + 2;
  ensures ids:     \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ENSURES_OUTSIDE(start, end);
*/
static int32_t range_protect(struct space *s, uint64_t start, uint64_t end, uint64_t prot)
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
	  loop invariant ids:     \at(s->anon_vma_last, Pre) <= s->anon_vma_last &&
	                          s->anon_vma_last + (s->mm.map_count - i) <=
	                            \at(s->anon_vma_last, Pre) + \at(s->mm.map_count, Pre) + (at < end ? 0 : 1);
	  loop invariant kept:    \forall integer p, fl, file, off; maps(\at(s->mm, Pre), p, fl, file, off) && !(start <= p < end) ==> maps(s->mm, p, fl, file, off);
	  loop invariant only:    \forall integer p, fl, file, off; maps(s->mm, p, fl, file, off) && !(start <= p < end) ==> maps(\at(s->mm, Pre), p, fl, file, off);
	  loop assigns i, at, s->mm, s->anon_vma_last, s->trace;
	  loop variant end - at;
	*/
	while (at < end) {
		if (i >= s->mm.map_count || s->mm.vma[i].start > at) {
			/*@ assert hole: !mapped(s->mm, at); */
			/*@ assert was: !mapped(\at(s->mm, Pre), at); */
			FIRE(s, mprotect_hole);
			return MODEL_ENOMEM;
		}
		if (exec_denied(s, s->mm.vma[i].flags, prot))
			return MODEL_EACCES;
		i = vma_protect(s, i, at, end, prot);
		/*@ assert spans: spans(s->mm, i, at, s->mm.vma[i].end); */
		at = s->mm.vma[i].end;
		i++;
	}
	return 0;
}

/* Does it grow both up and down? That is refused before anything else. */
/*@
  TOTAL;
  assigns       \nothing;
  ensures both: \result == true <==> (prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) == (PROTECT_GROWSDOWN | PROTECT_GROWSUP);
*/
static bool grows_both(uint64_t prot)
{
	return (prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) ==
	       (PROTECT_GROWSDOWN | PROTECT_GROWSUP);
}

/*
 * Where a range that grows begins: down to the start of its VMA, which must be a stack. Up no VMA of x86 grows.
 * Returns: 0, ENOMEM or EINVAL.
 */
/*@
  requires valid: \valid(s) && \valid(start) && \separated(s, start);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         *start, s->trace;
  ensures err:    \result == 0 || \result == MODEL_ENOMEM || \result == MODEL_EINVAL;
  ensures up:     (prot & PROTECT_GROWSDOWN) == 0 ==> \result != 0;
  ensures begins: \result == 0 ==> *start < end &&
                    \exists integer k; 0 <= k < s->mm.map_count && s->mm.vma[k].start == *start && \old(*start) < s->mm.vma[k].end &&
                      (s->mm.vma[k].flags & VMA_GROWSDOWN) != 0;
  ensures stays:  \result != 0 ==> *start == \old(*start);
*/
static int32_t range_grow(struct space *s, uint64_t *start, uint64_t end, uint64_t prot)
{
	uint32_t i = vma_find(&s->mm, *start);

	FIRE(s, mprotect_grows);
	if (i >= s->mm.map_count || s->mm.vma[i].start >= end)
		return MODEL_ENOMEM;
	if ((prot & PROTECT_GROWSDOWN) == 0)
		return s->mm.vma[i].start > *start ? MODEL_ENOMEM : MODEL_EINVAL;
	if ((s->mm.vma[i].flags & VMA_GROWSDOWN) == 0)
		return MODEL_EINVAL;
	*start = s->mm.vma[i].start;
	return 0;
}

/* The pages [start, end), once the arguments are good. */
/*@
  REQUIRES_SPACE;
  requires room:   s->mm.map_count + 4 <= VMA_CAP;
  requires ids:    s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns          s->mm, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures err:     \result == 0 || \result == MODEL_ENOMEM || \result == MODEL_EACCES || \result == MODEL_EINVAL;
  ensures plain:   (prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) == 0 ==> \result != MODEL_EINVAL;
  ensures up:      (prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) == PROTECT_GROWSUP ==> \result != 0;
  ensures whole:   (prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) == 0 && \result == 0 ==> whole(\old(s->mm), start, end);
  ensures hole:    (prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) == 0 && \result == MODEL_ENOMEM ==> !whole(\old(s->mm), start, end);
  ensures count:   s->mm.map_count <= \old(s->mm.map_count) + 2;
  ensures ids:     \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ENSURES_OUTSIDE(((prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) == 0 ? start : 0), end);
*/
static int32_t pages_protect(struct space *s, uint64_t start, uint64_t end, uint64_t prot)
{
	int32_t err = 0;

	if ((prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) != 0)
		err = range_grow(s, &start, end, prot);
	if (err != 0)
		return err;
	space_within(s, start, end);
	return range_protect(s, start, end, prot & VMA_ACCESS);
}

int32_t space_mprotect(struct space *s, uint64_t addr, uint64_t len, uint64_t prot)
{
	uint64_t start = addr / PAGE_BYTES;
	uint64_t pages = pages_up(len);

	if (grows_both(prot)) {
		FIRE(s, mprotect_prot);
		return MODEL_EINVAL;
	}
	if (addr % PAGE_BYTES != 0) {
		FIRE(s, mprotect_invalid);
		return MODEL_EINVAL;
	}
	if (len == 0) {
		FIRE(s, mprotect_invalid);
		return 0;
	}
	if (pages > PAGES_ALL - 1 - start) {
		FIRE(s, mprotect_invalid);
		return MODEL_ENOMEM;
	}
	if ((prot & ~(PROTECT_KNOWN | PROTECT_GROWSDOWN | PROTECT_GROWSUP)) != 0) {
		FIRE(s, mprotect_prot);
		return MODEL_EINVAL;
	}
	return pages_protect(s, start, start + pages, prot);
}
