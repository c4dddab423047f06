/* mprotect(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MPROTECT_H
#define MEMORACLE_MODEL_VMA_MPROTECT_H

#include "space.h"

/*
 * space_mprotect() - mprotect().
 * @addr, @len: bytes. @prot: PROT_*, the bits of VMA_ACCESS.
 * Returns: 0, EINVAL or ENOMEM.
 * Source: mm/mprotect.c:do_mprotect_pkey.
 */
int32_t space_mprotect(struct space *s, uint64_t addr, uint64_t len, uint64_t prot);

#endif
