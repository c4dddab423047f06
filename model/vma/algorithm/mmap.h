/* mmap(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MMAP_H
#define MEMORACLE_MODEL_VMA_MMAP_H

#include "mmap_args.h"

/*
 * space_mmap() - mmap().
 * @at: receives the address in bytes, 0 on failure.
 * Returns: 0, EINVAL, ENOMEM, EEXIST, EACCES, EBADF, EOVERFLOW or ENOTSUP.
 * Source: mm/mmap.c:do_mmap, mm/vma.c:__mmap_region.
 */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(a) && \valid(at) && \separated(s, a, at);
  requires room:  s->mm.map_count + 3 <= VMA_CAP;
  requires ids:   s->anon_vma_last + VMA_CAP < UINT32_MAX && s->object_last < UINT32_MAX;
  requires pgoff: a->pgoff + SPACE_HIGH <= VMA_PGOFF_MAX;
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->object_last, s->object_pages[0 .. OBJECTS_MAX - 1], s->trace, *at;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_ENOMEM || \result == MODEL_EEXIST || \result == MODEL_EACCES ||
                  \result == MODEL_EBADF || \result == MODEL_EOVERFLOW || \result == MODEL_ENOTSUP;
  ensures denied: \result == MODEL_EACCES ==> s->rules.mdwe != 0 && (a->prot & VMA_WRITE) != 0 && (a->prot & VMA_EXEC) != 0;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 2;
  ensures failed: \result != 0 ==> *at == 0;
  ensures at:     *at % PAGE_BYTES == 0 && *at / PAGE_BYTES + (\result == 0 ? pages_of(a->len) : 0) <= SPACE_HIGH;
  ensures fixed:  \result == 0 && (a->flags & (MMAP_FIXED | MMAP_NOREPLACE)) != 0 ==> *at == a->addr;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + VMA_CAP;
  ensures object: \old(s->object_last) <= s->object_last <= \old(s->object_last) + 1;
  ensures kept:   \forall integer p, fl, file, off; maps(\old(s->mm), p, fl, file, off) &&
                    (\result != 0 || !(*at / PAGE_BYTES <= p < *at / PAGE_BYTES + pages_of(a->len))) ==> maps(s->mm, p, fl, file, off);
  ensures only:   \forall integer p, fl, file, off; maps(s->mm, p, fl, file, off) &&
                    (\result != 0 || !(*at / PAGE_BYTES <= p < *at / PAGE_BYTES + pages_of(a->len))) ==> maps(\old(s->mm), p, fl, file, off);
*/
int32_t space_mmap(struct space *s, const struct mmap_args *a, uint64_t *at);

#endif
