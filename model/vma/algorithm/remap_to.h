/* mremap() to a named target. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_REMAP_TO_H
#define MEMORACLE_MODEL_VMA_REMAP_TO_H

#include "remap.h"

/* target_find() - where it goes: r->to is fixed, a hint, or to be found. Returns: false if there is no room. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid(r) && \separated(s, r);
  requires index: 0 <= i < s->mm.map_count;
  requires len:   0 < r->len;
  TOTAL;
  assigns         s->trace, r->to;
  ensures fixed:  (r->flags & REMAP_FIXED) != 0 ==> \result == true && r->to == \old(r->to);
  ensures free:   \result == true && (r->flags & REMAP_FIXED) == 0 ==>
                    r->to != 0 && r->to + r->len <= SPACE_HIGH && unmapped(s->mm, r->to, r->to + r->len);
*/
bool target_find(struct space *s, uint32_t i, struct remap *r, bool hint);

/* grown_populate() - faults in what is new of locked memory, which is at page @to now. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(r) && \separated(s, r) && remap_ok(*r);
  requires to:    to + r->len <= SPACE_HIGH;
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns         s->mm.vma[0 .. VMA_CAP - 1].anon_vma, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ensures none:   locked == false || r->len <= r->old ==> s->anon_vma_last == \old(s->anon_vma_last);
  ENSURES_ALIKE;
*/
void grown_populate(struct space *s, const struct remap *r, uint64_t to, bool locked);

/* source_shrink() - unmaps the tail of a source that becomes shorter. Returns: 0 or EINVAL. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid(r) && \separated(s, r) && remap_ok(*r);
  requires room:  s->mm.map_count + 2 <= VMA_CAP;
  requires less:  r->len < r->old;
  TOTAL;
  assigns         s->mm, s->trace, r->old;
  ENSURES_SPACE;
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
  REQUIRES_SPACE;
  requires args:  \valid(r) && \valid(at) && \separated(s, r, at) && remap_ok(*r);
  requires flags: targeted(r->flags) && 0 < r->len;
  requires to:    (r->flags & REMAP_FIXED) != 0 ==> r->to + r->len <= SPACE_HIGH;
  requires room:  s->mm.map_count + 6 <= VMA_CAP;
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace, r->old, r->to, *at;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EFAULT || \result == MODEL_ENOMEM;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + (r->len < \old(r->old) ? 5 : 4);
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ensures same:   r->len <= \old(r->old) ==> s->anon_vma_last == \old(s->anon_vma_last);
  ensures failed: \result != 0 ==> *at == \old(*at);
  ensures at:     \result == 0 ==> *at == r->to * PAGE_BYTES && r->to + r->len <= SPACE_HIGH;
*/
int32_t remap_to(struct space *s, struct remap *r, uint64_t *at);

#endif
