/* The parts of mremap(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_REMAP_H
#define MEMORACLE_MODEL_VMA_REMAP_H

#include "mremap.h"

/*@
  predicate remap_ok(struct remap r) = // pages of a 64-bit address space
    r.page < PAGES_ALL && r.old < PAGES_ALL && r.len < PAGES_ALL && r.to < PAGES_ALL;
  predicate targeted(integer flags) = (flags & REMAP_FIXED) != 0 || (flags & REMAP_DONTUNMAP) != 0;
*/

/* has_target() - does the call name a target? */
/*@
  VMA_TOTAL;
  assigns         \nothing;
  ensures target: \result == true <==> targeted(flags);
*/
bool has_target(uint32_t flags);

/* page_lookup() - is @page in a VMA? *i is it then. Source: include/linux/mm.h:vma_lookup. */
/*@
  requires valid: \valid_read(s) && \valid(i) && \separated(i, s);
  requires inv:   wf(s->mm);
  VMA_TOTAL;
  assigns         *i;
  ensures found:  \result == true ==> 0 <= *i < s->mm.map_count && s->mm.vma[*i].start <= page < s->mm.vma[*i].end;
  ensures hole:   \result == false ==> \forall integer k; 0 <= k < s->mm.map_count ==> !(s->mm.vma[k].start <= page < s->mm.vma[k].end);
*/
bool page_lookup(const struct space *s, uint64_t page, uint32_t *i);

/* flags_valid() - do flags and lengths fit together? Source: mm/mremap.c:check_mremap_params. */
/*@
  requires valid: \valid(s) && \valid_read(a) && \valid_read(r) && \separated(s, a, r);
  VMA_TOTAL;
  assigns         s->trace;
  ensures which:  \result == true <==> a->addr % PAGE_BYTES == 0 && r->len != 0 &&
                    (r->len > SPACE_HIGH ==> s->rules.mremap_length == 0) &&
                    (targeted(r->flags) ==> (r->flags & REMAP_MAYMOVE) != 0) &&
                    ((r->flags & REMAP_DONTUNMAP) != 0 ==> r->old == r->len);
*/
bool flags_valid(struct space *s, const struct mremap_args *a, const struct remap *r);

/* target_valid() - may the target be where it is? Source: mm/mremap.c:check_mremap_params, vrm_overlaps. */
/*@
  requires valid: \valid_read(a) && \valid_read(r);
  requires args:  remap_ok(*r);
  VMA_TOTAL;
  assigns         \nothing;
  ensures which:  \result == true <==> a->new_addr % PAGE_BYTES == 0 && r->to + r->len <= SPACE_HIGH &&
                    (r->page + r->old <= r->to || r->to + r->len <= r->page);
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
  VMA_TOTAL;
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

/* target_find() - where it goes: r->to is fixed, a hint, or to be found. Returns: false if there is no room. */
/*@
  SPACE_VALID;
  requires args:  \valid(r) && \separated(s, r);
  requires index: 0 <= i < s->mm.map_count;
  requires len:   0 < r->len;
  VMA_TOTAL;
  assigns         s->trace, r->to;
  ensures fixed:  (r->flags & REMAP_FIXED) != 0 ==> \result == true && r->to == \old(r->to);
  ensures free:   \result == true && (r->flags & REMAP_FIXED) == 0 ==>
                    r->to != 0 && r->to + r->len <= SPACE_HIGH && unmapped(s->mm, r->to, r->to + r->len);
*/
bool target_find(struct space *s, uint32_t i, struct remap *r, bool hint);

/* grown_populate() - faults in what is new of locked memory, which is at page @to now. */
/*@
  SPACE_VALID;
  requires args:  \valid_read(r) && \separated(s, r) && remap_ok(*r);
  requires to:    to + r->len <= SPACE_HIGH;
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX;
  VMA_TOTAL;
  assigns         s->mm.vma[0 .. VMA_CAP - 1].anon_vma, s->anon_vma_last, s->trace;
  SPACE_WF;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ensures none:   locked == false || r->len <= r->old ==> s->anon_vma_last == \old(s->anon_vma_last);
  SPACE_ALIKE;
*/
void grown_populate(struct space *s, const struct remap *r, uint64_t to, bool locked);

