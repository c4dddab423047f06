/* mremap() of several VMAs at once. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_REMAP_MULTI_H
#define MEMORACLE_MODEL_VMA_REMAP_MULTI_H

#include "remap.h"

/* remap_multi() - several VMAs, with the gaps between them. Source: mm/mremap.c:remap_move. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(r) && \valid(at) && \separated(s, r, at) && remap_ok(*r);
  requires flags: (r->flags & REMAP_FIXED) != 0 && 0 < r->old && r->old == r->len;
  requires to:    r->to + r->len <= SPACE_HIGH;
  requires many:  fits_multi(s->mm, r->page, r->page + r->old);
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace, *at;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EFAULT || \result == MODEL_ENOMEM;
  ensures ids:    s->anon_vma_last == \old(s->anon_vma_last);
  ensures failed: \result != 0 ==> *at == \old(*at);
  ensures at:     \result == 0 ==> *at == r->to * PAGE_BYTES;
*/
int32_t remap_multi(struct space *s, const struct remap *r, uint64_t *at);

#endif
