/* Where a mapping goes when its address is not fixed. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_PLACE_H
#define MEMORACLE_MODEL_VMA_PLACE_H

#include "../env.h"

/*
 * guard_start() - first page of VMA @i with the guard gap below it, if it is a stack.
 */
/*@
  REQUIRES_SPACE;
  requires index: 0 <= i < s->mm.map_count;
  TOTAL;
  assigns         \nothing;
  ensures guard:  \result == ((s->mm.vma[i].flags & VMA_GROWSDOWN) == 0 ? s->mm.vma[i].start :
                               s->mm.vma[i].start > GUARD_PAGES ? s->mm.vma[i].start - GUARD_PAGES : 0);
*/
uint64_t guard_start(const struct space *s, uint32_t i);

/*
 * space_place() - a free range of @len pages.
 * @hint: page, 0 for none. @huge: whether 2 MiB alignment may apply (private anonymous memory).
 * Returns: its first page, or 0 if there is none.
 * Source: mm/mmap.c:__get_unmapped_area, arch/x86/kernel/sys_x86_64.c:arch_get_unmapped_area_topdown.
 */
/*@
  REQUIRES_SPACE;
  TOTAL;
  assigns         s->trace;
  ensures bound:  \result != 0 ==> \result + len <= SPACE_HIGH;
  ensures free:   \result != 0 && 0 < len ==> unmapped(s->mm, \result, \result + len);
*/
uint64_t space_place(struct space *s, uint64_t hint, uint64_t len, bool huge);

#endif
