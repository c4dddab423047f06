/* A deterministic operating system below a real malloc: break and mappings at fixed addresses. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_GLIBC_FAKE_OS_H
#define MEMORACLE_SHIM_GLIBC_FAKE_OS_H

#include "../../../model/os.h"
#include "placement.h"
#include <stdbool.h>
#include <stddef.h>

/*
 * One mapping since reset; numbers are never reused within a case.
 * @at:    where it begins; 0: unmapped again.
 * @base:  of its stride, offset 0 of its region.
 * @chunk: address of the one chunk header in it, when it serves a single chunk.
 */
struct fake_map {
	uint64_t at;
	uint64_t base;
	uint64_t bytes;
	uint64_t chunk;
};

/*
 * struct fake_os - the state of the system that the allocator sees.
 * @log:         where requests are noted, in the model's terms; NULL notes nothing.
 * @deny:        bits of enum ptm_deny: requests that fail with ENOMEM.
 * @brk_high:    highest break since reset.
 * @map_count:   regions in use; map[0] is the break's and stays empty.
 * @large:       number of the mapping in a large stride; below @large_high.
 */
struct fake_os {
	struct os *log;
	uint64_t deny;
	uint64_t brk, brk_high;
	uint32_t map_count;
	uint32_t large_high;
	struct fake_map map[PLACE_REGIONS];
	uint32_t large[PLACE_LARGE_COUNT];
};

extern struct fake_os fake_os;

/* Why fake_os_open() fails. */
#define FAKE_OS_WHY_NOT                                                                            \
	"48 TiB of address space from 0x110000000000 on cannot be reserved: lift ulimit -v and "   \
	"-d, "                                                                                     \
	"or set vm.overcommit_memory to 0"

/* fake_os_open() - maps the zones, lazily. Returns: 0, or -errno when the addresses are taken. */
int fake_os_open(void);

/* fake_os_reset() - no break growth, no mappings, nothing denied, all memory zero. */
void fake_os_reset(void);

/* fake_os_note_chunk() - the chunk whose header lies at @at is the one of its mapping. */
void fake_os_note_chunk(uint64_t at);

/* fake_to_model() - model pointer (region << 40 | offset) of a real address in a zone. fake_to_real() - the other way. */
uint64_t fake_to_model(uint64_t real);
uint64_t fake_to_real(uint64_t pointer);

/* fake_pointer(), fake_address() - to_model and to_real of struct ptm_image. */
uint64_t fake_pointer(uint64_t real);
uint64_t fake_address(uint64_t pointer, uint64_t bytes);

/* The requests. Returns: the result, or -errno. */
int64_t fake_os_sbrk(int64_t increment);
int64_t fake_os_mmap(uint64_t bytes, uint64_t protection);
int64_t fake_os_munmap(uint64_t at, uint64_t bytes);
int64_t fake_os_mremap(uint64_t at, uint64_t bytes_old, uint64_t bytes_new);
int64_t fake_os_advise(uint32_t kind, uint64_t at, uint64_t bytes, uint64_t how);

#endif
