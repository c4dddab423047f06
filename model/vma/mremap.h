/* mremap(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MREMAP_H
#define MEMORACLE_MODEL_VMA_MREMAP_H

#include "space.h"

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

/*
 * space_mremap() - mremap().
 * @at: receives the address in bytes, 0 on failure.
 * Returns: 0, EINVAL, EFAULT or ENOMEM.
 * Source: mm/mremap.c:do_mremap, Linux 6.18.
 */
int32_t space_mremap(struct space *s, const struct mremap_args *a, uint64_t *at);

#endif
