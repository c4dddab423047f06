/* More memory from the system. */
/* SPDX-License-Identifier: MIT */
#include "sysmalloc.h"
#include "../state/heap.h"
#include "int_free.h"

#define MORECORE_MMAP_BYTES 0x100000u /* MMAP_AS_MORECORE_SIZE */

/* New memory for the arena: @bytes at pointer @at, from the break or from a mapping in its place. */
struct growth {
	uint64_t at;
	uint64_t bytes;
	bool mapped;
};

/*@
  logic integer sum64(integer x, integer y) = x + y <= UINT64_MAX ? x + y : x + y - UINT64_MAX - 1;
  logic integer less64(integer x, integer y) = y <= x ? x - y : x - y + UINT64_MAX + 1;
*/

/* Modulo 2^64, as the real macro has it. */
/*@
  requires unit:  unit == PTM_PAGE || unit == MORECORE_MMAP_BYTES;
  TOTAL;
  assigns         \nothing;
  ensures up:     bytes + unit <= UINT64_MAX ==> bytes <= \result < bytes + unit;
  ensures page:   unit == PTM_PAGE ==> \result % PTM_PAGE == 0;
  ensures mega:   unit == MORECORE_MMAP_BYTES ==> \result % MORECORE_MMAP_BYTES == 0;
*/
static uint64_t round_up(uint64_t bytes, uint64_t unit)
{
	return bytes % unit == 0 ? bytes : ptm_add(bytes, unit - bytes % unit);
}

/*@
  requires valid: \valid_read(h);
  requires inv:   wf(*h);
  requires arena: a < PTM_ARENAS;
  TOTAL;
  assigns         \nothing;
  ensures none:   h->top[a] == PTM_NIL ==> \result == 0;
  ensures some:   h->top[a] != PTM_NIL ==> \result == (h->next[h->top[a]] - h->top[a]) * 16 && \result <= 16 * PTM_UNITS;
*/
static uint64_t top_bytes(const struct ptm_heap *h, uint32_t a)
{
	/*@ assert top: h->top[a] != PTM_NIL ==> chunk(*h, h->top[a]) && h->top[a] < h->next[h->top[a]] < PTM_UNITS; */
	return h->top[a] == PTM_NIL ? 0 : (uint64_t)ptm_size(h, h->top[a]) * PTM_UNIT_BYTES;
}

/* The mapping that stands in for the break. Its rounding exchanges page and least size. */
/*@
  requires valid: \valid(e) && \valid(os) && \valid(g) && \separated(e, os, g) && os_ok(*os);
  requires old:   old_size <= 16 * PTM_UNITS;
  TOTAL;
  assigns         e->regions, e->noncontiguous, e->trace, *os, *g;
  ensures os:     os_ok(*os);
  ensures mapped: \result != 0 ==> g->mapped != 0 && g->bytes >= PTM_PAGE && g->bytes > nb;
  ensures mega:   \result != 0 && \old(e->noncontiguous) == 0 ==> g->bytes == PTM_PAGE || g->bytes % MORECORE_MMAP_BYTES == 0;
*/
static bool fallback_map(struct ptm_env *e, struct os *os, uint64_t nb, uint64_t old_size,
			 struct growth *g)
{
	uint64_t bytes = g->bytes, at;

	if (!e->noncontiguous)
		bytes = round_up(ptm_add(bytes, old_size), MORECORE_MMAP_BYTES);
	if (bytes < PTM_PAGE)
		bytes = PTM_PAGE;
	if (bytes <= nb || !ptm_mmap(e, os, bytes, PTM_PROT_RW, &at)) {
		FIRE(e, sys_fallback_refused);
		return false;
	}
	FIRE(e, sys_fallback);
	e->noncontiguous = true;
	g->at = at;
	g->bytes = bytes;
	g->mapped = true;
	return true;
}

/* What is asked of the system: enough for @nb, pad and a minimal top, less what the top has if the two will join. */
/*@
  requires valid: \valid(e) && \valid(os) && \valid(g) && \separated(e, os, g) && os_ok(*os);
  requires old:   old_size <= 16 * PTM_UNITS;
  TOTAL;
  assigns         e->brk, e->regions, e->noncontiguous, e->trace, *os, *g;
  ensures os:     os_ok(*os);
  ensures mapped: \result != 0 && g->mapped != 0 ==> g->bytes >= PTM_PAGE && g->bytes > nb;
  ensures least:  \forall integer n; n == nb + \old(e->top_pad) + PTM_MINSIZE - (\old(e->noncontiguous) ? 0 : old_size) &&
                  0 <= n && nb + \old(e->top_pad) + PTM_MINSIZE <= UINT64_MAX && n + PTM_PAGE <= UINT64_MAX &&
                  \result != 0 && g->mapped == 0 ==> n <= g->bytes < n + PTM_PAGE && g->bytes % PTM_PAGE == 0;
*/
static bool growth_get(struct ptm_env *e, struct os *os, uint64_t nb, uint64_t old_size,
		       struct growth *g)
{
	uint64_t bytes = ptm_add(nb, ptm_add(e->top_pad, PTM_MINSIZE));

