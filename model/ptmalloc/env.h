/* What stands beside the heap: parameters, statistics, the break, mappings and the trace; and the whole state. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_ENV_H
#define MEMORACLE_MODEL_PTMALLOC_ENV_H

#include "../bool.h"
#include "../op.h"
#include "../os.h"
#include "../trace.h"
#include "rules.h"
#include "state.h"

#define PTM_PAGE 4096u
#define PTM_MAIN 0u /* the main arena */
#define PTM_SPANS_MAX 1024u
#define PTM_MAPS_MAX 0x10000u
#define PTM_SLOTS SLOTS_MAX
#define PTM_MAP0 0x80000000u             /* blocks: PTM_MAP0 + index in map[] */
#define PTM_LEAD_MAX 0x7000000000000000u /* no alignment is larger */
#define PTM_FIRST_UNIT 1u                /* of the break region's offset 0 */
#define PTM_THRESHOLD_MAX 0x2000000u     /* DEFAULT_MMAP_THRESHOLD_MAX */
#define PTM_CONSOLIDATE_UNITS 4096u      /* FASTBIN_CONSOLIDATION_THRESHOLD, 64 KiB */
#define PTM_MINSIZE 32u
#define PTM_MIN_UNITS 2u

/* Node numbers of the trace: what of the state is meant, and which. */
#define PTM_NODE_CHUNK 0u           /* + unit: header, footer and links of a chunk */
#define PTM_NODE_HEAD 0x10000000u   /* + unit: its header only */
#define PTM_NODE_FD 0x20000000u     /* + unit or bin head: its link forward */
#define PTM_NODE_BK 0x30000000u     /* + unit or bin head: its link back */
#define PTM_NODE_RING 0x40000000u   /* + unit: its nextsize links */
#define PTM_NODE_FAST 0x50000000u   /* + class */
#define PTM_NODE_TCACHE 0x60000000u /* + class */
#define PTM_NODE_BINMAP 0x70000000u /* + word */
#define PTM_NODE_MAP 0x80000000u    /* + index */
#define PTM_NODE_SCALAR 0x90000000u /* + enum ptm_scalars */
#define PTM_NODE_KIND 0xf0000000u

/* Scalars that change together. */
enum ptm_scalars {
	PTM_SCALARS_TOP,
	PTM_SCALARS_LAST_REMAINDER,
	PTM_SCALARS_HAVE_FAST,
	PTM_SCALARS_BREAK, /* the break, what the arena has of it, the tcache */
	PTM_SCALARS_MAPS,  /* statistics of mappings, and thresholds */
	PTM_SCALARS_ALL,
};

/* A mapping that serves as heap: units from @unit on lie at pointer @start. */
struct ptm_span {
	uint32_t unit;
	uint32_t units;
	uint64_t start;
};

/* A chunk with a mapping of its own. Free places have bytes == 0, and in block the number of the next free place. */
struct ptm_map {
	uint64_t block; /* pointer to the first byte of the mapping */
	uint64_t bytes; /* of the mapping, a multiple of the page size */
	uint64_t lead;  /* the chunk begins that far in: its prev_size word */
};

/*
 * struct ptm_env - all of the model but the heap.
 * @tcache:         the block that holds the thread's tcache, or PTM_NIL.
 * @noncontiguous:  the arena's NONCONTIGUOUS_BIT.
 * @max_fast:       global_max_fast, bytes.
 * @brk:            the break, bytes from the break at the start; moves by the results of requests.
 * @brk_floor:      highest break that the allocator knows as its own; above it lies the program's memory.
 * @hole:           the HOLE that begins where the allocator's memory in the break region ends.
 * @regions:        mappings got so far: the number of the newest region.
 * @map_high:       places of @map in use lie below it; invariant: mappings.
 * @map_free:       the free place below @map_high that was given back last; not below it if there is none.
 * @span:           heaps in mappings, units falling; span_floor is the lowest unit of any.
 */
