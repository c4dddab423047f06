/* mremap() to a larger size, in place or elsewhere. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_REMAP_GROW_H
#define MEMORACLE_MODEL_VMA_REMAP_GROW_H

#include "remap.h"

/* remap_grow() - VMA @i gets longer: in place, or wherever there is room. Source: mm/mremap.c:expand_vma. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid(r) && \valid(at) && \separated(s, r, at) && remap_ok(*r);
  requires index: 0 <= i < s->mm.map_count;
  requires in:    s->mm.vma[i].start <= r->page < s->mm.vma[i].end;
  requires more:  r->old < r->len;
  requires pgoff: s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start) + r->len <= VMA_PGOFF_MAX;
  requires room:  s->mm.map_count + 6 <= VMA_CAP;
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX;
  requires flags: !targeted(r->flags);
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace, r->to, *at;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_ENOMEM;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 3;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ensures failed: \result != 0 ==> *at == \old(*at);
  ensures at:     \result == 0 ==> *at == r->to * PAGE_BYTES && r->to + r->len <= SPACE_HIGH;
*/
int32_t remap_grow(struct space *s, uint32_t i, struct remap *r, uint64_t *at);

#endif
