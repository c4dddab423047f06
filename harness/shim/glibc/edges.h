/* Where an allocator has written during a case, so that a reset need not clear whole heaps. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_GLIBC_EDGES_H
#define MEMORACLE_SHIM_GLIBC_EDGES_H

#include "../../target/ptmalloc/view.h"

#define EDGES_MAX (1u << 15)
#define EDGE_BYTES 64u /* the words of a chunk, and those of the one before that lie in it */
#define HEAD_PREV_INUSE 1ul
#define HEAD_MMAPPED 2ul
#define HEAD_FLAGS 7ul

/*
 * The allocator writes at the edges of chunks alone. An edge is where a block that was given out begins
 * or ends, or where a request to the system put the end of memory, or inside a block out of which an
 * aligned or a grown one was cut.
 * @count: above EDGES_MAX when places are missing: everything must be cleared.
 */
struct edges {
	uint32_t count;
	bool tcache; /* the tcache's own block is noted */
	struct edge {
		uint64_t at, bytes;
	} edge[EDGES_MAX];
};

extern struct edges edges;

/* edges_note() - [at, at + bytes) may have been written. */
static inline void edges_note(uint64_t at, uint64_t bytes)
{
	uint32_t i = edges.count;

	if (i < EDGES_MAX) {
		edges.edge[i].at = at;
		edges.edge[i].bytes = bytes;
		edges.count = i + 1;
	} else {
		edges.count = EDGES_MAX + 1;
	}
}

/* What an op is about to change in places that its result does not tell. */
struct edges_before {
	uint64_t top_end;   /* gets fenceposts when the top moves elsewhere */
	uint64_t block;     /* realloc: the old block, */
	uint64_t block_end; /* and where a new one may begin, to be merged at once */
	bool fastchunks;    /* there was something to consolidate */
};

/* edges_before() - to be called before an op, edges_after() - with the block that it gave out, or 0. */
struct edges_before edges_before(const struct ptm_image *image, const struct op *op);
void edges_after(const struct ptm_image *image, const struct op *op,
		 const struct edges_before *before, const struct os *os, uint64_t mem);

/*
 * edges_clear() - clears what was noted, as far as it lies in a zone of placement.h, and forgets it.
 * Returns: false if the list had overflowed: nothing is cleared then.
 */
bool edges_clear(void);

#endif
