/* Chunks with a mapping of their own. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_MAPPED_H
#define MEMORACLE_MODEL_PTMALLOC_MAPPED_H

#include "sys.h"

#define PTM_ENV_OS_PRE                                                                             \
	requires valid : \valid(e) && \valid(os) && \separated(e, os);                             \
	requires os : os_ok(*os)
#define PTM_ENV_OS_POST                                                                            \
	TOTAL;                                                                                     \
	assigns *e, *os;                                                                           \
	ensures os : os_ok(*os)
/* The whole mapping of map @i, lead included, is asked to go. */
#define ENSURES_UNMAPPED(i)                                                                        \
	ensures asked : \old(os->want_count)<OS_EVENTS_MAX ==> asks(                               \
	    os->want[\old(os->want_count)], OS_MUNMAP,                            \
			     \old(e->map[i].block), \old(e->map[i].bytes), 0)

/*@
  logic integer pages_of(integer bytes) = bytes % PTM_PAGE == 0 ? bytes : bytes + PTM_PAGE - bytes % PTM_PAGE;
  predicate adapts(struct ptm_env e, integer size) = // the threshold follows the size of a freed chunk
    e.no_dyn_threshold == 0 && (size | 2) > e.mmap_threshold && (size | 2) <= PTM_THRESHOLD_MAX;
*/

/*
 * ptm_map_new() - a mapping for a chunk of @nb bytes, its header's word more, in whole pages.
 * Returns: the block, or PTM_NIL if refused.
 * Source: malloc/malloc.c:sysmalloc_mmap, glibc 2.36.
 */
/*@
  PTM_ENV_OS_PRE;
  TOTAL;
  assigns         MAP_FIELDS, e->trace, *os;
  ensures os:     os_ok(*os);
  ENSURES_MAPS;
  ensures block:  \result == PTM_NIL || PTM_MAP0 <= \result < PTM_MAP0 + PTM_MAPS_MAX;
  ensures size:   \result != PTM_NIL ==> \forall integer i; i == \result - PTM_MAP0 ==>
                  e->map[i].bytes == pages_of(nb + 8) && e->map[i].lead == 0 && e->map[i].bytes > nb;
  ensures place:  \result != PTM_NIL && mappings(\old(*e)) ==> \forall integer i; i == \result - PTM_MAP0 ==> \old(*e).map[i].bytes == 0;
  ensures others: \forall integer i; 0 <= i < PTM_MAPS_MAX && i != \result - PTM_MAP0 ==> e->map[i] == \old(*e).map[i];
*/
uint32_t ptm_map_new(struct ptm_env *e, struct os *os, uint64_t nb);

/* ptm_map_shift() - the chunk of map @i begins @lead bytes further in. Source: malloc/malloc.c:_int_memalign. */
/*@
  requires valid: \valid(e);
  requires map:   i < PTM_MAPS_MAX;
  TOTAL;
  assigns         e->map[i].lead, e->trace;
  ensures lead:   \old(e->map[i].lead) + lead <= UINT64_MAX ==> e->map[i].lead == \old(e->map[i].lead) + lead;
  ensures maps:   mappings(\old(*e)) && \old(e->map[i].lead) + lead <= \old(e->map[i].bytes) && \old(e->map[i].lead) + lead <= PTM_LEAD_MAX
                  ==> mappings(*e);
*/
void ptm_map_shift(struct ptm_env *e, uint32_t i, uint64_t lead);

/*
 * ptm_map_free() - free of map @i's chunk: its size becomes the threshold where that is dynamic.
 * Source: malloc/malloc.c:__libc_free, glibc 2.36.
 */
/*@
  PTM_ENV_OS_PRE;
  requires map:   i < PTM_MAPS_MAX;
  TOTAL;
  assigns         MAP_FIELDS, e->mmap_threshold, e->trim_threshold, e->trace, *os;
  ensures os:     os_ok(*os);
  ENSURES_MAPS;
  ENSURES_UNMAPPED(i);
  ensures free:   e->map[i].bytes == 0;
  ensures others: \forall integer k; 0 <= k < PTM_MAPS_MAX && k != i ==> e->map[k] == \old(*e).map[k];
  ensures size:   \forall integer s; s == \old(e->map[i].bytes) - \old(e->map[i].lead) && s >= 0 ==>
                  (adapts(\old(*e), s) ? e->mmap_threshold == s && (2 * s <= UINT64_MAX ==> e->trim_threshold == 2 * s) :
                  e->mmap_threshold == \old(e->mmap_threshold) && e->trim_threshold == \old(e->trim_threshold));
*/
void ptm_map_free(struct ptm_env *e, struct os *os, uint32_t i);

/* ptm_map_drop() - unmap map @i. Source: malloc/malloc.c:munmap_chunk, glibc 2.36. */
/*@
  PTM_ENV_OS_PRE;
  requires map:   i < PTM_MAPS_MAX;
  TOTAL;
  assigns         MAP_FIELDS, e->trace, *os;
  ensures os:     os_ok(*os);
  ENSURES_MAPS;
  ENSURES_UNMAPPED(i);
  ensures free:   e->map[i].bytes == 0 && e->map[i].lead == 0;
  ensures others: \forall integer k; 0 <= k < PTM_MAPS_MAX && k != i ==> e->map[k] == \old(*e).map[k];
*/
void ptm_map_drop(struct ptm_env *e, struct os *os, uint32_t i);

/*
 * ptm_map_resize() - map @i holds a chunk of @nb bytes, moved if need be.
 * Returns: false if refused; nothing changed then.
 * Source: malloc/malloc.c:mremap_chunk, glibc 2.36.
 */
/*@
  PTM_ENV_OS_PRE;
  requires map:   i < PTM_MAPS_MAX;
  TOTAL;
  assigns         MAP_FIELDS, e->trace, *os;
  ensures os:     os_ok(*os);
  ensures maps:   mappings(\old(*e)) && \old(e->map[i].bytes) != 0 && nb <= 0x8000000000000010 ==> mappings(*e);
  ensures size:   \result != 0 && nb + \old(e->map[i].lead) + PTM_PAGE + 8 <= UINT64_MAX ==> e->map[i].bytes == pages_of(nb + \old(e->map[i].lead) + 8);
  ensures lead:   e->map[i].lead == \old(e->map[i].lead);
  ensures refuse: \result == 0 ==> e->map[i] == \old(*e).map[i];
  ensures others: \forall integer k; 0 <= k < PTM_MAPS_MAX && k != i ==> e->map[k] == \old(*e).map[k];
*/
bool ptm_map_resize(struct ptm_env *e, struct os *os, uint32_t i, uint64_t nb);

/* ptm_map_size() - Returns: chunk size of map @i in bytes. */
/*@
  requires valid: \valid_read(e);
  requires map:   i < PTM_MAPS_MAX;
  TOTAL;
  assigns         \nothing;
  ensures exact:  e->map[i].lead <= e->map[i].bytes ==> \result == e->map[i].bytes - e->map[i].lead;
*/
uint64_t ptm_map_size(const struct ptm_env *e, uint32_t i);

#endif
