/* mremap(): its arguments, for all its parts. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_REMAP_H
#define MEMORACLE_MODEL_VMA_REMAP_H

#include "../env.h"

#define REMAP_MAYMOVE 1u
#define REMAP_FIXED 2u
#define REMAP_DONTUNMAP 4u

/*
 * struct remap - arguments of mremap(), lengths in whole pages.
 * @page: source; @old, @len: its old and new length; @to: target page; @flags: REMAP_*.
 */
struct remap {
	uint64_t page, old, len, to;
	uint32_t flags;
};

/* struct mremap_args - as the caller gave them, in bytes. */
struct mremap_args {
	uint64_t addr, old_len, new_len, new_addr;
	uint32_t flags;
};

/*@
  predicate remap_ok(struct remap r) = // pages of a 64-bit address space
    r.page < PAGES_ALL && r.old < PAGES_ALL && r.len < PAGES_ALL && r.to < PAGES_ALL;
  predicate targeted(integer flags) = (flags & REMAP_FIXED) != 0 || (flags & REMAP_DONTUNMAP) != 0;
*/

#endif
