/* madvise(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MADVISE_H
#define MEMORACLE_MODEL_VMA_MADVISE_H

#include "space.h"

/* Advice, by the numbers of the kernel. */
enum advice {
	ADVICE_NORMAL = 0,
	ADVICE_RANDOM = 1,
	ADVICE_SEQUENTIAL = 2,
	ADVICE_WILLNEED = 3,
	ADVICE_DONTNEED = 4,
	ADVICE_FREE = 8,
	ADVICE_DONTFORK = 10,
	ADVICE_DOFORK = 11,
	ADVICE_MERGEABLE = 12,
	ADVICE_UNMERGEABLE = 13,
	ADVICE_HUGEPAGE = 14,
	ADVICE_NOHUGEPAGE = 15,
	ADVICE_DONTDUMP = 16,
	ADVICE_DODUMP = 17,
	ADVICE_WIPEONFORK = 18,
	ADVICE_KEEPONFORK = 19,
	ADVICE_POPULATE_WRITE = 23,
};

/*
 * space_madvise() - madvise().
 * @addr, @len: bytes. @advice: enum advice.
 * Returns: 0, EINVAL, ENOMEM, EBADF or EFAULT.
 * Source: mm/madvise.c:do_madvise.
 */
int32_t space_madvise(struct space *s, uint64_t addr, uint64_t len, uint32_t advice);

#endif
