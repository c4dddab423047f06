/* Primitives on large bins: sorted insertion, searches. */
/* SPDX-License-Identifier: MIT */
#include "large.h"

/* @u goes into bin @b of its arena after @at: between chunks of other sizes. */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires used:  used(*h, u);
  requires prev:  h->st[h->prev[u]] != PTM_FREE;
  requires next:  inuse(*h, h->next[u]);
  requires bin:   PTM_LARGE <= b < PTM_BINS && home(b, h->next[u] - u);
  requires mark:  marked(*h, PTM_BINS * h->arena[u] + b);
  requires at:    node(*h, at) && h->bin[at] == PTM_BINS * h->arena[u] + b;
  requires larger: at < PTM_UNITS ==> h->next[at] - at > h->next[u] - u;
  requires smaller: h->fd[at] < PTM_UNITS ==> h->next[h->fd[at]] - h->fd[at] < h->next[u] - u;
  requires room:  h->hi < PTM_STAMP_MAX;
  TOTAL;
  assigns         LINK_FIELDS, h->st[u], h->bin[u], h->stamp[u], h->hi;
  ensures hi:     h->hi == \old(h->hi) + 1;
  ENSURES_WF; ENSURES_LISTS_KEPT;
  ensures free:   h->st[u] == PTM_FREE && h->bin[u] == PTM_BINS * h->arena[u] + b;
  ensures link:   h->bk[u] == at && h->fd[u] == \old(h->fd[at]) && h->fd[at] == u && h->bk[h->fd[u]] == u;
  ensures fd:     \forall integer k; 0 <= k < PTM_NODES && k != u && k != at ==> h->fd[k] == \old(*h).fd[k];
  ensures bk:     \forall integer k; 0 <= k < PTM_NODES && k != u && k != \old(h->fd[at]) ==> h->bk[k] == \old(*h).bk[k];
*/
static void insert_between(struct ptm_heap *h, uint32_t u, uint32_t b, uint32_t at)
{
	uint32_t k = PTM_BINS * h->arena[u] + b, f = h->fd[at];

	/*@ assert k: k == PTM_BINS * h->arena[u] + b && k % PTM_BINS == b && k < PTM_HEADS; */
	/*@ assert np: \forall integer i; isfree(*h, i) ==> h->next[i] != u; */
	/*@ assert nu: \forall integer i; node(*h, i) ==> i != u && h->fd[i] != u && h->bk[i] != u; */
	/*@ assert a: node(*h, f) && h->bin[f] == k && h->bk[f] == at && at != u && f != u; */
	h->fd[u] = f;
	h->bk[u] = at;
	h->bk[f] = u;
	h->fd[at] = u;
	h->bin[u] = (uint16_t)k;
	h->hi++;
	h->stamp[u] = h->hi;
	h->st[u] = PTM_FREE;
	/*@ assert fk: fkeep(*h, \at(*h, Pre)); */
	/*@ assert tk: tkeep(*h, \at(*h, Pre)); */
}

/* @u goes into bin @b of its arena after @at, the first chunk of its size, which stays first: its stamp is renewed. */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires used:  used(*h, u);
  requires prev:  h->st[h->prev[u]] != PTM_FREE;
  requires next:  inuse(*h, h->next[u]);
  requires bin:   PTM_LARGE <= b < PTM_BINS && home(b, h->next[u] - u);
  requires mark:  marked(*h, PTM_BINS * h->arena[u] + b);
  requires at:    isfree(*h, at) && h->bin[at] == PTM_BINS * h->arena[u] + b && h->next[at] - at == h->next[u] - u;
  requires first: h->bk[at] < PTM_UNITS ==> h->next[h->bk[at]] - h->bk[at] > h->next[u] - u;
  requires room:  h->hi < PTM_STAMP_MAX - 1;
  TOTAL;
  assigns         LINK_FIELDS, h->st[u], h->bin[u], h->stamp[u], h->stamp[at], h->hi;
  ensures hi:     h->hi == \old(h->hi) + 2;
  ENSURES_WF; ENSURES_LISTS_KEPT;
  ensures free:   h->st[u] == PTM_FREE && h->bin[u] == PTM_BINS * h->arena[u] + b;
  ensures link:   h->bk[u] == at && h->fd[u] == \old(h->fd[at]) && h->fd[at] == u && h->bk[h->fd[u]] == u;
  ensures fd:     \forall integer k; 0 <= k < PTM_NODES && k != u && k != at ==> h->fd[k] == \old(*h).fd[k];
  ensures bk:     \forall integer k; 0 <= k < PTM_NODES && k != u && k != \old(h->fd[at]) ==> h->bk[k] == \old(*h).bk[k];
