/* The zone's free lists: a block goes to the head or the tail, or comes off. */
/* SPDX-License-Identifier: MIT */
#include "list.h"
#include "count.h"

void buddy_put_head(struct zone *z, uint32_t i, uint32_t t)
{
	uint32_t o = LV(*z, i), l = buddy_list(0u, o, t), h = HEAD(l), f = NX(*z, h),
		 s = buddy_size(o), q = t;

	/*@ ghost lem_bound(z->t); */
	/*@ ghost struct tree t0 = z->t; */
	/*@ assert ta: LV(*z, i) <= z->max_order; */
	/*@ assert a: h == BUDDY_NODES + l && BUDDY_NODES <= h < BUDDY_LINKS && node(*z, h) && LS(*z, h) == l; */
	/*@ assert n1: \forall integer k, j; node(*z, k) && k != h && j == NX(*z, k) ==> node(*z, j) && j != f && j != i && PV(*z, j) == k; */
	/*@ assert n2: \forall integer k, j; node(*z, k) && k != f && j == PV(*z, k) ==> node(*z, j) && j != h && j != i && NX(*z, j) == k; */
	/*@ assert n: node(*z, f) && f != i && PV(*z, f) == h && LS(*z, f) == l && (f >= BUDDY_NODES ==> f == h); */
	/*@ assert o: f < BUDDY_NODES ==> -z->clock <= SP(*z, f) <= z->clock; */
	/*@ assert q: q == GROUP(l); */
	z->clock++;
	SP(*z, i) = z->clock;
	LS(*z, i) = (uint16_t)l;
	NX(*z, i) = f;
	PV(*z, i) = h;
	PV(*z, f) = i;
	NX(*z, h) = i;
	ST(*z, i) = NODE_FREE;
	/*@ assert w: LS(*z, i) == l && LS(*z, h) == l && LS(*z, f) == l && node(*z, i) && node(*z, f) && node(*z, h); */
	/*@ assert w2: \forall integer k; node(*z, k) && k != i ==> node(\at(*z, Pre), k) && LS(*z, k) == \at(LS(*z, k), Pre); */
	/*@ assert nl: nlink(*z); */
	/*@ assert pl: plink(*z); */
	/*@ assert st: \forall integer k; 0 <= k < BUDDY_NODES ==> (ST(*z, k) == NODE_NONE <==> \at(ST(*z, k), Pre) == NODE_NONE) && (ST(*z, k) == NODE_SPLIT <==> \at(ST(*z, k), Pre) == NODE_SPLIT); */
	/*@ assert ch: child(*z); */
	/*@ ghost lem_upd(t0, z->t, i); */
	/*@ assert c: \forall integer k; count(z->t, k, BUDDY_NODES) == count(t0, k, BUDDY_NODES) + (k == l ? 1 : 0); */
	/*@ assert p: \forall integer k; pages(z->t, k, BUDDY_NODES) == pages(t0, k, BUDDY_NODES) + (k == q ? s : 0); */
	z->count[l]++;
	z->pages[q] += s;
}

void buddy_put_tail(struct zone *z, uint32_t i, uint32_t t)
{
	uint32_t o = LV(*z, i), l = buddy_list(0u, o, t), h = HEAD(l), f = PV(*z, h),
		 s = buddy_size(o), q = t;

	/*@ ghost lem_bound(z->t); */
	/*@ ghost struct tree t0 = z->t; */
	/*@ assert ta: LV(*z, i) <= z->max_order; */
	/*@ assert a: h == BUDDY_NODES + l && BUDDY_NODES <= h < BUDDY_LINKS && node(*z, h) && LS(*z, h) == l; */
	/*@ assert n1: \forall integer k, j; node(*z, k) && k != h && j == PV(*z, k) ==> node(*z, j) && j != f && j != i && NX(*z, j) == k; */
	/*@ assert n2: \forall integer k, j; node(*z, k) && k != f && j == NX(*z, k) ==> node(*z, j) && j != h && j != i && PV(*z, j) == k; */
	/*@ assert n: node(*z, f) && f != i && NX(*z, f) == h && LS(*z, f) == l && (f >= BUDDY_NODES ==> f == h); */
	/*@ assert o: f < BUDDY_NODES ==> -z->clock <= SP(*z, f) <= z->clock; */
	/*@ assert q: q == GROUP(l); */
	z->clock++;
	SP(*z, i) = -z->clock;
	LS(*z, i) = (uint16_t)l;
	NX(*z, i) = h;
	PV(*z, i) = f;
	NX(*z, f) = i;
	PV(*z, h) = i;
	ST(*z, i) = NODE_FREE;
	/*@ assert w: LS(*z, i) == l && LS(*z, h) == l && LS(*z, f) == l && node(*z, i) && node(*z, f) && node(*z, h); */
	/*@ assert w2: \forall integer k; node(*z, k) && k != i ==> node(\at(*z, Pre), k) && LS(*z, k) == \at(LS(*z, k), Pre); */
	/*@ assert nl: nlink(*z); */
	/*@ assert pl: plink(*z); */
	/*@ assert st: \forall integer k; 0 <= k < BUDDY_NODES ==> (ST(*z, k) == NODE_NONE <==> \at(ST(*z, k), Pre) == NODE_NONE) && (ST(*z, k) == NODE_SPLIT <==> \at(ST(*z, k), Pre) == NODE_SPLIT); */
	/*@ assert ch: child(*z); */
	/*@ ghost lem_upd(t0, z->t, i); */
	/*@ assert c: \forall integer k; count(z->t, k, BUDDY_NODES) == count(t0, k, BUDDY_NODES) + (k == l ? 1 : 0); */
	/*@ assert p: \forall integer k; pages(z->t, k, BUDDY_NODES) == pages(t0, k, BUDDY_NODES) + (k == q ? s : 0); */
	z->count[l]++;
	z->pages[q] += s;
}

