/* Primitives on bins: take, insert at the head, first and last. */
/* SPDX-License-Identifier: MIT */
#include "bin.h"

void ptm_chunk_take(struct ptm_heap *h, uint32_t u)
{
	uint32_t f = h->fd[u], b = h->bk[u];

	/*@ assert nb: node(*h, b) && node(*h, f) && h->bin[b] == h->bin[u] && h->bin[f] == h->bin[u] && h->fd[b] == u && h->bk[f] == u; */
	/*@ assert o1: b < PTM_UNITS ==> after(*h, b, u); */
	/*@ assert o2: f < PTM_UNITS ==> after(*h, u, f); */
	/*@ assert o3: b < PTM_UNITS && f < PTM_UNITS ==> after(*h, b, f); */
	h->fd[b] = f;
	h->bk[f] = b;
	h->st[u] = PTM_USED;
	/*@ assert lf: linkf(*h); */
	/*@ assert lb: linkb(*h); */
	/*@ assert fk: fkeep(*h, \at(*h, Pre)); */
	/*@ assert tk: tkeep(*h, \at(*h, Pre)); */
}

void ptm_chunk_insert(struct ptm_heap *h, uint32_t u, uint32_t b)
{
	uint32_t k = PTM_BINS * h->arena[u] + b, hd = PTM_HEAD0 + k, f = h->fd[hd];

	/*@ assert k: k == PTM_BINS * h->arena[u] + b && hd == PTM_HEAD0 + k && k < PTM_HEADS; */
	/*@ assert mk: k % PTM_BINS == b && (k % PTM_BINS != PTM_UNSORTED ==> marked(*h, k)); */
	/*@ assert nf: node(*h, f) && h->bin[f] == k && h->bk[f] == hd && f != u && hd != u && (f >= PTM_UNITS ==> f == hd); */
	/*@ assert nu: \forall integer i; node(*h, i) ==> i != u && h->fd[i] != u && h->bk[i] != u; */
	/*@ assert n1: \forall integer i; node(*h, i) && h->fd[i] == f ==> i == hd; */
	/*@ assert n2: \forall integer i; node(*h, i) && h->bk[i] == hd ==> i == f; */
	/*@ assert np: \forall integer i; isfree(*h, i) ==> h->next[i] != u; */
	h->bin[u] = (uint16_t)k;
	h->hi++;
	h->stamp[u] = h->hi;
	h->fd[u] = f;
	h->bk[u] = hd;
	h->bk[f] = u;
	h->fd[hd] = u;
	h->st[u] = PTM_FREE;
	/*@ assert o1: f < PTM_UNITS ==> after(*h, u, f); */
	/*@ assert o2: \forall integer i, j; isfree(*h, i) && i != u && j == h->fd[i] && j < PTM_UNITS ==>
	      j != u && isfree(\at(*h, Pre), i) && j == \at(*h, Pre).fd[i] && isfree(\at(*h, Pre), j) && after(\at(*h, Pre), i, j); */
	/*@ assert o3: \forall integer i, j; isfree(*h, i) && i != u && j == h->fd[i] && j < PTM_UNITS ==> after(*h, i, j); */
	/*@ assert fk: fkeep(*h, \at(*h, Pre)); */
	/*@ assert tk: tkeep(*h, \at(*h, Pre)); */
}

uint32_t ptm_bin_last(const struct ptm_heap *h, uint32_t a, uint32_t b)
{
	uint32_t hd = PTM_HEAD0 + PTM_BINS * a + b, u = h->bk[hd];

	/*@ assert k: hd == PTM_HEAD0 + PTM_BINS * a + b && hd < PTM_NODES; */
	return u == hd ? PTM_NIL : u;
}

uint32_t ptm_bin_first(const struct ptm_heap *h, uint32_t a, uint32_t b)
{
	uint32_t hd = PTM_HEAD0 + PTM_BINS * a + b, u = h->fd[hd];

	/*@ assert k: hd == PTM_HEAD0 + PTM_BINS * a + b && hd < PTM_NODES; */
	return u == hd ? PTM_NIL : u;
}
