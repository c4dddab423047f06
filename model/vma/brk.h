/* brk(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_BRK_H
#define MEMORACLE_MODEL_VMA_BRK_H

#include "space.h"

/*
 * space_brk() - brk().
 * @brk: the break asked for, in bytes.
 * Returns: the break that holds now, in bytes.
 * Source: mm/mmap.c:brk, mm/vma.c:do_brk_flags.
 */
uint64_t space_brk(struct space *s, uint64_t brk);

#endif
