/* A chunk comes back: tcache, fastbin, or merged into a bin or the top, which may be trimmed. */
/* SPDX-License-Identifier: MIT */
#include "int_free.h"
#include "merge.h"
#include "trim.h"

/* Is the top large enough to be trimmed? */
/*@
  requires valid: \valid_read(h) && \valid_read(e);
  requires chunk: t < PTM_UNITS && t <= h->next[t];
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == 0 <==> (h->next[t] - t) * 16 < e->trim_threshold;
*/
static bool trim_due(const struct ptm_heap *h, const struct ptm_env *e, uint32_t t)
{
	return (uint64_t)ptm_size(h, t) * PTM_UNIT_BYTES >= e->trim_threshold;
}

/* A large space came together. */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_CONSOLIDATE;
  TOTAL;
  assigns         MERGE_FIELDS, h->arena[0 .. PTM_UNITS - 1], h->fast[a][0 .. PTM_FASTBINS - 1], h->have_fast[a],
                  e->system_mem, e->hole, e->brk_floor, e->brk, e->trace, *os;
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(PTM_STAMP_CONSOLIDATE, 0);
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
*/
static void large_freed(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, bool trim)
{
	uint32_t t;

	if (h->have_fast[a]) {
		FIRE(e, free_consolidate);
		ptm_consolidate(h, e, a);
	}
	t = h->top[a];
	if (t == PTM_NIL || !trim_due(h, e, t))
		return;
	FIRE(e, free_trim);
	if (!trim) {
		FIRE(e, old_top_trims);
		return;
	}
	ptm_top_trim(h, e, os, a, e->top_pad);
}

/* Do fastbins take chunks of @n units? */
/*@
  requires valid: \valid_read(e);
  requires min:   n >= 2;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == 0 <==> n * 16 > e->max_fast || n - 2 >= PTM_FASTBINS;
*/
static bool fast_fits(const struct ptm_env *e, uint32_t n)
{
	return (uint64_t)n * PTM_UNIT_BYTES <= e->max_fast && n - 2 < PTM_FASTBINS;
}

/* Does a merged space of @n units set off a consolidation? */
/*@
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> n * 16 >= 65536;
*/
static bool consolidate_due(uint32_t n)
{
	return n >= PTM_CONSOLIDATE_UNITS;
}

void ptm_int_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t u,
		  bool trim)
{
	uint32_t n = ptm_size(h, u);

	if (ptm_cache_room(h, e, n)) {
		FIRE(e, tcache_put);
		ptm_cache_put(h, e, u);
	} else if (fast_fits(e, n)) {
		ptm_fast_put(h, e, u);
	} else if (consolidate_due(ptm_merge(h, e, u))) {
		large_freed(h, e, os, a, trim);
	}
}