void buddy_take(struct zone *z, uint32_t i)
{
	uint32_t o = LV(*z, i), l = LS(*z, i), f = NX(*z, i), b = PV(*z, i), s = buddy_size(o),
		 q = GROUP(l);

	/*@ ghost struct tree t0 = z->t; */
	/*@ assert b: 8 * o <= l < 8 * o + BUDDY_TYPES && l < 128 && l / 128 == 0; */
	/*@ assert n: node(*z, f) && node(*z, b) && f != i && b != i && NX(*z, b) == i && PV(*z, f) == i && LS(*z, f) == l && LS(*z, b) == l; */
	/*@ assert h: (f >= BUDDY_NODES ==> f == BUDDY_NODES + l) && (b >= BUDDY_NODES ==> b == BUDDY_NODES + l); */
	/*@ assert o: b < BUDDY_NODES && f < BUDDY_NODES ==> SP(*z, f) < SP(*z, i) && SP(*z, i) < SP(*z, b); */
	/*@ assert n1: \forall integer k, j; node(*z, k) && k != b && k != i && j == NX(*z, k) ==> node(*z, j) && j != i && j != f && PV(*z, j) == k; */
	/*@ assert n2: \forall integer k, j; node(*z, k) && k != f && k != i && j == PV(*z, k) ==> node(*z, j) && j != i && j != b && NX(*z, j) == k; */
	NX(*z, b) = f;
	PV(*z, f) = b;
	ST(*z, i) = NODE_ALLOC;
	/*@ assert w: \forall integer k; node(*z, k) <==> k != i && node(\at(*z, Pre), k); */
	/*@ assert nl: nlink(*z); */
	/*@ assert pl: plink(*z); */
	/*@ assert st: \forall integer k; 0 <= k < BUDDY_NODES ==> (ST(*z, k) == NODE_NONE <==> \at(ST(*z, k), Pre) == NODE_NONE) && (ST(*z, k) == NODE_SPLIT <==> \at(ST(*z, k), Pre) == NODE_SPLIT); */
	/*@ assert ch: child(*z); */
	/*@ ghost lem_upd(t0, z->t, i); */
	/*@ ghost lem_bound(z->t); */
	/*@ assert c: \forall integer k; count(z->t, k, BUDDY_NODES) == count(t0, k, BUDDY_NODES) - (k == l ? 1 : 0); */
	/*@ assert p: \forall integer k; pages(z->t, k, BUDDY_NODES) == pages(t0, k, BUDDY_NODES) - (k == q ? s : 0); */
	z->count[l]--;
	z->pages[q] -= s;
}

uint32_t buddy_first(const struct zone *z, uint32_t order, uint32_t t)
{
	uint32_t l = buddy_list(0u, order, t), h = HEAD(l), i = NX(*z, h);

	/*@ assert h: h == BUDDY_NODES + l && node(*z, h) && LS(*z, h) == l; */
	/*@ assert i: node(*z, i) && LS(*z, i) == l && (i >= BUDDY_NODES ==> i == h); */
	return i == h ? 0u : i;
}
