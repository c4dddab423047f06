/* madvise(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MADVISE_H
#define MEMORACLE_MODEL_VMA_MADVISE_H

#include "space.h"

/*
 * space_madvise() - madvise().
 * @addr, @len: bytes. @advice: enum advice.
 * Returns: 0, EINVAL, ENOMEM, EBADF or EFAULT.
 * Source: mm/madvise.c:do_madvise.
 */
int32_t space_madvise(struct space *s, uint64_t addr, uint64_t len, uint32_t advice);

#endif
