/* A chunk for a request. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_MALLOC_H
#define MEMORACLE_MODEL_PTMALLOC_MALLOC_H

#include "free.h"

/*
 * Blocks name memory in the program's hands: below PTM_UNITS a chunk of the heap, from PTM_MAP0 on a
 * chunk with a mapping of its own, PTM_NIL none (the program gets NULL, errno is ENOMEM).
 */

/*
 * ptm_int_malloc() - a block of at least @bytes from arena @a.
 * Source: malloc/malloc.c:_int_malloc, glibc 2.36.
 */
/*@
  PTM_OP_PRE_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_MALLOC && h->pushes < PTM_PUSHES_MAX;
  PTM_TOTAL;
  assigns         PTM_GROWS;
  PTM_WF; PTM_OS_KEPT; PTM_BUDGET(PTM_STAMP_MALLOC, 1);
  ensures block:  \result <= PTM_NIL || PTM_MAP0 <= \result < PTM_MAP0 + PTM_MAPS_MAX;
  ensures used:   \result < PTM_UNITS ==> used(*h, \result) && bytes + 8 <= 16 * (h->next[\result] - \result);
  ensures taken:  \result < PTM_UNITS ==> \old(*h).st[\result] != PTM_USED;
  ensures live:   live(*h, \old(*h), \result, PTM_NIL);
  PTM_MAPS_KEPT;
*/
uint32_t ptm_int_malloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
			uint64_t bytes);

/* ptm_tcache_init() - the thread gets its tcache, if it has none yet. Source: malloc/malloc.c:tcache_init. */
/*@
  PTM_OP_PRE_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_MALLOC && h->pushes < PTM_PUSHES_MAX;
  PTM_TOTAL;
  assigns         PTM_GROWS, e->tcache;
  PTM_WF; PTM_OS_KEPT; PTM_BUDGET(PTM_STAMP_MALLOC, 1);
  ensures had:    \old(e->tcache) != PTM_NIL ==> e->tcache == \old(e->tcache);
  ensures used:   \old(e->tcache) == PTM_NIL && e->tcache < PTM_UNITS ==> used(*h, e->tcache) && \old(*h).st[e->tcache] != PTM_USED;
  ensures live:   live(*h, \old(*h), \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL, PTM_NIL);
  PTM_MAPS_KEPT;
*/
void ptm_tcache_init(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a);

/* ptm_malloc() - Source: malloc/malloc.c:__libc_malloc, glibc 2.36. */
/*@
  PTM_OP_PRE_OS; PTM_ROOM;
  PTM_TOTAL;
  assigns         PTM_GROWS, e->tcache;
  PTM_WF; PTM_OS_KEPT; PTM_BUDGET(2 * PTM_STAMP_MALLOC, 2); PTM_GIVEN;
  ensures taken:  \result < PTM_UNITS ==> \old(*h).st[\result] != PTM_USED && bytes + 8 <= 16 * (h->next[\result] - \result);
  ensures live:   live(*h, \old(*h), \result, \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL);
  PTM_MAPS_KEPT;
*/
uint32_t ptm_malloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		    uint64_t bytes);

/* ptm_calloc() - never takes from the tcache. Source: malloc/malloc.c:__libc_calloc, glibc 2.36. */
/*@
  PTM_OP_PRE_OS; PTM_ROOM;
  PTM_TOTAL;
  assigns         PTM_GROWS, e->tcache;
  PTM_WF; PTM_OS_KEPT; PTM_BUDGET(2 * PTM_STAMP_MALLOC, 2); PTM_GIVEN;
  ensures taken:  \result < PTM_UNITS ==> \old(*h).st[\result] != PTM_USED && count * bytes + 8 <= 16 * (h->next[\result] - \result);
  ensures live:   live(*h, \old(*h), \result, \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL);
  PTM_MAPS_KEPT;
*/
uint32_t ptm_calloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		    uint64_t count, uint64_t bytes);

/* ptm_free() - @block is not PTM_NIL. Source: malloc/malloc.c:__libc_free, glibc 2.36. */
/*@
  PTM_OP_PRE_OS; PTM_ROOM;
  requires block: PTM_BLOCK(block);
  PTM_TOTAL;
  assigns         PTM_CALLS;
  PTM_WF; PTM_OS_KEPT; PTM_BUDGET(PTM_STAMP_MALLOC + PTM_STAMP_FREE, 2);
  ensures gone:   block < PTM_UNITS ==> h->st[block] != PTM_USED;
  ensures live:   live(*h, \old(*h), block, \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL);
  PTM_MAPS_KEPT;
*/
void ptm_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t block);

/*@ predicate block_name(integer b) = b == PTM_NIL || 1 <= b < PTM_UNITS || PTM_MAP0 <= b < PTM_MAP0 + PTM_MAPS_MAX; */

/* ptm_block_ptr() - Returns: the pointer that the program holds, or 0 for PTM_NIL. */
/*@
  requires valid: \valid_read(e) && e->span_count <= PTM_SPANS_MAX;
  requires block: block == PTM_NIL || 1 <= block < PTM_UNITS || PTM_MAP0 <= block < PTM_MAP0 + PTM_MAPS_MAX;
  PTM_TOTAL;
  assigns         \nothing;
  ensures null:   block == PTM_NIL ==> \result == 0;
*/
uint64_t ptm_block_ptr(const struct ptm_env *e, uint32_t block);

/* ptm_usable() - Returns: bytes of @block that the program may use. Source: malloc/malloc.c:musable, glibc 2.36. */
/*@
  requires valid: \valid_read(h) && \valid_read(e);
  requires inv:   wf(*h);
  requires block: PTM_BLOCK(block);
  PTM_TOTAL;
  assigns         \nothing;
  ensures chunk:  block < PTM_UNITS ==> \result == (h->next[block] - block) * 16 - 8;
*/
uint64_t ptm_usable(const struct ptm_heap *h, const struct ptm_env *e, uint32_t block);

#endif
