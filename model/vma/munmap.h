/* Unmapping. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MUNMAP_H
#define MEMORACLE_MODEL_VMA_MUNMAP_H

#include "space.h"

/* space_unmap() - nothing is mapped in the pages [start, end) any more. */
void space_unmap(struct space *s, uint64_t start, uint64_t end);

/*
 * space_munmap() - munmap().
 * @addr: bytes. @len: bytes.
 * Returns: 0, or EINVAL.
 * Source: mm/vma.c:do_vmi_munmap.
 */
int32_t space_munmap(struct space *s, uint64_t addr, uint64_t len);

#endif