struct ptm_env {
	struct ptm_rules rules;
	uint64_t trim_threshold;
	uint64_t top_pad;
	uint64_t mmap_threshold;
	int32_t n_mmaps_max;
	int32_t n_mmaps;
	int32_t max_n_mmaps;
	uint32_t no_dyn_threshold;
	uint64_t mmapped_mem;
	uint64_t max_mmapped_mem;
	uint64_t sbrk_base;
	bool has_sbrk_base;
	bool noncontiguous;
	uint64_t max_fast;
	uint64_t tcache_bins;
	uint32_t tcache;
	uint64_t system_mem;
	uint64_t max_system_mem;
	uint64_t brk;
	uint64_t brk_floor;
	uint32_t hole;
	uint32_t denied;
	uint64_t regions;
	uint32_t span_count;
	uint32_t span_floor;
	uint32_t map_high;
	uint32_t map_live;
	uint32_t map_free;
	struct ptm_span span[PTM_SPANS_MAX];
	struct ptm_map map[PTM_MAPS_MAX];
	struct trace trace;
};

/*
 * struct ptm - the state that the worker owns.
 * @slot:      blocks in the program's hands (see block.h); PTM_NIL where a slot is empty.
 * @slot_high: slots from here on are empty, whatever stands in @slot.
 * @ops:       applied since the reset.
 */
struct ptm {
	struct ptm_heap heap;
	struct ptm_env env;
	uint32_t slot[PTM_SLOTS];
	uint32_t slot_high;
	uint64_t ops;
	struct ptm_scratch scratch;
};

/* The worker's pointers as what they are: the type of struct model's functions cannot say it. */
#define PTM_OF(state) ((struct ptm *)(state))
#define PTM_RULES_OF(rules) ((const struct ptm_rules *)(rules))

/*@
  predicate mapping(struct ptm_map m) = // of a chunk with a mapping of its own
    m.block % PTM_PAGE == 0 && m.bytes % PTM_PAGE == 0 && m.lead <= m.bytes && m.lead <= PTM_LEAD_MAX;
  predicate mappings(struct ptm_env e) = e.map_high <= PTM_MAPS_MAX && e.map_live <= PTM_MAPS_MAX &&
    (\forall integer i; e.map_high <= i < PTM_MAPS_MAX ==> e.map[i].bytes == 0) &&
    (\forall integer i; 0 <= i < PTM_MAPS_MAX && e.map[i].bytes != 0 ==> mapping(e.map[i]));
  predicate maps_kept(struct ptm_env e, struct ptm_env p) = mappings(p) ==> mappings(e);
*/

/*@
  logic integer in_slot(struct ptm m, integer i) = i < m.slot_high ? m.slot[i] : PTM_NIL;
*/

#define FIRE(e, rule) rule_fire(&(e)->trace, PTM_RULE_##rule)
#define TOUCH_SCALARS(e, which) TOUCH(e, PTM_NODE_SCALAR + PTM_SCALARS_##which)
#define TOUCH(e, node) trace_touch(&(e)->trace, node)

#include "../../specs/ptmalloc_model.acsl"

/* ptm_size() - Returns: units of the chunk @u. */
/*@
  requires valid: \valid_read(h);
  requires chunk: u < PTM_UNITS && u <= h->next[u];
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == h->next[u] - u;
*/
static inline uint32_t ptm_size(const struct ptm_heap *h, uint32_t u)
{
	return h->next[u] - u;
}

/* ptm_slot() - Returns: the block in slot @i, or PTM_NIL. */
/*@
  requires valid: \valid_read(m);
  requires slot:  i < PTM_SLOTS;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == in_slot(*m, i);
*/
static inline uint32_t ptm_slot(const struct ptm *m, uint64_t i)
{
	return i < m->slot_high ? m->slot[i] : PTM_NIL;
}

#endif
