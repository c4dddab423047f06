/* What mremap() checks before it changes anything. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_REMAP_CHECK_H
#define MEMORACLE_MODEL_VMA_REMAP_CHECK_H

#include "remap.h"

/* has_target() - does the call name a target? */
/*@
  TOTAL;
  assigns         \nothing;
  ensures target: \result == true <==> targeted(flags);
*/
bool has_target(uint32_t flags);

/* page_lookup() - is @page in a VMA? *i is it then. Source: include/linux/mm.h:vma_lookup. */
/*@
  requires valid: \valid_read(s) && \valid(i) && \separated(i, s);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         *i;
  ensures found:  \result == true ==> 0 <= *i < s->mm.map_count && s->mm.vma[*i].start <= page < s->mm.vma[*i].end;
  ensures hole:   \result == false ==> \forall integer k; 0 <= k < s->mm.map_count ==> !(s->mm.vma[k].start <= page < s->mm.vma[k].end);
*/
bool page_lookup(const struct space *s, uint64_t page, uint32_t *i);

/* flags_valid() - do flags and lengths fit together? Source: mm/mremap.c:check_mremap_params. */
/*@
  requires valid: \valid(s) && \valid_read(a) && \valid_read(r) && \separated(s, a, r);
  TOTAL;
  assigns         s->trace;
  ensures which:  \result == true <==> a->addr % PAGE_BYTES == 0 && r->len != 0 &&
                    (r->len > SPACE_HIGH ==> s->rules.mremap_length == 0) &&
                    (targeted(r->flags) ==> (r->flags & REMAP_MAYMOVE) != 0) &&
                    ((r->flags & REMAP_DONTUNMAP) != 0 ==>
                      r->old == r->len && (a->old_len == a->new_len || s->rules.dontunmap_bytes == 0));
*/
bool flags_valid(struct space *s, const struct mremap_args *a, const struct remap *r);

/* target_valid() - may the target be where it is? Source: mm/mremap.c:check_mremap_params, vrm_overlaps. */
/*@
  requires valid: \valid_read(a) && \valid_read(r);
  requires args:  remap_ok(*r);
  TOTAL;
  assigns         \nothing;
  ensures which:  \result == true <==> a->new_addr % PAGE_BYTES == 0 && r->to + r->len <= SPACE_HIGH &&
                    ((r->page + r->old) % PAGES_ALL <= r->to || r->to + r->len <= r->page);
*/
bool target_valid(const struct mremap_args *a, const struct remap *r);

/*
 * source_check() - source VMA @i against the lengths.
 * Returns: 0, EINVAL or EFAULT.
 * Source: mm/mremap.c:check_prep_vma.
 */
/*@
  requires valid: \valid(s) && \valid_read(r) && \separated(s, r);
  requires inv:   wf(s->mm);
  requires index: 0 <= i < s->mm.map_count;
  requires in:    s->mm.vma[i].start <= r->page < s->mm.vma[i].end;
  TOTAL;
  assigns         s->trace;
  ensures plain:  !targeted(r->flags) && r->len <= r->old ==> \result == 0;
  ensures again:  (targeted(r->flags) || r->len > r->old) && r->old == 0 && (s->mm.vma[i].flags & (VMA_SHARED | VMA_MAYSHARE)) == 0 ==>
                    \result == MODEL_EINVAL;
  ensures across: (targeted(r->flags) || r->len > r->old) &&
                  !(r->old == 0 && (s->mm.vma[i].flags & (VMA_SHARED | VMA_MAYSHARE)) == 0) ==>
                    (\result == MODEL_EFAULT <==> (r->old > r->len ? r->len : r->old) > s->mm.vma[i].end - r->page);
  ensures wraps:  (targeted(r->flags) || r->len > r->old) &&
                  !(r->old == 0 && (s->mm.vma[i].flags & (VMA_SHARED | VMA_MAYSHARE)) == 0) &&
                  (r->old > r->len ? r->len : r->old) <= s->mm.vma[i].end - r->page ==>
                    (\result == 0 <==> s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start) + r->len <= VMA_PGOFF_MAX);
  ensures range:  \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EFAULT;
*/
int32_t source_check(struct space *s, uint32_t i, const struct remap *r);

#endif
