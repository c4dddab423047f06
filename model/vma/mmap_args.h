/* What the arguments of mmap() mean for the new VMA. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MMAP_ARGS_H
#define MEMORACLE_MODEL_VMA_MMAP_ARGS_H

#include "mmap.h"

bool is_shared(const struct mmap_args *a);

/* flags_of() - all flags of the new VMA. Source: mm/mmap.c:do_mmap, mm/vma.c:__mmap_setup. */
uint64_t flags_of(struct space *s, const struct mmap_args *a);

/* object_of() - the object mapped: shared anonymous memory makes a new one of @pages. Source: mm/shmem.c:shmem_zero_setup. */
uint32_t object_of(struct space *s, const struct mmap_args *a, uint64_t pages);

/* pgoff_of() - offset in the object; private anonymous memory takes that of its address. */
uint64_t pgoff_of(const struct mmap_args *a, uint64_t start);

#endif
