/* mremap() of several VMAs at once. */
/* SPDX-License-Identifier: MIT */
#include "remap_multi.h"
#include "../state/find.h"
#include "remap_check.h"
#include "remap_to.h"

/* One VMA's part of a move of several: [at, end) of VMA @i, to @to. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(all) && \separated(s, all);
  requires flags: (all->flags & REMAP_FIXED) != 0 && 0 < len;
  requires range: at + len <= 2 * PAGES_ALL && at < PAGES_ALL && len < PAGES_ALL && to + len <= SPACE_HIGH;
  requires room:  s->mm.map_count + 6 <= VMA_CAP;
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EFAULT || \result == MODEL_ENOMEM;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 4;
  ensures ids:    s->anon_vma_last == \old(s->anon_vma_last);
*/
static int32_t multi_step(struct space *s, const struct remap *all, uint64_t at, uint64_t len,
			  uint64_t to)
{
	struct remap r = { .page = at, .old = len, .len = len, .to = to, .flags = all->flags };
	uint64_t unused = 0;

	return remap_to(s, &r, &unused);
}

/* How many VMAs from @i on begin below @end. */
/*@
  requires valid: \valid_read(mm);
  requires inv:   wf(*mm);
  requires index: i < mm->map_count && mm->vma[i].start < end;
  TOTAL;
  assigns         \nothing;
  ensures some:   0 < \result && i + \result <= mm->map_count;
  ensures below:  mm->vma[i + \result - 1].start < end;
*/
static uint32_t vmas_below(const struct mm *mm, uint32_t i, uint64_t end)
{
	uint32_t n = 1;

	/*@
	  loop invariant some:  0 < n && i + n <= mm->map_count;
	  loop invariant below: mm->vma[i + n - 1].start < end;
	  loop assigns n;
	  loop variant mm->map_count - n;
	*/
	while (n < mm->map_count - i && mm->vma[i + n].start < end)
		n++;
	return n;
}

/* Several VMAs, with the gaps between them. */
int32_t remap_multi(struct space *s, const struct remap *r, uint64_t *at)
{
	uint64_t end = r->page + r->old, from = r->page, to = r->to, stop, next;
	int32_t err;
	uint32_t i, left;

	if (!page_lookup(s, r->page, &i)) {
		FIRE(s, mremap_hole);
		return MODEL_EFAULT;
	}
	left = vmas_below(&s->mm, i, end);
	/*@ ghost uint32_t all = left; */
	/*@
	  LOOP_SPACE;
	  loop invariant range:   r->page <= from < end;
	  loop invariant gaps:    to - r->to == from - r->page;
	  loop invariant index:   0 <= i < s->mm.map_count && s->mm.vma[i].start <= from < s->mm.vma[i].end;
	  loop invariant count:   s->mm.map_count <= \at(s->mm.map_count, Pre) + 4 * (all - left) && left <= all;
	  loop invariant ids:     s->anon_vma_last == \at(s->anon_vma_last, Pre);
	  loop assigns from, to, stop, next, err, i, left, s->mm, s->anon_vma_last, s->locked_leak, s->trace;
	  loop variant left;
	*/
	while (left > 0) {
		stop = s->mm.vma[i].end < end ? s->mm.vma[i].end : end;
		next = s->mm.vma[i].end;
		err = multi_step(s, r, from, stop - from, to);
		if (err != 0)
			return err;
		to += stop - from;
		from = stop;
		i = vma_find(&s->mm, from);
		if (from >= end || i >= s->mm.map_count || s->mm.vma[i].start >= end)
			break;
		if (s->mm.vma[i].start > from)
			from = s->mm.vma[i].start;
		to += from - next;
		left--;
	}
	*at = r->to * PAGE_BYTES;
	return 0;
}
