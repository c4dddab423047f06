/* Chunks with a mapping of their own. */
/* SPDX-License-Identifier: MIT */
#include "mapped.h"
#include "../state/arith.h"

#define HEADER_WORD 8u
#define MMAPPED_BIT 2u /* in the size word that is compared with the thresholds */

uint64_t ptm_map_size(const struct ptm_env *e, uint32_t i)
{
	return ptm_sub(e->map[i].bytes, e->map[i].lead);
}

/* Modulo 2^64, as the real macro has it. */
/*@
  TOTAL;
  assigns         \nothing;
  ensures up:     pages_of(bytes) <= UINT64_MAX ==> \result == pages_of(bytes);
  ensures wrap:   pages_of(bytes) > UINT64_MAX ==> \result == 0;
  ensures page:   \result % PTM_PAGE == 0;
*/
static uint64_t page_up(uint64_t bytes)
{
	return bytes % PTM_PAGE == 0 ? bytes : ptm_add(bytes, PTM_PAGE - bytes % PTM_PAGE);
}

/* A free place in the table, or PTM_MAPS_MAX. */
/*@
  requires valid: \valid_read(e);
  TOTAL;
  assigns         \nothing;
  ensures range:  mappings(*e) ==> \result <= PTM_MAPS_MAX;
  ensures free:   mappings(*e) && \result < PTM_MAPS_MAX ==> e->map[\result].bytes == 0;
*/
static uint32_t place_find(const struct ptm_env *e)
{
	if (e->map_free < PTM_MAPS_MAX && e->map[e->map_free].bytes == 0)
		return e->map_free;
	return e->map_high;
}

/* The place @i is no longer free. */
/*@
  requires valid: \valid(e);
  requires map:   i < PTM_MAPS_MAX;
  TOTAL;
  assigns         e->map_live, e->map_high, e->map_free;
  ensures high:   e->map_high == (i >= \old(e->map_high) ? i + 1 : \old(e->map_high));
  ensures live:   \old(e->map_live) <= PTM_MAPS_MAX ==> e->map_live <= PTM_MAPS_MAX;
*/
static void place_take(struct ptm_env *e, uint32_t i)
{
	if (e->map_live < PTM_MAPS_MAX)
		e->map_live++;
	if (i >= e->map_high)
		e->map_high = i + 1;
	else
		e->map_free = (uint32_t)(e->map[i].block % 0x100000000u);
}

/*@
  requires valid: \valid(e);
  TOTAL;
  assigns         e->mmapped_mem, e->max_mmapped_mem;
  ensures most:   e->mmapped_mem <= e->max_mmapped_mem;
*/
static void total_add(struct ptm_env *e, uint64_t bytes)
{
	e->mmapped_mem = ptm_add(e->mmapped_mem, bytes);
	if (e->mmapped_mem > e->max_mmapped_mem)
		e->max_mmapped_mem = e->mmapped_mem;
}

/* The chunk begins where the mapping does. */
/*@
  requires valid: \valid(e);
  requires map:   i < PTM_MAPS_MAX;
  TOTAL;
  assigns         e->map[i], e->map_live, e->map_high, e->map_free, e->n_mmaps, e->max_n_mmaps, e->mmapped_mem, e->max_mmapped_mem, e->trace;
  ensures enter:  \result == PTM_MAP0 + i && e->map[i].block == block && e->map[i].bytes == bytes && e->map[i].lead == 0;
  ensures maps:   mappings(\old(*e)) && block % PTM_PAGE == 0 && bytes % PTM_PAGE == 0 ==> mappings(*e);
  ensures others: \forall integer k; 0 <= k < PTM_MAPS_MAX && k != i ==> e->map[k] == \old(*e).map[k];
*/
static uint32_t map_enter(struct ptm_env *e, uint32_t i, uint64_t block, uint64_t bytes)
{
	place_take(e, i);
	e->map[i].block = block;
	e->map[i].bytes = bytes;
	e->map[i].lead = 0;
	if (e->n_mmaps < INT32_MAX)
		e->n_mmaps++;
	if (e->n_mmaps > e->max_n_mmaps)
		e->max_n_mmaps = e->n_mmaps;
	total_add(e, bytes);
	TOUCH_SCALARS(e, MAPS);
	TOUCH(e, PTM_NODE_MAP + i);
	return PTM_MAP0 + i;
}

