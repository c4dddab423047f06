/* Where a mapping goes when its address is not fixed. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_PLACE_H
#define MEMORACLE_MODEL_VMA_PLACE_H

#include "space.h"

/* guard_start() - first page of VMA @i with the guard gap below it, if it is a stack. */
uint64_t guard_start(const struct space *s, uint32_t i);

/*
 * space_place() - a free range of @len pages.
 * @hint: page, 0 for none. @huge: whether 2 MiB alignment may apply (private anonymous memory).
 * Returns: its first page, or 0 if there is none.
 * Source: mm/mmap.c:__get_unmapped_area, arch/x86/kernel/sys_x86_64.c:arch_get_unmapped_area_topdown.
 */
uint64_t space_place(struct space *s, uint64_t hint, uint64_t len, bool huge);

#endif
