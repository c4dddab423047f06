/* mlock(), mlock2(), munlock(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MLOCK_H
#define MEMORACLE_MODEL_VMA_MLOCK_H

#include "../env.h"

/*
 * space_mlock() - gives all VMAs in the range @flags: VMA_LOCKED, with VMA_LOCKONFAULT, or none (munlock).
 * @addr, @len: bytes.
 * Returns: 0, EINVAL or ENOMEM.
 * Source: mm/mlock.c:do_mlock, apply_vma_lock_flags.
 */
/*@
  logic integer lock_pages(integer addr, integer len) = // whole pages that [addr, addr + len) meets, modulo 2^52
    (len / PAGE_BYTES + (len % PAGE_BYTES + addr % PAGE_BYTES + PAGE_BYTES - 1) / PAGE_BYTES) % PAGES_ALL;
*/
/*@
  REQUIRES_SPACE;
  requires room:   s->mm.map_count + 4 <= VMA_CAP;
  requires ids:    s->anon_vma_last + VMA_CAP < UINT32_MAX;
  TOTAL;
  assigns          s->mm, s->anon_vma_last, s->locked_leak, s->trace;
  ENSURES_SPACE;
  ensures err:     \result == 0 || \result == MODEL_EINVAL || \result == MODEL_ENOMEM;
  ensures wraps:   \result == MODEL_EINVAL <==> addr / PAGE_BYTES + lock_pages(addr, len) >= PAGES_ALL;
  ensures empty:   lock_pages(addr, len) == 0 ==> \result == 0;
  ensures whole:   \result == 0 ==> whole(\old(s->mm), addr / PAGE_BYTES, addr / PAGE_BYTES + lock_pages(addr, len));
  ensures count:   s->mm.map_count <= \old(s->mm.map_count) + 2;
  ensures ids:     \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ENSURES_OUTSIDE(addr / PAGE_BYTES, addr / PAGE_BYTES + lock_pages(addr, len));
*/
int32_t space_mlock(struct space *s, uint64_t addr, uint64_t len, uint64_t flags);

#endif
