/* The heap: every chunk of every arena in one index space of 16-byte units, and the lists over them. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_STATE_H
#define MEMORACLE_MODEL_PTMALLOC_STATE_H

#include <stdint.h>

#include "../bool.h"
#include "../contract.acsl"

#ifndef PTM_UNITS
#define PTM_UNITS 0x8000000u /* 2 GiB of address space for heaps, holes included */
#endif
#ifndef PTM_ARENAS
#define PTM_ARENAS 1u
#endif
#ifndef PTM_THREADS
#define PTM_THREADS 1u
#endif
#define PTM_SELF 0u /* the thread that runs the op */
#define PTM_UNIT_BYTES 16u
#define PTM_NIL PTM_UNITS           /* no chunk */
#define PTM_BINS 128u               /* bins of an arena; 0 and 127 stay empty */
#define PTM_UNSORTED 1u             /* the unsorted bin */
#define PTM_LARGE 64u               /* the first bin that holds several sizes */
#define PTM_FASTBINS 10u            /* class c holds chunks of c + 2 units */
#define PTM_TCACHE_BINS 64u         /* class c holds chunks of c + 2 units */
#define PTM_TCACHE_COUNT_MAX 65535u /* of one tcache class */
#define PTM_HEAD0 (PTM_UNITS + 1u)  /* head of bin b of arena a: PTM_HEAD0 + PTM_BINS * a + b */
#define PTM_HEADS (PTM_BINS * PTM_ARENAS)
#define PTM_NODES (PTM_HEAD0 + PTM_HEADS)
#define PTM_MAP_WORDS (PTM_HEADS / 32u)
#define PTM_STAMP_MAX 0x7000000000000000  /* of struct ptm_heap's hi and -lo */
#define PTM_STAMP_OP 0x10000000000        /* no operation gives more stamps than this */
#define PTM_STAMP_CONSOLIDATE 0xa00000000 /* nor does a consolidation */
#define PTM_STAMP_FREE 0xa00000010        /* nor freeing a chunk */
#define PTM_STAMP_MALLOC 0x4000000000     /* nor a search for one */
#define PTM_PUSHES_MAX 0xffffffffu
#define PTM_PUSHES_OP 16u /* no operation pushes more fastbin chunks than this */

/*
 * Bytes between two arrays of struct ptm_heap. All of them are powers of two long: without it the elements of a unit
 * would lie in the same sets of the processor's caches, and on some in one place of them. No proof knows of it.
 */
#ifdef __FRAMAC__
#define APART(number)
#else
#define APART(number) uint8_t apart_##number[9u * 4096u + 5u * 64u];
#endif

/* What begins at a unit. */
enum ptm_state {
	PTM_INNER = 0, /* no chunk begins here */
	PTM_USED,
	PTM_FREE, /* in a bin: small, large or unsorted */
	PTM_TOP,
	PTM_FAST,   /* in a fastbin */
	PTM_TCACHE, /* in a tcache */
	PTM_HOLE, /* not memory of a chunk: fenceposts, foreign break memory, gaps, the unused rest */
};

/*
 * struct ptm_heap - the core state, on which the primitives work.
 * A chunk is named by the unit in which its header lies (address / 16 less a base that the adapter
 * knows). Chunks tile the units without gaps; unit 0 begins a HOLE and the last chunk is a HOLE, so
 * that "no heap yet" is one HOLE. size, prev_size and prev_inuse are derived from next, prev and st.
 * Memory for it must be zero before the first ptm_heap_reset(); it is large, so map it lazily.
 * @hi:             highest stamp given. Stamps fall along fd (within equal sizes in large bins).
 * @lo:             lowest stamp given; 0 at first.
 * @reach, @floor:  no chunk has begun from @reach on and below @floor since the reset (predicate untouched), so that
 *                  the run-time check need not look there.
 * @pushes:         fastbin pushes since the reset; bounds every fastbin's depth.
 * @top:            top chunk of an arena, or PTM_NIL.
 * @last_remainder: what the real field points to, or PTM_NIL; may dangle, is only compared.
 * @fast:           first chunk of a fastbin, or PTM_NIL. In a FAST chunk fd is the next one
 *                  (or PTM_NIL) and bk the number of chunks from it to the end of the list.
 * @tcache:         first chunk of a tcache class, or PTM_NIL; fd and bk as for FAST.
 * @tcache_count:   length of that list.
 * @binmap:         bit (PTM_BINS * arena + bin) % 32 of word (PTM_BINS * arena + bin) / 32.
 * @have_fast:      the arena's have_fastchunks.
 * @next, @prev:    of a chunk: the unit after its last (PTM_UNITS for the last chunk), and the start
 *                  of the chunk before it.
 * @fd, @bk:        of FREE chunks and heads: the bin's circular list.
 * @bin:            of FREE chunks and heads: PTM_BINS * arena + bin. Of TCACHE chunks: the class.
 * @st:             enum ptm_state.
 * @arena:          of a chunk (of no meaning for HOLEs). @thread: of a TCACHE chunk.
 *
 * Invariant: wf (specs/ptmalloc.acsl).
 */
struct ptm_heap {
	int64_t hi;
	int64_t lo;
	uint32_t reach;
	uint32_t floor;
	uint32_t pushes;
	uint32_t top[PTM_ARENAS];
	uint32_t last_remainder[PTM_ARENAS];
	uint32_t fast[PTM_ARENAS][PTM_FASTBINS];
	uint32_t tcache[PTM_THREADS][PTM_TCACHE_BINS];
	uint16_t tcache_count[PTM_THREADS][PTM_TCACHE_BINS];
	uint32_t binmap[PTM_MAP_WORDS];
	uint8_t have_fast[PTM_ARENAS];
	int64_t stamp[PTM_UNITS];
	APART(1)
	uint32_t next[PTM_UNITS];
	APART(2)
	uint32_t prev[PTM_UNITS];
	APART(3)
	uint32_t fd[PTM_NODES];
	APART(4)
	uint32_t bk[PTM_NODES];
	APART(5)
	uint16_t bin[PTM_NODES];
	APART(6)
	uint8_t st[PTM_UNITS];
	APART(7)
	uint8_t arena[PTM_UNITS];
	APART(8)
	uint8_t thread[PTM_UNITS];
};

/* struct ptm_scratch - where the run-time check of the invariant takes its notes. */
struct ptm_scratch {
	uint32_t before[PTM_UNITS];
};

#include "../../specs/ptmalloc.acsl"

#endif