*/
static void insert_second(struct ptm_heap *h, uint32_t u, uint32_t b, uint32_t at)
{
	uint32_t k = PTM_BINS * h->arena[u] + b, f = h->fd[at];

	/*@ assert k: k == PTM_BINS * h->arena[u] + b && k % PTM_BINS == b && k < PTM_HEADS; */
	/*@ assert np: \forall integer i; isfree(*h, i) ==> h->next[i] != u; */
	/*@ assert nu: \forall integer i; node(*h, i) ==> i != u && h->fd[i] != u && h->bk[i] != u; */
	/*@ assert a: node(*h, f) && h->bin[f] == k && h->bk[f] == at && at != u && f != u; */
	/*@ assert s: f < PTM_UNITS ==> h->next[f] - f <= h->next[u] - u && h->stamp[f] <= h->hi; */
	h->fd[u] = f;
	h->bk[u] = at;
	h->bk[f] = u;
	h->fd[at] = u;
	h->bin[u] = (uint16_t)k;
	h->hi++;
	h->stamp[u] = h->hi;
	h->hi++;
	h->stamp[at] = h->hi;
	h->st[u] = PTM_FREE;
	/*@ assert h1: home(h->bin[u], h->next[u] - u); */
	/*@ assert h2: \forall integer i; isfree(*h, i) && i != u ==>
	      isfree(\at(*h, Pre), i) && h->bin[i] == \at(*h, Pre).bin[i] && home(\at(*h, Pre).bin[i], \at(*h, Pre).next[i] - i); */
	/*@ assert o1: after(*h, at, u) && (f < PTM_UNITS ==> after(*h, u, f)); */
	/*@ assert o2: \forall integer i, j; isfree(*h, i) && i != u && i != at && j == h->fd[i] && j < PTM_UNITS ==>
	      j != u && isfree(\at(*h, Pre), i) && j == \at(*h, Pre).fd[i] && isfree(\at(*h, Pre), j) && after(\at(*h, Pre), i, j); */
	/*@ assert o3: \forall integer i; isfree(*h, i) && i != u && i != at && h->fd[i] == at ==> i == \at(*h, Pre).bk[at] && after(*h, i, at); */
	/*@ assert o4: \forall integer i, j; isfree(*h, i) && i != u && i != at && j == h->fd[i] && j < PTM_UNITS && j != at ==> after(*h, i, j); */
	/*@ assert fk: fkeep(*h, \at(*h, Pre)); */
	/*@ assert tk: tkeep(*h, \at(*h, Pre)); */
}

void ptm_chunk_insert_large(struct ptm_heap *h, uint32_t u, uint32_t b)
{
	uint32_t n = h->next[u] - u, q = ptm_large_find(h, h->arena[u], b, n);

	if (q < PTM_UNITS && h->next[q] - q == n)
		insert_second(h, u, b, q);
	else
		insert_between(h, u, b, h->bk[q]);
}

uint32_t ptm_large_find(const struct ptm_heap *h, uint32_t a, uint32_t b, uint32_t n)
{
	uint32_t hd = PTM_HEAD0 + PTM_BINS * a + b, q = h->fd[hd];

	/*@ assert hd: hd == head(a, b) && h->bin[hd] == PTM_BINS * a + b; */
	/*@ loop invariant node: node(*h, q) && h->bin[q] == PTM_BINS * a + b;
	    loop invariant head: q >= PTM_UNITS ==> q == hd;
	    loop invariant large: h->bk[q] < PTM_UNITS ==> h->next[h->bk[q]] - h->bk[q] > n;
	    loop assigns q;
	    loop variant q >= PTM_UNITS ? 0 : 1 + (h->next[q] - q) * 0x10000000000000000 + h->stamp[q] - h->lo; */
	while (q != hd && h->next[q] - q > n)
		q = h->fd[q];
	return q;
}

uint32_t ptm_large_fit(const struct ptm_heap *h, uint32_t a, uint32_t b, uint32_t n)
{
	uint32_t hd = PTM_HEAD0 + PTM_BINS * a + b, u = h->fd[hd], g;

	if (u == hd || h->next[u] - u < n)
		return PTM_NIL;
	/*@ assert hd: hd == head(a, b) && h->bin[hd] == PTM_BINS * a + b; */
	u = h->bk[hd];
	/*@ loop invariant free: isfree(*h, u) && h->bin[u] == PTM_BINS * a + b;
	    loop invariant below: h->fd[u] < PTM_UNITS ==> h->next[h->fd[u]] - h->fd[u] < n;
	    loop assigns u;
	    loop variant (PTM_UNITS - (h->next[u] - u)) * 0x10000000000000000 + h->hi - h->stamp[u]; */
	while (h->next[u] - u < n)
		u = h->bk[u];
	g = h->next[u] - u;
	/*@ loop invariant free: isfree(*h, u) && h->bin[u] == PTM_BINS * a + b && h->next[u] - u == g;
	    loop invariant below: h->fd[u] < PTM_UNITS ==> h->next[h->fd[u]] - h->fd[u] < n || h->next[h->fd[u]] - h->fd[u] == g;
	    loop invariant below2: \forall integer s, k; isfree(*h, s) && isfree(*h, k) && s == h->fd[u] && k == h->fd[s] && h->next[s] - s == g ==>
	      h->next[k] - k < n || h->next[k] - k == g;
	    loop assigns u;
	    loop variant h->hi - h->stamp[u]; */
	while (h->bk[u] != hd && h->next[h->bk[u]] - h->bk[u] == g)
		u = h->bk[u];
	if (h->fd[u] != hd && h->next[h->fd[u]] - h->fd[u] == g)
		u = h->fd[u];
	return u;
}
