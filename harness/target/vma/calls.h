/* Calls on the clean address space, for those who try what a kernel does. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_TARGET_VMA_CALLS_H
#define MEMORACLE_TARGET_VMA_CALLS_H

#include "../../worker/sys.h"
#include "../../../model/vma/algorithm/mmap.h"
#include "../../../model/vma/env.h"

#define BASE (SPACE_ARENA * PAGE_BYTES)
#define PRIVATE (MMAP_PRIVATE | MMAP_ANONYMOUS)
#define READ_WRITE (VMA_READ | VMA_WRITE)
#define PAGES(n) ((uint64_t)(n)*PAGE_BYTES)

/* kernel_call() - a system call of the kernel under test; each target has its own. Returns: the value, -errno on failure. */
int64_t kernel_call(int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
		    uint64_t f);

static inline int64_t call3(int64_t number, uint64_t a, uint64_t b, uint64_t c)
{
	return kernel_call(number, a, b, c, 0, 0, 0);
}

static inline int64_t map(uint64_t addr, uint64_t pages, uint64_t prot, uint64_t flags)
{
	return kernel_call(SYS_NR_MMAP, addr, PAGES(pages), prot, flags, UINT64_MAX, 0);
}

/* Read and write memory at a fixed place. */
static inline void map_at(uint64_t addr, uint64_t pages, uint64_t flags)
{
	(void)map(addr, pages, READ_WRITE, PRIVATE | MMAP_FIXED | flags);
}

static inline int64_t clear(void)
{
	return call3(SYS_NR_MUNMAP, SPACE_LOW * PAGE_BYTES, (SPACE_HIGH - SPACE_LOW) * PAGE_BYTES,
		     0);
}

#endif
