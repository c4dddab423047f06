/* The edges of chunks that came into being during a case. */
/* SPDX-License-Identifier: MIT */
#include "edges.h"
#include "placement.h"
#include "../../worker/sys.h"

#define PAGE 4096ul
#define PAGES_BYTES_MIN (1ul << 21) /* from here on pages are handed back */
#define MADV_DONTNEED 4ul
#define FASTBIN_BYTES_MAX 176u
#define CACHED_BYTES_MAX 1056u

struct edges edges;

static uint64_t chunk_end(uint64_t chunk)
{
	return chunk + (ptm_word(chunk + 8) & ~HEAD_FLAGS);
}

/*
 * An aligned block is cut out of a larger one, and the tail may have been merged into what follows. The
 * larger one began where the lead begins, which went back to a bin, or to a cache if it is small. If
 * fastbins were consolidated meanwhile, the lead may be part of any chunk.
 */
static void aligned_note(uint64_t chunk, uint64_t align, uint64_t request, bool consolidated)
{
	uint64_t power = 32, large, least, low = chunk_end(chunk), high;

	while (power < align)
		power *= 2;
	large = ptm_chunk_bytes(ptm_chunk_bytes(request) + power + 32);
	high = chunk + large + 2 * EDGE_BYTES;
	least = consolidated ? power + EDGE_BYTES : CACHED_BYTES_MAX;
	if (!consolidated && large > FASTBIN_BYTES_MAX &&
	    (ptm_word(chunk + 8) & HEAD_PREV_INUSE) == 0)
		high -= ptm_word(chunk);
	if (high <= low)
		return;
	if (high - low > least + 2 * EDGE_BYTES)
		low = high - (least + 2 * EDGE_BYTES);
	edges_note(low, high - low);
}

struct edges_before edges_before(const struct ptm_image *image, const struct op *op)
{
	struct edges_before before = {
		.top_end = chunk_end(ptm_word(image->arena + ARENA_TOP)),
		.fastchunks = ptm_half(image->arena + ARENA_HAVE_FASTCHUNKS) != 0,
	};

	if ((op->kind == PTM_OP_realloc || op->kind == PTM_OP_realloc_huge) && op->ref[0] != 0) {
		before.block = ptm_to_real(image, op->ref[0], 0);
		before.block_end = chunk_end(before.block - 16);
	}
	return before;
}

static void grown_note(uint64_t chunk, const struct edges_before *before)
{
	uint64_t bytes = chunk_end(chunk) - chunk;

	if (before->block == chunk + 16)
		edges_note(before->block_end + bytes, 2 * EDGE_BYTES);
}

static void block_note(const struct ptm_image *image, const struct op *op,
		       const struct edges_before *before, uint64_t chunk)
{
	bool consolidated =
	    before->fastchunks && ptm_half(image->arena + ARENA_HAVE_FASTCHUNKS) == 0;

	edges_note(chunk, EDGE_BYTES);
	if ((ptm_word(chunk + 8) & HEAD_MMAPPED) != 0)
		return;
	edges_note(chunk_end(chunk), EDGE_BYTES);
	switch (op->kind) {
	case PTM_OP_memalign:
	case PTM_OP_aligned_alloc:
	case PTM_OP_posix_memalign:
		aligned_note(chunk, op->ref[0], op->ref[1], consolidated);
		break;
	case PTM_OP_valloc:
		aligned_note(chunk, PAGE, op->ref[0], consolidated);
		break;
	case PTM_OP_pvalloc:
		aligned_note(chunk, PAGE, (op->ref[0] + PAGE - 1) & ~(PAGE - 1), consolidated);
		break;
	case PTM_OP_realloc:
		grown_note(chunk, before);
		break;
	default:
		break;
	}
}

void edges_after(const struct ptm_image *image, const struct op *op,
		 const struct edges_before *before, const struct os *os, uint64_t mem)
{
	if (os->seen_count != 0 && before->top_end != image->arena + ARENA_TOP)
		edges_note(before->top_end - EDGE_BYTES, 2 * EDGE_BYTES);
	if (!edges.tcache && *image->tcache != 0) {
		edges.tcache = true;
		edges_note(*image->tcache - 16, 16 + TCACHE_BYTES + EDGE_BYTES);
	}
	if (mem != 0)
		block_note(image, op, before, mem - 16);
}

/* Small pieces far more often than not: a loop beats a string instruction. */
static void words_clear(uint64_t at, uint64_t bytes)
{
	volatile uint64_t *word = (volatile uint64_t *)at;

	if (bytes > PAGES_BYTES_MIN) {
		uint64_t from = (at + PAGE - 1) & ~(PAGE - 1), to = (at + bytes) & ~(PAGE - 1);

		(void)sys_call(SYS_NR_MADVISE, from, to - from, MADV_DONTNEED, 0, 0, 0);
		words_clear(at, from - at);
		words_clear(to, at + bytes - to);
		return;
	}
	if (bytes > 512) {
		memset((void *)at, 0, bytes);
		return;
	}
	for (uint64_t i = 0; i < bytes / 8; i++)
		word[i] = 0;
}

/* A whole edge takes a few instructions, and nearly all are. */
static void edge_clear(uint64_t at, uint64_t bytes)
{
	if (bytes == EDGE_BYTES)
		__builtin_memset((void *)at, 0, EDGE_BYTES);
	else
		words_clear(at, bytes);
}

bool edges_clear(void)
{
	bool whole = edges.count <= EDGES_MAX;

	for (uint32_t i = 0; whole && i < edges.count; i++) {
		uint64_t at = edges.edge[i].at, end = at + edges.edge[i].bytes, zone_end;

		if (at < PLACE_BASE)
			at = PLACE_BASE;
		zone_end = place_zone_end(at);
		if (end > zone_end)
			end = zone_end;
		if (at < end)
			edge_clear(at, end - at);
	}
	edges.count = 0;
	edges.tcache = false;
	return whole;
}
