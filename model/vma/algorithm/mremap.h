/* mremap(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MREMAP_H
#define MEMORACLE_MODEL_VMA_MREMAP_H

#include "remap.h"

/*
 * space_mremap() - mremap().
 * @at: receives the address in bytes, 0 on failure.
 * Returns: 0, EINVAL, EFAULT or ENOMEM.
 * Source: mm/mremap.c:do_mremap, Linux 6.18.
 */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(a) && \valid(at) && \separated(s, a, at);
  requires room:  s->mm.map_count + 6 <= VMA_CAP;
  requires many:  pages_of(a->old_len) == pages_of(a->new_len) && pages_of(a->old_len) <= SPACE_HIGH ==>
                    fits_multi(s->mm, a->addr / PAGE_BYTES, a->addr / PAGE_BYTES + pages_of(a->old_len));
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace, *at;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EFAULT || \result == MODEL_ENOMEM;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ensures failed: \result != 0 ==> *at == 0;
  ensures skewed: a->addr % PAGE_BYTES != 0 ==> \result == MODEL_EINVAL;
  ensures empty:  a->new_len == 0 ==> \result == MODEL_EINVAL;
  ensures at:     \result == 0 ==> *at % PAGE_BYTES == 0 && *at / PAGE_BYTES <= SPACE_HIGH;
*/
int32_t space_mremap(struct space *s, const struct mremap_args *a, uint64_t *at);

#endif
