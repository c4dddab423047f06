/* What mremap() checks before it changes anything. */
/* SPDX-License-Identifier: MIT */
#include "remap_check.h"
#include "../state/find.h"

/* Does the call name a target? */
bool has_target(uint32_t flags)
{
	return (flags & REMAP_FIXED) != 0 || (flags & REMAP_DONTUNMAP) != 0;
}

/* Is @page in a VMA? *i is it then. */
bool page_lookup(const struct space *s, uint64_t page, uint32_t *i)
{
	*i = vma_find(&s->mm, page);
	return *i < s->mm.map_count && s->mm.vma[*i].start <= page;
}

/* Are the lengths that DONTUNMAP needs equal so? */
/*@
  requires valid: \valid(s) && \valid_read(a) && \valid_read(r) && \separated(s, a, r);
  TOTAL;
  assigns         s->trace;
  ensures which:  \result == true <==> r->old == r->len && (a->old_len == a->new_len || s->rules.dontunmap_bytes == 0);
*/
static bool lengths_equal(struct space *s, const struct mremap_args *a, const struct remap *r)
{
	if (r->old != r->len || a->old_len == a->new_len)
		return r->old == r->len;
	FIRE(s, dontunmap_bytes);
	return s->rules.dontunmap_bytes == 0;
}

/* Do flags and lengths fit together? */
bool flags_valid(struct space *s, const struct mremap_args *a, const struct remap *r)
{
	if (a->addr % PAGE_BYTES != 0 || r->len == 0)
		return false;
	if (r->len > SPACE_HIGH) {
		FIRE(s, mremap_length);
		if (s->rules.mremap_length != 0)
			return false;
	}
	if (has_target(r->flags) && (r->flags & REMAP_MAYMOVE) == 0)
		return false;
	return (r->flags & REMAP_DONTUNMAP) == 0 || lengths_equal(s, a, r);
}

/* May the target be where it is? The source's end is taken modulo 2^64. */
bool target_valid(const struct mremap_args *a, const struct remap *r)
{
	if (a->new_addr % PAGE_BYTES != 0 || r->len > SPACE_HIGH || r->to > SPACE_HIGH - r->len)
		return false;
	return (r->page + r->old) % PAGES_ALL <= r->to || r->to + r->len <= r->page;
}

/* Source VMA @i against the lengths. */
int32_t source_check(struct space *s, uint32_t i, const struct remap *r)
{
	const struct vma *v = &s->mm.vma[i];
	/*@ assert at: placed_at(s->mm, i); */
	uint64_t kept = r->old > r->len ? r->len : r->old;

	if (!has_target(r->flags) && r->len <= r->old)
		return 0;
	if (r->old == 0 && (v->flags & (VMA_SHARED | VMA_MAYSHARE)) == 0) {
		FIRE(s, mremap_duplicate);
		return MODEL_EINVAL;
	}
	if (kept > v->end - r->page) {
		FIRE(s, mremap_across);
		return MODEL_EFAULT;
	}
	/* The offset at the new end must be one: far beyond what the operands reach. */
	if (r->len > VMA_PGOFF_MAX - (v->pgoff + (r->page - v->start)))
		return MODEL_EINVAL;
	return 0;
}