uint32_t ptm_map_new(struct ptm_env *e, struct os *os, uint64_t nb)
{
	uint64_t bytes = page_up(ptm_add(nb, HEADER_WORD)), block;
	uint32_t i = place_find(e);

	if (bytes <= nb || i >= PTM_MAPS_MAX)
		return PTM_NIL;
	if (!ptm_mmap(e, os, bytes, PTM_PROT_RW, &block)) {
		FIRE(e, sys_mmap_refused);
		return PTM_NIL;
	}
	FIRE(e, sys_mmap);
	return map_enter(e, i, block, bytes);
}

void ptm_map_shift(struct ptm_env *e, uint32_t i, uint64_t lead)
{
	e->map[i].lead = ptm_add(e->map[i].lead, lead);
	TOUCH(e, PTM_NODE_MAP + i);
}

void ptm_map_drop(struct ptm_env *e, struct os *os, uint32_t i)
{
	int32_t err;
	uint64_t bytes = e->map[i].bytes;

	if (e->n_mmaps > INT32_MIN)
		e->n_mmaps--;
	TOUCH_SCALARS(e, MAPS);
	e->mmapped_mem = ptm_sub(e->mmapped_mem, bytes);
	os_request(os, OS_MUNMAP, e->map[i].block, bytes, 0, &err);
	e->map[i].block = e->map_free;
	e->map[i].bytes = 0;
	e->map[i].lead = 0;
	e->map_free = i;
	if (e->map_live > 0)
		e->map_live--;
}

void ptm_map_free(struct ptm_env *e, struct os *os, uint32_t i)
{
	uint64_t size = ptm_map_size(e, i);

	if (!e->no_dyn_threshold && (size | MMAPPED_BIT) > e->mmap_threshold &&
	    (size | MMAPPED_BIT) <= PTM_THRESHOLD_MAX) {
		FIRE(e, mmap_dynamic);
		e->mmap_threshold = size;
		e->trim_threshold = ptm_add(size, size);
	}
	FIRE(e, munmap);
	ptm_map_drop(e, os, i);
}

/* Is @block where a mapping may be after mremap: where it was, or in a new region? */
/*@
  requires valid: \valid(e);
  requires map:   i < PTM_MAPS_MAX;
  TOTAL;
  assigns         e->regions, e->trace;
  ensures page:   \result != 0 ==> block == e->map[i].block || block % PTM_PAGE == 0;
*/
static bool moved_ok(struct ptm_env *e, uint32_t i, uint64_t block)
{
	if (block == e->map[i].block) {
		FIRE(e, mremap_in_place);
		return true;
	}
	FIRE(e, mremap_moved);
	return ptm_region_new(e, block);
}

bool ptm_map_resize(struct ptm_env *e, struct os *os, uint32_t i, uint64_t nb)
{
	uint64_t old = e->map[i].bytes,
		 bytes = page_up(ptm_add(nb, ptm_add(e->map[i].lead, HEADER_WORD))), block;
	int32_t err;

	if (bytes == old) {
		FIRE(e, mremap_same);
		return true;
	}
	block = os_request(os, OS_MREMAP, e->map[i].block, old, bytes, &err);
	if (err != 0 || !moved_ok(e, i, block)) {
		FIRE(e, mremap_refused);
		return false;
	}
	e->map[i].block = block;
	e->map[i].bytes = bytes;
	total_add(e, ptm_sub(bytes, old));
	TOUCH_SCALARS(e, MAPS);
	TOUCH(e, PTM_NODE_MAP + i);
	return true;
}
