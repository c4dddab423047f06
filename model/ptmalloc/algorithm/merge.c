/* A chunk merges with its free neighbours; fastbins are emptied so. */
/* SPDX-License-Identifier: MIT */
#include "merge.h"

/*@
  REQUIRES_HEAP;
  requires used:  used(*h, u);
  TOTAL;
  assigns         TILE_FIELDS, LINK_FIELDS, e->trace;
  ENSURES_WF; ENSURES_LISTS_KEPT;
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
  REQUIRES_HEAP;
  requires used:  used(*h, u);
  requires prev:  h->st[h->prev[u]] != PTM_FREE;
  requires top:   h->st[h->next[u]] != PTM_TOP;
  TOTAL;
  assigns         TILE_FIELDS, LINK_FIELDS, e->trace;
  ENSURES_WF; ENSURES_LISTS_KEPT;
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
  REQUIRES_HEAP;
  requires class: a < PTM_ARENAS && c < PTM_FASTBINS;
  requires room:  h->hi <= PTM_STAMP_MAX - 0x100000000;
  TOTAL;
  assigns         MERGE_FIELDS, h->fast[a][c], e->trace;
  ENSURES_WF;
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
	    loop assigns MERGE_FIELDS, h->fast[a][c], e->trace;
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
	    loop assigns c, MERGE_FIELDS, h->fast[a][0 .. PTM_FASTBINS - 1], e->trace;
	    loop variant PTM_FASTBINS - c; */
	for (uint32_t c = 0; c < PTM_FASTBINS; c++)
		fastbin_consolidate(h, e, a, c);
	ptm_fast_none(h, a);
	TOUCH_SCALARS(e, HAVE_FAST);
}
