/* Unmapping. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MUNMAP_H
#define MEMORACLE_MODEL_VMA_MUNMAP_H

#include "../env.h"

/*
 * space_unmap() - nothing is mapped in the pages [start, end) any more.
 */
/*@
  REQUIRES_SPACE;
  requires room:  s->mm.map_count + 2 <= VMA_CAP;
  TOTAL;
  assigns         s->mm, s->trace;
  ENSURES_SPACE;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 1;
  ensures free:   start < end ==> unmapped(s->mm, start, end);
  ensures kept:   \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) && !(start <= at < end) ==> maps(s->mm, at, fl, file, off);
  ensures only:   \forall integer at, fl, file, off; maps(s->mm, at, fl, file, off) ==> maps(\old(s->mm), at, fl, file, off) && !(start <= at < end);
*/
void space_unmap(struct space *s, uint64_t start, uint64_t end);

/*
 * space_munmap() - munmap().
 * @addr: bytes. @len: bytes.
 * Returns: 0, or EINVAL.
 * Source: mm/vma.c:do_vmi_munmap.
 */
/*@
  REQUIRES_SPACE;
  requires room:  s->mm.map_count + 2 <= VMA_CAP;
  TOTAL;
  assigns         s->mm, s->trace;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_EINVAL;
  ensures valid:  \result == 0 <==> addr % PAGE_BYTES == 0 && 0 < len && addr / PAGE_BYTES + pages_of(len) <= SPACE_HIGH;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 1;
  ensures kept:   \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) &&
                    (\result != 0 || !(addr / PAGE_BYTES <= at < addr / PAGE_BYTES + pages_of(len))) ==>
                    maps(s->mm, at, fl, file, off);
  ensures only:   \forall integer at, fl, file, off; maps(s->mm, at, fl, file, off) ==> maps(\old(s->mm), at, fl, file, off) &&
                    (\result != 0 || !(addr / PAGE_BYTES <= at < addr / PAGE_BYTES + pages_of(len)));
*/
int32_t space_munmap(struct space *s, uint64_t addr, uint64_t len);

#endif