/* source_shrink() - unmaps the tail of a source that becomes shorter. Returns: 0 or EINVAL. */
/*@
  SPACE_VALID;
  requires args:  \valid(r) && \separated(s, r) && remap_ok(*r);
  requires room:  s->mm.map_count + 2 <= VMA_CAP;
  requires less:  r->len < r->old;
  VMA_TOTAL;
  assigns         s->mm, s->trace, r->old;
  SPACE_WF;
  ensures err:    \result == 0 || \result == MODEL_EINVAL;
  ensures beyond: \result == 0 <==> r->page + \old(r->old) <= SPACE_HIGH;
  ensures old:    \result == 0 ==> r->old == r->len;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 1;
  ensures kept:   \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) &&
                    !(r->page + r->len <= at < r->page + \old(r->old)) ==> maps(s->mm, at, fl, file, off);
  ensures only:   \forall integer at, fl, file, off; maps(s->mm, at, fl, file, off) ==> maps(\old(s->mm), at, fl, file, off) &&
                    (\result != 0 || !(r->page + r->len <= at < r->page + \old(r->old)));
*/
int32_t source_shrink(struct space *s, struct remap *r);

/* remap_to() - to a named target, from one VMA. Source: mm/mremap.c:mremap_to. */
/*@
  SPACE_VALID;
  requires args:  \valid(r) && \valid(at) && \separated(s, r, at) && remap_ok(*r);
  requires flags: targeted(r->flags) && 0 < r->len;
  requires to:    (r->flags & REMAP_FIXED) != 0 ==> r->to + r->len <= SPACE_HIGH;
  requires room:  s->mm.map_count + 6 <= VMA_CAP;
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX;
  VMA_TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace, r->old, r->to, *at;
  SPACE_WF;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EFAULT || \result == MODEL_ENOMEM;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + (r->len < \old(r->old) ? 5 : 4);
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ensures same:   r->len <= \old(r->old) ==> s->anon_vma_last == \old(s->anon_vma_last);
  ensures failed: \result != 0 ==> *at == \old(*at);
  ensures at:     \result == 0 ==> *at == r->to * PAGE_BYTES && r->to + r->len <= SPACE_HIGH;
*/
int32_t remap_to(struct space *s, struct remap *r, uint64_t *at);

/* remap_multi() - several VMAs, with the gaps between them. Source: mm/mremap.c:remap_move. */
/*@
  SPACE_VALID;
  requires args:  \valid_read(r) && \valid(at) && \separated(s, r, at) && remap_ok(*r);
  requires flags: (r->flags & REMAP_FIXED) != 0 && 0 < r->old && r->old == r->len;
  requires to:    r->to + r->len <= SPACE_HIGH;
  requires room:  s->mm.map_count + 4 * r->old + 2 <= VMA_CAP;
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX;
  VMA_TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace, *at;
  SPACE_WF;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EFAULT || \result == MODEL_ENOMEM;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 4 * r->old;
  ensures ids:    s->anon_vma_last == \old(s->anon_vma_last);
  ensures failed: \result != 0 ==> *at == \old(*at);
  ensures at:     \result == 0 ==> *at == r->to * PAGE_BYTES;
*/
int32_t remap_multi(struct space *s, const struct remap *r, uint64_t *at);

/* remap_grow() - VMA @i gets longer: in place, or wherever there is room. Source: mm/mremap.c:expand_vma. */
/*@
  SPACE_VALID;
  requires args:  \valid(r) && \valid(at) && \separated(s, r, at) && remap_ok(*r);
  requires index: 0 <= i < s->mm.map_count;
  requires in:    s->mm.vma[i].start <= r->page < s->mm.vma[i].end;
  requires more:  r->old < r->len;
  requires pgoff: s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start) + r->len <= VMA_PGOFF_MAX;
  requires room:  s->mm.map_count + 6 <= VMA_CAP;
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX;
  requires flags: !targeted(r->flags);
  VMA_TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace, r->to, *at;
  SPACE_WF;
  ensures err:    \result == 0 || \result == MODEL_ENOMEM;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 3;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ensures failed: \result != 0 ==> *at == \old(*at);
  ensures at:     \result == 0 ==> *at == r->to * PAGE_BYTES && r->to + r->len <= SPACE_HIGH;
*/
int32_t remap_grow(struct space *s, uint32_t i, struct remap *r, uint64_t *at);

#endif
