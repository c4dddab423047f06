/* mprotect(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MPROTECT_H
#define MEMORACLE_MODEL_VMA_MPROTECT_H

#include "../env.h"

#define PROTECT_SEM 0x8ull /* accepted, without effect */
#define PROTECT_KNOWN (VMA_ACCESS | PROTECT_SEM)
#define PROTECT_GROWSDOWN 0x1000000ull
#define PROTECT_GROWSUP 0x2000000ull

/*
 * space_mprotect() - mprotect().
 * @addr, @len: bytes. @prot: PROT_*, of which VMA_ACCESS and the bits above are known.
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
  ensures both:    (prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) == (PROTECT_GROWSDOWN | PROTECT_GROWSUP) ==>
                     \result == MODEL_EINVAL;
  ensures skewed:  addr % PAGE_BYTES != 0 ==> \result == MODEL_EINVAL;
  ensures known:   (prot & (uint64_t)~PROTECT_KNOWN) == 0 && addr % PAGE_BYTES == 0 ==> \result != MODEL_EINVAL;
  ensures unknown: (prot & (uint64_t)~(PROTECT_KNOWN | PROTECT_GROWSDOWN | PROTECT_GROWSUP)) != 0 ==> \result != 0 || len == 0;
  ensures up:      (prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) == PROTECT_GROWSUP ==> \result != 0 || len == 0;
  ensures whole:   (prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) == 0 && \result == 0 ==>
                     len == 0 || whole(\old(s->mm), addr / PAGE_BYTES, addr / PAGE_BYTES + pages_of(len));
  ensures hole:    (prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) == 0 && \result == MODEL_ENOMEM ==>
                     addr / PAGE_BYTES + pages_of(len) >= PAGES_ALL ||
                     !whole(\old(s->mm), addr / PAGE_BYTES, addr / PAGE_BYTES + pages_of(len));
  ensures count:   s->mm.map_count <= \old(s->mm.map_count) + 2;
  ensures ids:     \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ENSURES_OUTSIDE(((prot & (PROTECT_GROWSDOWN | PROTECT_GROWSUP)) == 0 ? addr / PAGE_BYTES : 0), addr / PAGE_BYTES + pages_of(len));
*/
int32_t space_mprotect(struct space *s, uint64_t addr, uint64_t len, uint64_t prot);

#endif
