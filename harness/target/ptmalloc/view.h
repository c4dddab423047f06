/* Reading a real ptmalloc (glibc 2.36, x86-64): what the shipped and the live target share. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_TARGET_PTMALLOC_VIEW_H
#define MEMORACLE_TARGET_PTMALLOC_VIEW_H

#include "../../target.h"
#include "../../../model/ptmalloc/rules.h"

/* Where things lie in main_arena. */
enum {
	ARENA_FLAGS = 4,
	ARENA_HAVE_FASTCHUNKS = 8,
	ARENA_FASTBINS = 16,
	ARENA_TOP = 96,
	ARENA_LAST_REMAINDER = 104,
	ARENA_BINS = 112,
	ARENA_BINMAP = 2144,
	ARENA_SYSTEM_MEM = 2184,
	ARENA_MAX_SYSTEM_MEM = 2192,
	ARENA_BYTES = 2200,
};

/* Where things lie in mp_. */
enum {
	MP_TRIM_THRESHOLD = 0,
	MP_TOP_PAD = 8,
	MP_MMAP_THRESHOLD = 16,
	MP_N_MMAPS = 60,
	MP_N_MMAPS_MAX = 64,
	MP_MAX_N_MMAPS = 68,
	MP_NO_DYN_THRESHOLD = 72,
	MP_MMAPPED_MEM = 80,
	MP_MAX_MMAPPED_MEM = 88,
	MP_SBRK_BASE = 96,
	MP_TCACHE_BINS = 104,
	MP_TCACHE_MAX_BYTES = 112,
	MP_TCACHE_COUNT = 120,
	MP_TCACHE_UNSORTED_LIMIT = 128,
	MP_BYTES = 136,
};

/* The thread's tcache: counts as u16, then heads of lists. */
enum { TCACHE_CLASSES = 64, TCACHE_ENTRIES = 2 * TCACHE_CLASSES, TCACHE_BYTES = 640 };

extern const struct model model_ptmalloc;

#define POINTER_NOWHERE (CELL_ABSENT - 1) /* a link to where the model has no region */
#define BINS 128u

/*
 * struct ptm_image - where a real ptmalloc is.
 * @arena, @mp: addresses of main_arena and mp_.
 * @heap:       address of offset 0 of region 0; @brk: the break.
 * @to_model:   pointer of a real address outside region 0, or POINTER_NOWHERE.
 * @to_real:    address of @bytes readable bytes at a pointer outside region 0, or 0.
 */
struct ptm_image {
	uint64_t arena, mp;
	uint64_t *max_fast;
	const uint64_t *tcache, *key, *brk;
	uint64_t heap;
	uint64_t (*to_model)(uint64_t real);
	uint64_t (*to_real)(uint64_t pointer, uint64_t bytes);
};

/*
 * ptm_image_ok() - does an allocator that has just been initialised look as expected? Empty rings, the
 * top at bin 1, default thresholds.
 */
bool ptm_image_ok(const struct ptm_image *image);

/* ptm_observe() - the values of cells in the real state; any key is safe. */
void ptm_observe(const struct ptm_image *image, const struct cell *cell, uint32_t count,
		 uint64_t *seen);

/* ptm_to_model() - pointer of a real address, NULL excepted. ptm_to_real() - the other way, or 0. */
uint64_t ptm_to_model(const struct ptm_image *image, uint64_t real);
uint64_t ptm_to_real(const struct ptm_image *image, uint64_t pointer, uint64_t bytes);

static inline uint64_t ptm_word(uint64_t at)
{
	return *(const uint64_t *)at;
}

static inline uint32_t ptm_half(uint64_t at)
{
	return *(const uint32_t *)at;
}

/* Chunk size of a request, as the allocator rounds it. */
static inline uint64_t ptm_chunk_bytes(uint64_t request)
{
	uint64_t bytes = (request + 8 + 15) & ~15ul;

	return bytes < 32 ? 32 : bytes;
}

#endif
