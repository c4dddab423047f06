/* A deterministic operating system below a real malloc.o: break and mappings at fixed addresses. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_GLIBC_FAKE_OS_H
#define MEMORACLE_SHIM_GLIBC_FAKE_OS_H

#include "../../../model/os.h"
#include "placement.h"
#include <stdbool.h>
#include <stddef.h>

/* Region k of the model's pointers is the k-th stride; region 0 is the break. */
#define FAKE_PAGE 4096ul
#define FAKE_POINTER_BITS 40 /* model pointer: region << 40 | offset */

static inline uint64_t fake_to_model(uint64_t real)
{
	real -= PLACE_BASE;
	return real >> PLACE_STRIDE_BITS << FAKE_POINTER_BITS | (real & (PLACE_STRIDE - 1));
}

static inline uint64_t fake_to_real(uint64_t pointer)
{
	return PLACE_BASE + (pointer >> FAKE_POINTER_BITS << PLACE_STRIDE_BITS) +
	       (pointer & ((1ul << FAKE_POINTER_BITS) - 1));
}

/* One mapping since reset; numbers are never reused within a case. */
struct fake_map {
	uint64_t at; /* 0: unmapped again */
	uint64_t bytes;
	uint64_t chunk; /* address of the one chunk header in it, when it serves a single chunk */
};

/*
 * struct fake_os - the state of the system that the allocator sees.
 * @log:       where requests are noted, in the model's terms; NULL notes nothing.
 * @deny:      bits of enum ptm_deny: requests that fail with ENOMEM.
 * @brk_high:  highest break since reset.
 * @map_count: regions in use; map[0] is the break's and stays empty.
 */
struct fake_os {
	struct os *log;
	uint64_t deny;
	uint64_t brk, brk_high;
	uint32_t map_count;
	uint32_t
	    dirty_count; /* above FAKE_DIRTY_MAX: the list overflowed, reset clears everything */
	struct fake_map map[PLACE_REGIONS];
};

extern struct fake_os fake_os;

/* fake_os_open() - maps the regions, lazily. Returns: 0, or -errno when the addresses are taken. */
int fake_os_open(void);

/* fake_os_reset() - no break growth, no mappings, nothing denied, all memory zero. */
void fake_os_reset(void);

/* fake_os_note_chunk() - the chunk whose header lies at @at is the one of its mapping. */
void fake_os_note_chunk(uint64_t at);

/* The requests. Returns: the result, or -errno. */
int64_t fake_os_sbrk(int64_t increment);
int64_t fake_os_mmap(uint64_t bytes, uint64_t protection);
int64_t fake_os_munmap(uint64_t at, uint64_t bytes);
int64_t fake_os_mremap(uint64_t at, uint64_t bytes_old, uint64_t bytes_new);
int64_t fake_os_advise(uint32_t kind, uint64_t at, uint64_t bytes, uint64_t how);

#endif
