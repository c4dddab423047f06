/* What mmap() refuses, before and after it has found an address. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MMAP_CHECK_H
#define MEMORACLE_MODEL_VMA_MMAP_CHECK_H

#include "mmap_args.h"

/*
 * object_check() - is there an object where one must be?
 * Returns: 0, EBADF or EINVAL.
 * Source: mm/mmap.c:ksys_mmap_pgoff.
 */
/*@
  requires valid:  \valid(s) && \valid_read(a) && \separated(a, s);
  TOTAL;
  assigns          s->trace;
  ensures none:    \result == MODEL_EBADF <==> (a->flags & MMAP_ANONYMOUS) == 0 && a->object == OBJECT_NONE;
  ensures huge:    \result == MODEL_EINVAL <==>
                     (a->flags & MMAP_ANONYMOUS) == 0 && a->object != OBJECT_NONE && (a->flags & MMAP_HUGETLB) != 0;
  ensures err:     \result == 0 || \result == MODEL_EBADF || \result == MODEL_EINVAL;
*/
int32_t object_check(struct space *s, const struct mmap_args *a);

/*
 * type_check() - may this be mapped so?
 * Returns: 0, EOVERFLOW, ENOTSUP or EINVAL.
 * Source: mm/mmap.c:do_mmap.
 */
/*@
  requires valid:  \valid(s) && \valid_read(a) && \separated(a, s);
  requires pages:  pages <= SPACE_HIGH;
  TOTAL;
  assigns          s->trace;
  ensures err:     \result == 0 || \result == MODEL_EOVERFLOW || \result == MODEL_ENOTSUP || \result == MODEL_EINVAL;
  ensures beyond:  \result == MODEL_EOVERFLOW <==>
                     a->object != OBJECT_NONE && a->pgoff > (OFFSET_MAX - pages * PAGE_BYTES) / PAGE_BYTES;
  ensures object:  \result == 0 && a->object != OBJECT_NONE ==>
                     (a->flags & MMAP_GROWSDOWN) == 0 &&
                     ((a->flags & MMAP_TYPE) == MMAP_SHARED || (a->flags & MMAP_TYPE) == MMAP_PRIVATE ||
                      ((a->flags & MMAP_TYPE) == MMAP_VALIDATE && (a->flags & (uint64_t)~MMAP_LEGACY) == 0));
  ensures anon:    \result == 0 && a->object == OBJECT_NONE ==>
                     (a->flags & MMAP_TYPE) == MMAP_PRIVATE ||
                     ((a->flags & MMAP_TYPE) == MMAP_SHARED && (a->flags & MMAP_GROWSDOWN) == 0);
*/
int32_t type_check(struct space *s, const struct mmap_args *a, uint64_t pages);

#endif
