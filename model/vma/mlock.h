/* mlock(), mlock2(), munlock(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MLOCK_H
#define MEMORACLE_MODEL_VMA_MLOCK_H

#include "space.h"

/*
 * space_mlock() - gives all VMAs in the range @flags: VMA_LOCKED, with VMA_LOCKONFAULT, or none (munlock).
 * @addr, @len: bytes.
 * Returns: 0, EINVAL or ENOMEM.
 * Source: mm/mlock.c:do_mlock, apply_vma_lock_flags.
 */
int32_t space_mlock(struct space *s, uint64_t addr, uint64_t len, uint64_t flags);

#endif