	if (!e->noncontiguous)
		bytes = ptm_sub(bytes, old_size);
	g->bytes = round_up(bytes, PTM_PAGE);
	g->at = e->brk;
	g->mapped = false;
	if (g->bytes != 0 && g->bytes <= INT64_MAX && ptm_sbrk(e, os, g->bytes))
		return true;
	FIRE(e, sys_brk_refused);
	return fallback_map(e, os, nb, old_size, g);
}

/*
 * In the contiguous arena new memory that does not join the top is aligned at its front, and a second
 * request brings what the old top was counted for and ends the memory on a page.
 */
/*@
  requires valid: \valid(e) && \valid(os) && \valid(g) && \separated(e, os, g) && os_ok(*os);
  requires old:   old_size <= 16 * PTM_UNITS;
  TOTAL;
  assigns         e->brk, e->system_mem, e->trace, *os, g->at, g->bytes;
  ensures os:     os_ok(*os);
  ensures sum:    e->system_mem == sum64(sum64(\old(e->system_mem), old_size != 0 ? less64(\old(g->at), old_end) : 0),
                  less64(e->brk, \old(e->brk)));
  ensures at:     g->at == sum64(\old(g->at), \old(g->at) % 16 == 0 ? 0 : 16 - \old(g->at) % 16);
  ensures bytes:  g->bytes == less64(e->brk, g->at);
*/
static void growth_correct(struct ptm_env *e, struct os *os, uint64_t old_size, uint64_t old_end,
			   struct growth *g)
{
	uint64_t misalign = g->at % PTM_UNIT_BYTES, front = 0, correction, end;

	if (old_size != 0) {
		FIRE(e, sys_foreign);
		e->system_mem = ptm_add(e->system_mem, ptm_sub(g->at, old_end));
	}
	if (misalign != 0) {
		FIRE(e, sys_front_misalign);
		front = PTM_UNIT_BYTES - misalign;
	}
	correction = front + old_size;
	end = ptm_add(ptm_add(g->at, g->bytes), correction);
	correction = ptm_add(correction, ptm_sub(round_up(end, PTM_PAGE), end));
	if (correction != 0)
		FIRE(e, sys_correction);
	if (!ptm_sbrk(e, os, correction)) {
		FIRE(e, sys_correction_refused);
		correction = 0;
	}
	e->system_mem = ptm_add(e->system_mem, correction);
	g->at = ptm_add(g->at, front);
	g->bytes = ptm_sub(e->brk, g->at);
}

/* Of an old top of @n units two become fenceposts; what is left, if it makes a chunk, is freed. */
/*@
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == (n >= 4 ? n - 2 : 0);
*/
static uint32_t fence_keep(uint32_t n)
{
	return n >= PTM_MIN_UNITS + 2 ? n - 2 : 0;
}

/* The fenceposts and the HOLE after them are one. */
/*@
  REQUIRES_HEAP;
  requires fence: in_hole(*h, f) && h->next[f] < PTM_UNITS && in_hole(*h, h->next[f]) && in_hole(*h, e->hole);
  TOTAL;
  assigns         TILE_FIELDS, e->hole, e->trace;
  ENSURES_WF;
  ensures hole:   in_hole(*h, e->hole);
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
*/
static void fence_close(struct ptm_heap *h, struct ptm_env *e, uint32_t f)
{
	uint32_t v = h->next[f];

	ptm_hole_join(h, f, v);
	if (e->hole == v)
		e->hole = f;
	TOUCH(e, PTM_NODE_CHUNK + f);
}

/*
 * The top moves to @n units at @t; of the old one @keep units are USED, the rest fenceposts. Then the break region's
 * last HOLE begins at @hole.
 * Returns: the old top.
 */
