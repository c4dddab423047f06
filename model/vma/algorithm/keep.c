/* The source of a move that stays mapped: MREMAP_DONTUNMAP. */
/* SPDX-License-Identifier: MIT */
#include "keep.h"
#include "../state/count.h"
#include "../state/find.h"
#include "../state/set.h"

/* Locks of the source go, as far as its VMA reaches; what was counted stays counted. */
/*@
  REQUIRES_SPACE;
  requires index: 0 <= i < s->mm.map_count;
  TOTAL;
  assigns         s->mm.vma[i].flags, s->locked_leak, s->trace;
  ENSURES_SPACE;
  ensures flags:  (\old(s->mm.vma[i].flags) & VMA_LOCKED) != 0 ==>
                    s->mm.vma[i].flags == (\old(s->mm.vma[i].flags) & (uint64_t)~VMA_LOCK_MASK);
  ensures none:   (\old(s->mm.vma[i].flags) & VMA_LOCKED) == 0 ==> s->locked_leak == \old(s->locked_leak) &&
                    s->mm.vma[i].flags == \old(s->mm.vma[i].flags);
  ensures leak:   (\old(s->mm.vma[i].flags) & VMA_LOCKED) != 0 && s->rules.dontunmap_locked_leak != 0 ==>
                    s->locked_leak == (\old(s->locked_leak) + (s->mm.vma[i].end - s->mm.vma[i].start) <= UINT64_MAX ?
                                       \old(s->locked_leak) + (s->mm.vma[i].end - s->mm.vma[i].start) :
                                       \old(s->locked_leak) + (s->mm.vma[i].end - s->mm.vma[i].start) - 0x10000000000000000);
*/
static void source_unlock(struct space *s, uint32_t i, uint64_t len)
{
	uint64_t flags = s->mm.vma[i].flags;
	/*@ assert at: placed_at(s->mm, i); */
	uint64_t pages = s->mm.vma[i].end - s->mm.vma[i].start;

	if ((flags & VMA_LOCKED) == 0)
		return;
	s->locked_leak = count_add(s->locked_leak, pages);
	FIRE(s, dontunmap_locked_leak);
	if (s->rules.dontunmap_locked_leak == 0)
		s->locked_leak = count_sub(s->locked_leak, len);
	vma_set_flags(&s->mm, i, flags & ~VMA_LOCK_MASK);
}

/* A source that is a VMA of its own has no anon_vma any more. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(r) && \separated(s, r) && remap_ok(*r);
  requires index: 0 <= i < s->mm.map_count;
  TOTAL;
  assigns         s->mm.vma[i].anon_vma, s->mm.vma[i].pgoff, s->trace;
  ENSURES_SPACE;
  ensures part:   !(s->mm.vma[i].start == r->page && s->mm.vma[i].end == r->page + r->old) ==>
                    s->mm.vma[i].anon_vma == \old(s->mm.vma[i].anon_vma);
  ensures whole:  s->mm.vma[i].start == r->page && s->mm.vma[i].end == r->page + r->old ==> s->mm.vma[i].anon_vma == 0;
  ensures pgoff:  s->mm.vma[i].pgoff == (s->mm.vma[i].start == r->page && s->mm.vma[i].end == r->page + r->old &&
                    \old(s->mm.vma[i].anon_vma) != 0 && s->mm.vma[i].file == OBJECT_NONE && s->rules.dontunmap_reset_pgoff != 0 ?
                    s->mm.vma[i].start : \old(s->mm.vma[i].pgoff));
*/
static void source_unlink(struct space *s, uint32_t i, const struct remap *r)
{
	const struct vma *v = &s->mm.vma[i];

	/*@ assert at: placed_at(s->mm, i); */
	if (v->start != r->page || v->end != r->page + r->old || v->anon_vma == 0)
		return;
	vma_set_anon_vma(&s->mm, i, 0);
	if (v->file != OBJECT_NONE)
		return;
	FIRE(s, dontunmap_reset_pgoff);
	if (s->rules.dontunmap_reset_pgoff != 0)
		vma_set_pgoff(&s->mm, i, v->start);
}

/* The source is accounted no more, where the defect is in. */
/*@
  REQUIRES_SPACE;
  requires index: 0 <= i < s->mm.map_count;
  TOTAL;
  assigns         s->mm.vma[i].flags, s->trace;
  ENSURES_SPACE;
  ensures flags:  s->mm.vma[i].flags == (s->rules.dontunmap_unaccounts != 0 && (\old(s->mm.vma[i].flags) & VMA_ACCOUNT) != 0 ?
                    (\old(s->mm.vma[i].flags) & (uint64_t)~VMA_ACCOUNT) : \old(s->mm.vma[i].flags));
*/
static void source_unaccount(struct space *s, uint32_t i)
{
	uint64_t flags = s->mm.vma[i].flags;

	if ((flags & VMA_ACCOUNT) == 0)
		return;
	FIRE(s, dontunmap_unaccounts);
	if (s->rules.dontunmap_unaccounts != 0)
		vma_set_flags(&s->mm, i, flags & ~VMA_ACCOUNT);
}

void source_keep(struct space *s, const struct remap *r)
{
	uint32_t i = vma_find(&s->mm, r->page);

	FIRE(s, dontunmap);
	space_within(s, s->mm.vma[i].start, s->mm.vma[i].end);
	source_unlink(s, i, r);
	source_unaccount(s, i);
	source_unlock(s, i, r->len);
}
