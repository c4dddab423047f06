/* mremap(). */
/* SPDX-License-Identifier: MIT */
#include "mremap.h"
#include "remap_check.h"
#include "remap_grow.h"
#include "remap_multi.h"
#include "remap_to.h"

/* Where no target is named. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid(r) && \valid(at) && \separated(s, r, at) && remap_ok(*r);
  requires flags: !targeted(r->flags) && 0 < r->len;
  requires index: 0 <= i < s->mm.map_count;
  requires in:    s->mm.vma[i].start <= r->page < s->mm.vma[i].end;
  requires room:  s->mm.map_count + 6 <= VMA_CAP;
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace, *r, *at;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EFAULT || \result == MODEL_ENOMEM;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ensures failed: \result != 0 ==> *at == \old(*at);
  ensures at:     \result == 0 ==> *at % PAGE_BYTES == 0 && *at / PAGE_BYTES <= SPACE_HIGH;
*/
static int32_t remap_at(struct space *s, uint32_t i, struct remap *r, uint64_t *at)
{
	int32_t err = source_check(s, i, r);

	if (err != 0)
		return err;
	if (r->len > r->old)
		return remap_grow(s, i, r, at);
	if (r->len < r->old)
		err = source_shrink(s, r);
	if (err == 0)
		*at = r->page * PAGE_BYTES;
	return err;
}

/* From Linux 6.17 on all checks come before any change. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid(r) && \valid(at) && \separated(s, r, at) && remap_ok(*r);
  requires len:   0 < r->len;
  requires to:    targeted(r->flags) ==> r->to + r->len <= SPACE_HIGH;
  requires room:  s->mm.map_count + 6 <= VMA_CAP;
  requires many:  (r->flags & REMAP_FIXED) != 0 && r->old == r->len ==> fits_multi(s->mm, r->page, r->page + r->old);
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace, *r, *at;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EFAULT || \result == MODEL_ENOMEM;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ensures failed: \result != 0 ==> *at == \old(*at);
  ensures at:     \result == 0 ==> *at % PAGE_BYTES == 0 && *at / PAGE_BYTES <= SPACE_HIGH;
*/
static int32_t remap_checked(struct space *s, struct remap *r, uint64_t *at)
{
	int32_t err;
	uint32_t i;

	if ((r->flags & REMAP_FIXED) != 0 && r->old == r->len) {
		FIRE(s, mremap_multi);
		if (s->rules.mremap_multi != 0)
			return remap_multi(s, r, at);
	}
	if (!page_lookup(s, r->page, &i)) {
		FIRE(s, mremap_hole);
		return MODEL_EFAULT;
	}
	if (!has_target(r->flags))
		return remap_at(s, i, r, at);
	err = source_check(s, i, r);
	if (err != 0) {
		FIRE(s, mremap_unmaps_first);
		if (s->rules.mremap_unmaps_first == 0)
			return err;
	}
	return remap_to(s, r, at);
}

int32_t space_mremap(struct space *s, const struct mremap_args *a, uint64_t *at)
{
	struct remap r = { .page = a->addr / PAGE_BYTES,
			   .old = pages_up(a->old_len) % PAGES_ALL,
			   .len = pages_up(a->new_len) % PAGES_ALL,
			   .to = a->new_addr / PAGE_BYTES,
			   .flags = a->flags };
	uint32_t i;

	*at = 0;
	if (!flags_valid(s, a, &r)) {
		FIRE(s, mremap_invalid);
		return MODEL_EINVAL;
	}
	if (!page_lookup(s, r.page, &i)) {
		FIRE(s, mremap_lookup_first);
		if (s->rules.mremap_lookup_first != 0)
			return MODEL_EFAULT;
	}
	if (has_target(r.flags) && !target_valid(a, &r)) {
		FIRE(s, mremap_invalid);
		return MODEL_EINVAL;
	}
	return remap_checked(s, &r, at);
}