/*@
  REQUIRES_HEAP;
  requires top:   a < PTM_ARENAS && h->top[a] != PTM_NIL;
  requires keep:  keep == 0 || (2 <= keep && h->top[a] + keep + 2 <= h->next[h->top[a]]);
  requires fits:  in_hole(*h, e->hole) && e->hole < t && 2 <= n <= PTM_UNITS && t + n + 1 <= h->next[e->hole];
  requires hole:  hole == e->hole || hole == t + n;
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], h->top[a], e->hole, e->trace;
  ENSURES_WF;
  ensures hole:   in_hole(*h, e->hole);
  ensures old:    \result == \old(h->top[a]) && \old(*h).st[\result] == PTM_TOP && (keep != 0 ==> used(*h, \result));
  ensures live:   live(*h, \old(*h), \result, PTM_NIL);
  ensures gone:   keep == 0 ==> h->st[\result] != PTM_USED;
*/
static uint32_t top_vacate(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t t,
			   uint32_t n, uint32_t hole, uint32_t keep)
{
	uint32_t old = h->top[a];

	/*@ assert old: is(*h, old, PTM_TOP) && chunk(*h, old) && h->next[old] < PTM_UNITS && h->st[h->next[old]] == PTM_HOLE; */
	/*@ assert inner: h->st[t] == PTM_INNER && h->st[t + n] == PTM_INNER; */
	/*@ assert kept: keep != 0 ==> h->st[old + keep] == PTM_INNER; */
	/*@ assert apart: h->next[old] != t && h->next[old] != t + n && h->next[old] != old && h->next[old] != old + keep; */
	ptm_top_move(h, a, keep, e->hole, t, n);
	/*@ assert end: h->next[old + keep] == \at(h->next[h->top[a]], Pre); */
	/*@ assert still: h->st[\at(h->next[h->top[a]], Pre)] == PTM_HOLE; */
	/*@ assert cut: keep != 0 ==> in_hole(*h, old + keep); */
	/*@ assert whole: keep == 0 ==> in_hole(*h, old); */
	/*@ assert either: in_hole(*h, old + keep); */
	/*@ assert after: in_hole(*h, \at(h->next[h->top[a]], Pre)); */
	/*@ assert fence: in_hole(*h, old + keep) && in_hole(*h, h->next[old + keep]) && in_hole(*h, e->hole); */
	/*@ assert new: h->st[t] == PTM_TOP && h->st[t + n] == PTM_HOLE; */
	/*@ assert same: \forall integer k; 0 <= k < PTM_UNITS && k != old ==>
	      (h->st[k] == PTM_USED <==> \at(*h, Pre).st[k] == PTM_USED); */
	/*@ assert used: \forall integer k; 0 <= k < PTM_UNITS && k != old && h->st[k] == PTM_USED ==>
	      h->next[k] == \at(*h, Pre).next[k] && h->arena[k] == \at(*h, Pre).arena[k]; */
	/*@ assert live: live(*h, \at(*h, Pre), old, PTM_NIL); */
	e->hole = hole;
	fence_close(h, e, old + keep);
	return old;
}

/* The top of arena @a leaves for @n units at @t; then the break region's last HOLE begins at @hole. */
/*@
  REQUIRES_HEAP_OS;
  requires top:   a < PTM_ARENAS && h->top[a] != PTM_NIL;
  requires fits:  e->hole < t && 2 <= n <= PTM_UNITS && t + n + 1 <= h->next[e->hole];
  requires hole:  hole == e->hole || hole == t + n;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_FREE && h->pushes < PTM_PUSHES_MAX;
  TOTAL;
  assigns         FREE_FIELDS(a);
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(PTM_STAMP_FREE, 1);
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
*/
static void top_leave(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t t,
		      uint32_t n, uint32_t hole)
{
	/*@ assert top: chunk(*h, h->top[a]) && h->top[a] < h->next[h->top[a]]; */
	uint32_t old, keep = fence_keep(ptm_size(h, h->top[a]));
	uint64_t brk = e->brk;

	FIRE(e, sys_fencepost);
	old = top_vacate(h, e, a, t, n, hole, keep);
	if (keep == 0)
		return;
	FIRE(e, sys_old_top_freed);
	TOUCH(e, PTM_NODE_CHUNK + old);
	ptm_int_free(h, e, os, a, old, e->rules.old_top_trims != 0);
	if (e->brk != brk)
		FIRE(e, old_top_trims);
}

