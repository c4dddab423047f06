/* A chunk comes back: tcache, fastbin, or merged into a bin or the top. */
/* SPDX-License-Identifier: MIT */
#include "free.h"
#include "trim.h"

/*@
  PTM_OP_PRE;
  requires used:  used(*h, u);
  PTM_TOTAL;
  assigns         PTM_TILES, PTM_LINKS, e->trace;
  PTM_WF; PTM_KEEP_LISTS;
  ensures merged: used(*h, \result) && \result <= u && h->next[\result] == \old(h->next[u]) && h->st[h->prev[\result]] != PTM_FREE;
  ensures start:  \result == (\old(*h).st[\old(h->prev[u])] == PTM_FREE ? \old(h->prev[u]) : u);
  ensures inner:  \result != u ==> h->st[u] == PTM_INNER;
  ensures next:   h->st[h->next[\result]] == \old(*h).st[\old(h->next[u])];
  ensures live:   live(*h, \old(*h), u, \result);
  ensures holes:  holes(*h, \old(*h));
*/
static uint32_t merge_prev(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	uint32_t p = h->prev[u];

	if (h->st[p] != PTM_FREE)
		return u;
	/*@ assert order: p < u < h->next[u] < PTM_UNITS; */
	FIRE(e, free_merge_prev);
	ptm_take(h, e, p);
	/*@ assert next: h->next[p] == u && used(*h, u); */
	/*@ assert taken: live(*h, \at(*h, Pre), u, p); */
	/*@ ghost T: ; */
	ptm_join(h, e, p);
	/*@ assert joined: live(*h, \at(*h, T), u, p); */
	/*@ assert after: h->next[p] == \at(h->next[u], Pre) && h->st[\at(h->next[u], Pre)] == \at(h->st[h->next[u]], Pre); */
	return p;
}

/*@
  PTM_OP_PRE;
  requires used:  used(*h, u);
  requires prev:  h->st[h->prev[u]] != PTM_FREE;
  requires top:   h->st[h->next[u]] != PTM_TOP;
  PTM_TOTAL;
  assigns         PTM_TILES, PTM_LINKS, e->trace;
  PTM_WF; PTM_KEEP_LISTS;
  ensures merged: used(*h, u) && inuse(*h, h->next[u]) && h->st[h->prev[u]] != PTM_FREE;
  ensures end:    h->next[u] == (\old(*h).st[\old(h->next[u])] == PTM_FREE ? \old(*h).next[\old(h->next[u])] : \old(h->next[u]));
  ensures live:   live(*h, \old(*h), u, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
*/
static void merge_next(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	uint32_t x = h->next[u];

	if (h->st[x] != PTM_FREE)
		return;
	FIRE(e, free_merge_next);
	ptm_take(h, e, x);
	ptm_join(h, e, u);
}

uint32_t ptm_merge(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	uint32_t v = merge_prev(h, e, u), n;

	if (h->st[h->next[v]] == PTM_TOP) {
		FIRE(e, free_merge_top);
		ptm_top_join(h, v);
		TOUCH(e, PTM_NODE_HEAD + v);
		TOUCH_SCALARS(e, TOP);
		return ptm_size(h, v);
	}
	merge_next(h, e, v);
	n = ptm_size(h, v);
	FIRE(e, free_unsorted);
	ptm_give(h, e, v);
	return n;
}

