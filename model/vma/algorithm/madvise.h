/* madvise(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MADVISE_H
#define MEMORACLE_MODEL_VMA_MADVISE_H

#include "../env.h"

/*
 * space_madvise() - madvise().
 * @addr, @len: bytes. @advice: enum advice.
 * Returns: 0, EINVAL, ENOMEM, EBADF, EACCES or EFAULT.
 * Source: mm/madvise.c:do_madvise.
 */
/*@
  REQUIRES_SPACE;
  requires room:   s->mm.map_count + 4 <= VMA_CAP;
  requires ids:    s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns          s->mm, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures err:     \result == 0 || \result == MODEL_EINVAL || \result == MODEL_ENOMEM || \result == MODEL_EBADF || \result == MODEL_EACCES ||
                   \result == MODEL_EFAULT;
  ensures skewed:  addr % PAGE_BYTES != 0 ==> \result == MODEL_EINVAL;
  ensures wraps:   addr / PAGE_BYTES + pages_of(len) >= PAGES_ALL ==> \result == MODEL_EINVAL;
  ensures count:   s->mm.map_count <= \old(s->mm.map_count) + 2;
  ensures ids:     \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ENSURES_OUTSIDE(addr / PAGE_BYTES, addr / PAGE_BYTES + pages_of(len));
*/
int32_t space_madvise(struct space *s, uint64_t addr, uint64_t len, uint32_t advice);

#endif