/* The unit at which new memory begins, or PTM_NIL if the index space has no room for it. */
/*@
  REQUIRES_HEAP;
  requires g:     \valid_read(g) && \separated(h, e, g);
  requires hole:  in_hole(*h, e->hole) && e->span_count <= PTM_SPANS_MAX;
  TOTAL;
  assigns         e->span[0 .. PTM_SPANS_MAX - 1], e->span_count, e->span_floor;
  ensures spans:  e->span_count <= PTM_SPANS_MAX;
  ensures fits:   \result != PTM_NIL ==> e->hole < \result && 2 <= g->bytes / 16 <= PTM_UNITS && \result + g->bytes / 16 + 1 <= h->next[e->hole];
*/
static uint32_t growth_unit(const struct ptm_heap *h, struct ptm_env *e, const struct growth *g)
{
	uint64_t t, n = g->bytes / PTM_UNIT_BYTES;

	if (n < PTM_MIN_UNITS || n > PTM_UNITS)
		return PTM_NIL;
	if (g->mapped)
		return ptm_span_new(h, e, g->at, g->bytes);
	t = g->at / PTM_UNIT_BYTES + PTM_FIRST_UNIT;
	if (t <= e->hole || t + n + 1 > h->next[e->hole])
		return PTM_NIL;
	return (uint32_t)t;
}

/* New memory that does not join the old top becomes the top. */
/*@
  REQUIRES_HEAP_OS;
  requires g:     \valid_read(g) && \separated(h, e, os, g);
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_FREE && h->pushes < PTM_PUSHES_MAX;
  TOTAL;
  assigns         FREE_FIELDS(a), e->span[0 .. PTM_SPANS_MAX - 1], e->span_count, e->span_floor;
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(PTM_STAMP_FREE, 1);
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
*/
static void top_place(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		      const struct growth *g)
{
	uint32_t t = growth_unit(h, e, g), n, hole;

	if (t == PTM_NIL)
		return; /* cannot be: admitted operations have room */
	n = (uint32_t)(g->bytes / PTM_UNIT_BYTES);
	hole = g->mapped ? e->hole : t + n;
	if (h->top[a] != PTM_NIL) {
		top_leave(h, e, os, a, t, n, hole);
		return;
	}
	FIRE(e, sys_first);
	/*@ assert inner: h->st[t] == PTM_INNER && h->st[t + n] == PTM_INNER && h->st[e->hole] == PTM_HOLE; */
	ptm_heap_add(h, a, e->hole, t, n);
	/*@ assert same: \forall integer k; 0 <= k < PTM_UNITS ==> (h->st[k] == PTM_USED <==> \at(*h, Pre).st[k] == PTM_USED); */
	/*@ assert used: \forall integer k; 0 <= k < PTM_UNITS && h->st[k] == PTM_USED ==>
	      h->next[k] == \at(*h, Pre).next[k] && h->arena[k] == \at(*h, Pre).arena[k]; */
	e->hole = hole;
}

/* The top grows in place. */
/*@
  REQUIRES_HEAP;
  requires top:   a < PTM_ARENAS && h->top[a] != PTM_NIL;
  requires hole:  in_hole(*h, e->hole);
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], e->hole, e->trace;
  ENSURES_WF;
  ensures hole:   in_hole(*h, e->hole);
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
*/
static void top_extend(struct ptm_heap *h, struct ptm_env *e, uint32_t a)
{
	uint64_t end = e->brk / PTM_UNIT_BYTES + PTM_FIRST_UNIT;

	if (h->next[h->top[a]] != e->hole || end < (uint64_t)h->top[a] + PTM_MIN_UNITS ||
	    end + 1 > h->next[e->hole])
		return; /* cannot be: admitted operations have room */
	FIRE(e, sys_extend);
	/*@ assert end: end == e->hole || h->st[end] == PTM_INNER; */
	/*@ assert was: h->st[e->hole] == PTM_HOLE; */
	ptm_top_resize(h, a, (uint32_t)end);
	e->hole = (uint32_t)end;
}

