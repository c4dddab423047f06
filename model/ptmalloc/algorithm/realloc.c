/* A block changes its size, and perhaps its place. */
/* SPDX-License-Identifier: MIT */
#include "realloc.h"
#include "int_free.h"
#include "int_malloc.h"
#include "malloc.h"
#include "tcache_init.h"

#define HEADER_WORD 8u

/* What the USED chunk @u has beyond @n units is freed, if it makes a chunk. */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_FREE && h->pushes <= PTM_PUSHES_MAX - 1;
  requires used:  used(*h, u) && 2 <= n <= h->next[u] - u;
  TOTAL;
  assigns         FREE_FIELDS(a);
  ENSURES_WF; ENSURES_OS;
  ensures keep:   \result == u && used(*h, u) && n <= h->next[u] - u <= n + 1;
  ensures live:   live(*h, \old(*h), u, PTM_NIL);
*/
static uint32_t tail_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
			  uint32_t u, uint32_t n)
{
	uint32_t rest;

	if (ptm_size(h, u) - n < PTM_MIN_UNITS) {
		FIRE(e, realloc_slack);
		return u;
	}
	FIRE(e, realloc_split);
	/*@ assert inner: h->st[u + n] == PTM_INNER && e->hole != u + n; */
	rest = ptm_cut(h, e, u, n);
	ptm_int_free(h, e, os, a, rest, true);
	return u;
}

/* The USED chunk @u takes what it lacks of @n units from the top after it. */
/*@
  REQUIRES_HEAP;
  requires used:  a < PTM_ARENAS && used(*h, u) && h->next[u] == h->top[a] && h->st[h->next[u]] == PTM_TOP;
  requires fits:  h->next[u] - u < n && u + n + 2 <= h->next[h->next[u]];
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], h->top[a], e->trace;
  ENSURES_WF;
  ensures grown:  \result == u && used(*h, u) && h->next[u] == u + n;
  ensures live:   live(*h, \old(*h), u, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
*/
static uint32_t top_grow(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t u, uint32_t n)
{
	FIRE(e, realloc_top);
	/*@ assert inner: h->st[u + n] == PTM_INNER; */
	ptm_top_lend(h, a, u, n - ptm_size(h, u));
	/*@ assert top: h->top[a] == u + n; */
	/*@ assert grown: h->next[u] == h->top[a] && h->st[h->top[a]] == PTM_TOP; */
	/*@ assert end: h->next[u] == u + n && h->st[u + n] == PTM_TOP; */
	/*@ assert st: \forall integer k; 0 <= k < PTM_UNITS && k != u + n && k != \at(h->next[u], Pre) ==>
	      h->st[k] == \at(*h, Pre).st[k] && h->arena[k] == \at(*h, Pre).arena[k]; */
	/*@ assert next: \forall integer k; 0 <= k < PTM_UNITS && k != u + n && k != u ==> h->next[k] == \at(*h, Pre).next[k]; */
	/*@ assert live: live(*h, \at(*h, Pre), u, PTM_NIL); */
	TOUCH_SCALARS(e, TOP);
	TOUCH(e, PTM_NODE_HEAD + u);
	return u;
}

/* New memory, which may turn out to lie right behind the old. */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_MALLOC - PTM_STAMP_FREE && h->pushes <= PTM_PUSHES_MAX - 2;
  requires used:  used(*h, u) && nb % 16 == 0 && 32 <= nb <= 0x8000000000000010 && (h->next[u] - u) * 16 < nb;
  TOTAL;
  assigns         GROW_FIELDS(a);
  ENSURES_WF; ENSURES_OS; ENSURES_GIVEN;
  ensures size:   \result < PTM_UNITS ==> nb <= 16 * (h->next[\result] - \result);
  ensures live:   live(*h, \old(*h), u, \result);
  ENSURES_MAPS;
*/
static uint32_t move(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t u,
		     uint64_t nb)
{
	uint32_t v = ptm_int_malloc(h, e, os, a, nb - 15);

	/*@ assert got: maps_kept(*e, \at(*e, Pre)); */
	/*@ ghost M: ; */
	if (v == PTM_NIL)
		return PTM_NIL;
	/*@ assert old: used(*h, u) && h->next[u] == \at(h->next[u], Pre) && v != u; */
	/*@ assert new: v < PTM_UNITS ==> used(*h, v) && nb <= 16 * (h->next[v] - v) && \at(*h, Pre).st[v] != PTM_USED; */
	if (v == h->next[u]) {
		FIRE(e, realloc_adjacent);
		ptm_join(h, e, u);
		/*@ assert joined: used(*h, u) && nb / 16 <= h->next[u] - u <= PTM_UNITS; */
		/*@ assert live: live(*h, \at(*h, Pre), u, PTM_NIL); */
		tail_free(h, e, os, a, u, (uint32_t)(nb / PTM_UNIT_BYTES));
		/*@ assert tail: maps_kept(*e, \at(*e, M)); */
		return u;
	}
	FIRE(e, realloc_move);
	ptm_int_free(h, e, os, a, u, true);
	/*@ assert freed: maps_kept(*e, \at(*e, M)); */
	return v;
}

