/* What mmap() refuses, before and after it has found an address. */
/* SPDX-License-Identifier: MIT */
#include "mmap_check.h"

int32_t object_check(struct space *s, const struct mmap_args *a)
{
	if ((a->flags & MMAP_ANONYMOUS) != 0)
		return 0;
	if (a->object == OBJECT_NONE) {
		FIRE(s, mmap_badf);
		return MODEL_EBADF;
	}
	if ((a->flags & MMAP_HUGETLB) != 0) {
		FIRE(s, mmap_hugetlb);
		return MODEL_EINVAL;
	}
	return 0;
}

/* Is the type none that there is? MAP_SHARED_VALIDATE is for objects. */
/*@
  requires valid:  \valid_read(a);
  TOTAL;
  assigns          \nothing;
  ensures none:    \result == true <==>
                     !((a->flags & MMAP_TYPE) == MMAP_SHARED || (a->flags & MMAP_TYPE) == MMAP_PRIVATE ||
                       ((a->flags & MMAP_TYPE) == MMAP_VALIDATE && a->object != OBJECT_NONE));
*/
static bool type_unknown(const struct mmap_args *a)
{
	uint64_t type = a->flags & MMAP_TYPE;

	if (type == MMAP_VALIDATE)
		return a->object == OBJECT_NONE;
	return type != MMAP_SHARED && type != MMAP_PRIVATE;
}

/* Is the end of the range beyond what a file can hold? */
/*@
  requires valid:  \valid_read(a);
  requires pages:  pages <= SPACE_HIGH;
  TOTAL;
  assigns          \nothing;
  ensures beyond:  \result == true <==>
                     a->object != OBJECT_NONE && a->pgoff > (OFFSET_MAX - pages * PAGE_BYTES) / PAGE_BYTES;
*/
static bool offset_beyond(const struct mmap_args *a, uint64_t pages)
{
	return a->object != OBJECT_NONE &&
	       a->pgoff > (OFFSET_MAX - pages * PAGE_BYTES) / PAGE_BYTES;
}

int32_t type_check(struct space *s, const struct mmap_args *a, uint64_t pages)
{
	if (offset_beyond(a, pages)) {
		FIRE(s, mmap_overflow);
		return MODEL_EOVERFLOW;
	}
	if (type_unknown(a)) {
		FIRE(s, mmap_type);
		return MODEL_EINVAL;
	}
	if ((a->flags & MMAP_TYPE) == MMAP_VALIDATE &&
	    ((a->flags & ~MMAP_LEGACY) != 0 ||
	     (s->rules.map_above4g == 0 && (a->flags & MMAP_ABOVE4G) != 0))) {
		FIRE(s, mmap_validate);
		return MODEL_ENOTSUP;
	}
	if ((a->flags & MMAP_GROWSDOWN) != 0 &&
	    ((a->flags & MMAP_TYPE) != MMAP_PRIVATE || a->object != OBJECT_NONE)) {
		FIRE(s, mmap_growsdown);
		return MODEL_EINVAL;
	}
	return 0;
}