/* Ends: each round takes a chunk off the fastbin, and merging adds none. */
/*@
  PTM_OP_PRE;
  requires class: a < PTM_ARENAS && c < PTM_FASTBINS;
  requires room:  h->hi <= PTM_STAMP_MAX - 0x100000000;
  PTM_TOTAL;
  assigns         PTM_MERGES, h->fast[a][c], e->trace;
  PTM_WF;
  ensures hi:     \old(h->hi) <= h->hi <= \old(h->hi) + 0x100000000;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures holes:  holes(*h, \old(*h));
  ensures none:   h->fast[a][c] == PTM_NIL;
*/
static void fastbin_consolidate(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t c)
{
	/*@ loop invariant wf: wf(*h);
	    loop invariant hi: \at(h->hi, Pre) <= h->hi && h->hi + depth(*h, a, c) <= \at(h->hi, Pre) + \at(depth(*h, a, c), Pre);
	    loop invariant live: live(*h, \at(*h, Pre), PTM_NIL, PTM_NIL);
	    loop invariant holes: holes(*h, \at(*h, Pre));
	    loop assigns PTM_MERGES, h->fast[a][c], e->trace;
	    loop variant depth(*h, a, c); */
	while (h->fast[a][c] != PTM_NIL) {
		/*@ ghost L: ; */
		/*@ assert fast: isfast(*h, h->fast[a][c], a, c); */
		uint32_t u = ptm_fast_pop(h, a, c);

		/*@ assert popped: \at(*h, L).st[u] == PTM_FAST && live(*h, \at(*h, L), u, PTM_NIL) && holes(*h, \at(*h, L)); */
		FIRE(e, consolidate);
		TOUCH(e, PTM_NODE_FAST + c);
		/*@ ghost P: ; */
		ptm_merge(h, e, u);
		/*@ assert depth: depth(*h, a, c) == \at(depth(*h, a, c), P) && depth(*h, a, c) < \at(depth(*h, a, c), L); */
		/*@ assert merged: live(*h, \at(*h, P), u, PTM_NIL) && holes(*h, \at(*h, P)); */
		/*@ assert live: live(*h, \at(*h, L), PTM_NIL, PTM_NIL); */
		/*@ assert holes: holes(*h, \at(*h, L)); */
	}
}

void ptm_consolidate(struct ptm_heap *h, struct ptm_env *e, uint32_t a)
{
	/*@ loop invariant wf: wf(*h);
	    loop invariant range: c <= PTM_FASTBINS;
	    loop invariant none: \forall integer k; 0 <= k < c ==> h->fast[a][k] == PTM_NIL;
	    loop invariant hi: \at(h->hi, Pre) <= h->hi <= \at(h->hi, Pre) + c * 0x100000000;
	    loop invariant live: live(*h, \at(*h, Pre), PTM_NIL, PTM_NIL);
	    loop invariant holes: holes(*h, \at(*h, Pre));
	    loop assigns c, PTM_MERGES, h->fast[a][0 .. PTM_FASTBINS - 1], e->trace;
	    loop variant PTM_FASTBINS - c; */
	for (uint32_t c = 0; c < PTM_FASTBINS; c++)
		fastbin_consolidate(h, e, a, c);
	ptm_fast_none(h, a);
	TOUCH_SCALARS(e, HAVE_FAST);
}

/* Is the top large enough to be trimmed? */
/*@
  requires valid: \valid_read(h) && \valid_read(e);
  requires chunk: t < PTM_UNITS && t <= h->next[t];
  PTM_TOTAL;
  assigns         \nothing;
  ensures exact:  \result == 0 <==> (h->next[t] - t) * 16 < e->trim_threshold;
*/
static bool trim_due(const struct ptm_heap *h, const struct ptm_env *e, uint32_t t)
{
	return (uint64_t)ptm_size(h, t) * PTM_UNIT_BYTES >= e->trim_threshold;
}

/* A large space came together. */
/*@
  PTM_OP_PRE_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_CONSOLIDATE;
  PTM_TOTAL;
  assigns         PTM_MERGES, h->arena[0 .. PTM_UNITS - 1], h->fast[a][0 .. PTM_FASTBINS - 1], h->have_fast[a],
                  e->system_mem, e->hole, e->brk_floor, e->brk, e->trace, *os;
  PTM_WF; PTM_OS_KEPT; PTM_BUDGET(PTM_STAMP_CONSOLIDATE, 0);
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
  PTM_TOTAL;
  assigns         \nothing;
  ensures exact:  \result == 0 <==> n * 16 > e->max_fast || n - 2 >= PTM_FASTBINS;
*/
static bool fast_fits(const struct ptm_env *e, uint32_t n)
{
	return (uint64_t)n * PTM_UNIT_BYTES <= e->max_fast && n - 2 < PTM_FASTBINS;
}

/* Does a merged space of @n units set off a consolidation? */
/*@
  PTM_TOTAL;
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