/* The USED chunk @u takes the FREE chunk after it, and gives back what it does not need for @n units. */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_FREE && h->pushes <= PTM_PUSHES_MAX - 1;
  requires used:  used(*h, u) && isfree(*h, h->next[u]) && 2 <= n && u + n <= h->next[h->next[u]];
  TOTAL;
  assigns         FREE_FIELDS(a);
  ENSURES_WF; ENSURES_OS;
  ensures keep:   \result == u && used(*h, u) && n <= h->next[u] - u <= n + 1;
  ensures live:   live(*h, \old(*h), u, PTM_NIL);
*/
static uint32_t next_grow(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
			  uint32_t u, uint32_t n)
{
	FIRE(e, realloc_next);
	ptm_take(h, e, h->next[u]);
	ptm_join(h, e, u);
	/*@ assert joined: used(*h, u) && h->next[u] == \at(h->next[h->next[u]], Pre); */
	/*@ assert live: live(*h, \at(*h, Pre), u, PTM_NIL); */
	return tail_free(h, e, os, a, u, n);
}

/* The USED chunk @u grows to @nb bytes. */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_MALLOC - PTM_STAMP_FREE && h->pushes <= PTM_PUSHES_MAX - 2;
  requires used:  used(*h, u) && nb % 16 == 0 && 32 <= nb <= 0x8000000000000010 && (h->next[u] - u) * 16 < nb;
  TOTAL;
  assigns         GROW_FIELDS(a);
  ENSURES_WF; ENSURES_OS; ENSURES_GIVEN;
  ensures size:   \result < PTM_UNITS ==> nb <= 16 * (h->next[\result] - \result);
  ensures live:   live(*h, \old(*h), u, \result);
  ensures next:   \old(*h).st[\old(h->next[u])] == PTM_FREE && (\old(*h).next[\old(h->next[u])] - u) * 16 >= nb ==> \result == u;
  ENSURES_MAPS;
*/
static uint32_t grow(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t u,
		     uint64_t nb)
{
	uint32_t x = h->next[u];
	/*@ assert x: u < x < PTM_UNITS && chunk(*h, x) && x < h->next[x] <= PTM_UNITS; */
	uint64_t both = (uint64_t)(h->next[x] - u) * PTM_UNIT_BYTES;

	/*@ assert top: h->st[x] == PTM_TOP ==> h->top[a] == x; */
	/*@ assert enough: both >= nb ==> u + nb / 16 <= h->next[x] && nb / 16 <= PTM_UNITS; */
	if (h->st[x] == PTM_TOP && both >= nb + PTM_MINSIZE)
		return top_grow(h, e, a, u, (uint32_t)(nb / PTM_UNIT_BYTES));
	if (h->st[x] == PTM_FREE && both >= nb)
		return next_grow(h, e, os, a, u, (uint32_t)(nb / PTM_UNIT_BYTES));
	return move(h, e, os, a, u, nb);
}

/* The chunk of map @i. */
/*@
  REQUIRES_HEAP_OS; REQUIRES_ROOM(a);
  requires map:   i < PTM_MAPS_MAX && bytes <= PTM_REQUEST_MAX;
  TOTAL;
  assigns         GROW_FIELDS(a), e->tcache;
  ENSURES_WF; ENSURES_OS; ENSURES_GIVEN;
  ensures size:   \result < PTM_UNITS ==> bytes + 8 <= 16 * (h->next[\result] - \result);
  ensures live:   live(*h, \old(*h), \result, \old(e->tcache) == PTM_NIL ? e->tcache : PTM_NIL);
  ensures maps:   mappings(\old(*e)) && \old(e->map[i].bytes) != 0 ==> mappings(*e);
*/
static uint32_t map_realloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
			    uint32_t i, uint64_t bytes)
{
	uint64_t nb = ptm_request_units(bytes) * PTM_UNIT_BYTES;
	uint32_t v;

	if (ptm_map_resize(e, os, i, nb))
		return PTM_MAP0 + i;
	if (ptm_sub(ptm_map_size(e, i), HEADER_WORD) >= nb) {
		FIRE(e, mremap_keep);
		return PTM_MAP0 + i;
	}
	v = ptm_malloc(h, e, os, a, bytes);
	if (v == PTM_NIL)
		return PTM_NIL;
	FIRE(e, mremap_copy);
	ptm_map_drop(e, os, i);
	return v;
}

uint32_t ptm_realloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		     uint32_t block, uint64_t bytes)
{
	uint64_t n;

	if (block < PTM_UNITS)
		ptm_tcache_init(h, e, os, a);
	if (bytes > PTM_REQUEST_MAX) {
		FIRE(e, request_max);
		return PTM_NIL;
	}
	if (block >= PTM_MAP0)
		return map_realloc(h, e, os, a, block - PTM_MAP0, bytes);
	n = ptm_request_units(bytes);
	if (n <= ptm_size(h, block))
		return tail_free(h, e, os, a, block, (uint32_t)n);
	return grow(h, e, os, a, block, n * PTM_UNIT_BYTES);
}