/* The system's answer becomes (part of) the top. */
/*@
  REQUIRES_HEAP_OS;
  requires g:     \valid(g) && \separated(h, e, os, g);
  requires arena: a < PTM_ARENAS;
  requires old:   old_size == (h->top[a] == PTM_NIL ? 0 : (h->next[h->top[a]] - h->top[a]) * 16);
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_FREE && h->pushes < PTM_PUSHES_MAX;
  TOTAL;
  assigns         FREE_FIELDS(a), e->span[0 .. PTM_SPANS_MAX - 1], e->span_count, e->span_floor, e->sbrk_base, e->has_sbrk_base, *g;
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(PTM_STAMP_FREE, 1);
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
*/
static void top_renew(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		      uint64_t old_size, struct growth *g)
{
	/*@ assert top: h->top[a] == PTM_NIL || (1 <= h->top[a] < PTM_UNITS && h->next[h->top[a]] <= PTM_UNITS); */
	uint64_t old_end = h->top[a] == PTM_NIL ? 0 : ptm_add(ptm_unit_ptr(e, h->top[a]), old_size);

	if (!e->has_sbrk_base)
		e->sbrk_base = g->at;
	e->has_sbrk_base = true;
	e->system_mem = ptm_add(e->system_mem, g->bytes);
	if (!g->mapped && old_size != 0 && g->at == old_end) {
		top_extend(h, e, a);
	} else {
		if (!e->noncontiguous)
			growth_correct(e, os, old_size, old_end, g);
		top_place(h, e, os, a, g);
	}
	if (!g->mapped)
		e->brk_floor = e->brk;
}

/* A chunk of @nb bytes from the top, if that is large enough now. */
/*@
  REQUIRES_HEAP;
  requires size:  a < PTM_ARENAS && 32 <= nb <= 0x8000000000000010 && nb % 16 == 0;
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], h->top[a], e->trace;
  ENSURES_WF;
  ensures used:   \result != PTM_NIL ==> used(*h, \result) && h->next[\result] - \result == nb / 16 && \result == \old(h->top[a]);
  ensures live:   live(*h, \old(*h), \result, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
*/
static uint32_t top_serve(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint64_t nb)
{
	if (top_bytes(h, a) < nb + PTM_MINSIZE) {
		FIRE(e, sys_enomem);
		return PTM_NIL;
	}
	/*@ assert fits: h->top[a] != PTM_NIL && h->top[a] + nb / 16 + 2 <= h->next[h->top[a]] <= PTM_UNITS; */
	/*@ assert inner: h->st[h->top[a] + nb / 16] == PTM_INNER; */
	return ptm_top_take(h, a, (uint32_t)(nb / PTM_UNIT_BYTES));
}

/* A chunk of @nb bytes with a mapping of its own, if that is large enough for one and there may be more of them. */
/*@
  requires valid: \valid(e) && \valid(os) && \separated(e, os) && os_ok(*os);
  TOTAL;
  assigns         MAP_FIELDS, e->trace, *os;
  ensures os:     os_ok(*os);
  ensures block:  \result == PTM_NIL || PTM_MAP0 <= \result < PTM_MAP0 + PTM_MAPS_MAX;
  ensures due:    \result != PTM_NIL ==> nb >= e->mmap_threshold && \old(e->n_mmaps) < e->n_mmaps_max;
  ENSURES_MAPS;
*/
static uint32_t map_serve(struct ptm_env *e, struct os *os, uint64_t nb)
{
	if (nb < e->mmap_threshold || e->n_mmaps >= e->n_mmaps_max)
		return PTM_NIL;
	return ptm_map_new(e, os, nb);
}

/* The system is asked for what the top lacks of @nb bytes; refused, the top stays as it is. */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_FREE && h->pushes < PTM_PUSHES_MAX;
  TOTAL;
  assigns         FREE_FIELDS(a), e->regions, e->noncontiguous, e->span[0 .. PTM_SPANS_MAX - 1], e->span_count, e->span_floor,
                  e->sbrk_base, e->has_sbrk_base, e->max_system_mem;
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(PTM_STAMP_FREE, 1);
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures max:    e->max_system_mem >= e->system_mem;
*/
static void top_supply(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		       uint64_t nb)
{
	uint64_t old_size = top_bytes(h, a);
	struct growth g;

	if (growth_get(e, os, nb, old_size, &g))
		top_renew(h, e, os, a, old_size, &g);
	if (e->system_mem > e->max_system_mem)
		e->max_system_mem = e->system_mem;
	TOUCH_SCALARS(e, BREAK);
}

uint32_t ptm_sysmalloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		       uint64_t nb)
{
	uint32_t block = map_serve(e, os, nb);

	/*@ assert mapped: maps_kept(*e, \at(*e, Pre)); */
	if (block != PTM_NIL)
		return block;
	/*@ ghost M: ; */
	top_supply(h, e, os, a, nb);
	block = top_serve(h, e, a, nb);
	/*@ assert kept: maps_kept(*e, \at(*e, M)); */
	/*@ assert maps: maps_kept(*e, \at(*e, Pre)); */
	if (block != PTM_NIL)
		TOUCH(e, PTM_NODE_HEAD + block);
	return block;
}
