/* mprotect(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MPROTECT_H
#define MEMORACLE_MODEL_VMA_MPROTECT_H

#include "../env.h"

/*
 * space_mprotect() - mprotect().
 * @addr, @len: bytes. @prot: PROT_*, the bits of VMA_ACCESS.
 * Returns: 0, EINVAL, ENOMEM or EACCES.
 * Source: mm/mprotect.c:do_mprotect_pkey.
 */
/*@
  REQUIRES_SPACE;
  requires room:   s->mm.map_count + 4 <= VMA_CAP;
  requires ids:    s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns          s->mm, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures err:     \result == 0 || \result == MODEL_EINVAL || \result == MODEL_ENOMEM || \result == MODEL_EACCES;
  ensures invalid: \result == MODEL_EINVAL <==> addr % PAGE_BYTES != 0;
  ensures empty:   addr % PAGE_BYTES == 0 && len == 0 ==> \result == 0;
  ensures wraps:   addr % PAGE_BYTES == 0 && addr / PAGE_BYTES + pages_of(len) >= PAGES_ALL ==> \result == MODEL_ENOMEM;
  ensures count:   s->mm.map_count <= \old(s->mm.map_count) + 2;
  ensures ids:     \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ENSURES_OUTSIDE(addr / PAGE_BYTES, addr / PAGE_BYTES + pages_of(len));
*/
int32_t space_mprotect(struct space *s, uint64_t addr, uint64_t len, uint64_t prot);

#endif
