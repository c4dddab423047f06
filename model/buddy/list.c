/* The zone's free lists: a block goes to the head or the tail, or comes off. */
/* SPDX-License-Identifier: MIT */
#include "list.h"
#include "count.h"

void buddy_put_head(struct zone *z, uint32_t i, uint32_t t)
{
	uint32_t o = LV(*z, i), l = buddy_list(0u, o, t), h = HEAD(l), f = NX(*z, h),
		 s = buddy_size(o), q = t;

	z->clock++;
	SP(*z, i) = z->clock;
	LS(*z, i) = (uint16_t)l;
	NX(*z, i) = f;
	PV(*z, i) = h;
	PV(*z, f) = i;
	NX(*z, h) = i;
	ST(*z, i) = NODE_FREE;
	z->count[l]++;
	z->pages[q] += s;
}

void buddy_put_tail(struct zone *z, uint32_t i, uint32_t t)
{
	uint32_t o = LV(*z, i), l = buddy_list(0u, o, t), h = HEAD(l), f = PV(*z, h),
		 s = buddy_size(o), q = t;

	z->clock++;
	SP(*z, i) = -z->clock;
	LS(*z, i) = (uint16_t)l;
	NX(*z, i) = h;
	PV(*z, i) = f;
	NX(*z, f) = i;
	PV(*z, h) = i;
	ST(*z, i) = NODE_FREE;
	z->count[l]++;
	z->pages[q] += s;
}

void buddy_take(struct zone *z, uint32_t i)
{
	uint32_t o = LV(*z, i), l = LS(*z, i), f = NX(*z, i), b = PV(*z, i), s = buddy_size(o),
		 q = GROUP(l);

	NX(*z, b) = f;
	PV(*z, f) = b;
	ST(*z, i) = NODE_ALLOC;
	z->count[l]--;
	z->pages[q] -= s;
}

uint32_t buddy_first(const struct zone *z, uint32_t order, uint32_t t)
{
	uint32_t h = HEAD(buddy_list(0u, order, t)), i = NX(*z, h);

	return i == h ? 0u : i;
}
