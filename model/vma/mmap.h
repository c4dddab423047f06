/* mmap(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MMAP_H
#define MEMORACLE_MODEL_VMA_MMAP_H

#include "space.h"

#define MMAP_SHARED 0x1ull
#define MMAP_PRIVATE 0x2ull
#define MMAP_FIXED 0x10ull
#define MMAP_ANONYMOUS 0x20ull
#define MMAP_GROWSDOWN 0x100ull
#define MMAP_LOCKED 0x2000ull
#define MMAP_NORESERVE 0x4000ull
#define MMAP_POPULATE 0x8000ull
#define MMAP_STACK 0x20000ull
#define MMAP_NOREPLACE 0x100000ull

/*
 * struct mmap_args - arguments of mmap().
 * @addr, @len: bytes. @prot: PROT_* (the bits of VMA_ACCESS). @flags: MMAP_*.
 * @object: OBJECT_NONE if anonymous. @pgoff: offset in pages.
 */
struct mmap_args {
	uint64_t addr, len, prot, flags, pgoff;
	uint32_t object;
};

/*
 * space_mmap() - mmap().
 * @at: receives the address in bytes, 0 on failure.
 * Returns: 0, EINVAL, ENOMEM or EEXIST.
 * Source: mm/mmap.c:do_mmap, mm/vma.c:__mmap_region.
 */
int32_t space_mmap(struct space *s, const struct mmap_args *a, uint64_t *at);

#endif
