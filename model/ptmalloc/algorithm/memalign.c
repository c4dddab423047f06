/* Aligned blocks. */
/* SPDX-License-Identifier: MIT */
#include "memalign.h"
#include "../../errno.h"
#include "block.h"
#include "int_free.h"
#include "int_malloc.h"
#include "malloc.h"

/*@
  predicate power(integer x) = // of two, as alignments are
    x == 0x20 || x == 0x40 || x == 0x80 || x == 0x100 || x == 0x200 || x == 0x400 || x == 0x800 ||
    x == 0x1000 || x == 0x2000 || x == 0x4000 || x == 0x8000 || x == 0x10000 || x == 0x20000 ||
    x == 0x40000 || x == 0x80000 || x == 0x100000 || x == 0x200000 || x == 0x400000 || x == 0x800000 ||
    x == 0x1000000 || x == 0x2000000 || x == 0x4000000 || x == 0x8000000 || x == 0x10000000 ||
    x == 0x20000000 || x == 0x40000000 || x == 0x80000000 || x == 0x100000000 || x == 0x200000000 ||
    x == 0x400000000 || x == 0x800000000 || x == 0x1000000000 || x == 0x2000000000 ||
    x == 0x4000000000 || x == 0x8000000000 || x == 0x10000000000 || x == 0x20000000000 ||
    x == 0x40000000000 || x == 0x80000000000 || x == 0x100000000000 || x == 0x200000000000 ||
    x == 0x400000000000 || x == 0x800000000000 || x == 0x1000000000000 || x == 0x2000000000000 ||
    x == 0x4000000000000 || x == 0x8000000000000 || x == 0x10000000000000 || x == 0x20000000000000 ||
    x == 0x40000000000000 || x == 0x80000000000000 || x == 0x100000000000000 ||
    x == 0x200000000000000 || x == 0x400000000000000 || x == 0x800000000000000 ||
    x == 0x1000000000000000 || x == 0x2000000000000000 || x == 0x4000000000000000 ||
    x == 0x8000000000000000;
*/

/* From the chunk at pointer @at to the chunk inside whose memory is aligned; room for a chunk before it, or 0. */
/*@
  requires align: 32 <= align <= 0x8000000000000000;
  TOTAL;
  assigns         \nothing;
  ensures range:  \result == 0 || 32 <= \result < align + 32;
  ensures none:   at + 16 <= UINT64_MAX ==> (\result == 0 <==> (at + 16) % align == 0);
  ensures lead:   at + 16 <= UINT64_MAX && \result != 0 ==>
                  \result == align - (at + 16) % align + (align - (at + 16) % align < 32 ? align : 0);
*/
static uint64_t lead_bytes(uint64_t at, uint64_t align)
{
	uint64_t mem = ptm_add(at, PTM_UNIT_BYTES), lead;

	if (mem % align == 0)
		return 0;
	lead = align - mem % align;
	return lead < PTM_MINSIZE ? lead + align : lead;
}

/* The part of the USED chunk @u before unit @u + @lead is freed. Returns: the chunk there. */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_FREE && h->pushes <= PTM_PUSHES_MAX - 1;
  requires used:  used(*h, u) && (lead == 0 || (2 <= lead && u + lead + 2 <= h->next[u]));
  TOTAL;
  assigns         FREE_FIELDS(a);
  ENSURES_WF; ENSURES_OS; ENSURES_BUDGET(PTM_STAMP_FREE, 1);
  ensures rest:   \result == u + lead && used(*h, \result) && h->next[\result] == \old(h->next[u]);
  ensures live:   live(*h, \old(*h), u, \result);
  ensures gone:   lead != 0 ==> h->st[u] != PTM_USED;
*/
static uint32_t lead_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
			  uint32_t u, uint32_t lead)
{
	uint32_t v;

	if (lead == 0)
		return u;
	if (lead < 4)
		FIRE(e, memalign_lead_small);
	else
		FIRE(e, memalign_lead);
	v = ptm_cut(h, e, u, lead);
	ptm_int_free(h, e, os, a, u, true);
	return v;
}

/* What the USED chunk @u has beyond @n units is freed, if it is more than a minimal chunk. */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_FREE && h->pushes <= PTM_PUSHES_MAX - 1;
  requires used:  used(*h, u) && 2 <= n <= h->next[u] - u;
  TOTAL;
  assigns         FREE_FIELDS(a);
  ENSURES_WF; ENSURES_OS;
  ensures keep:   used(*h, u) && n <= h->next[u] - u <= n + 2;
  ensures spare:  h->next[u] == (\old(h->next[u]) - u <= n + 2 ? \old(h->next[u]) : u + n);
  ensures live:   live(*h, \old(*h), u, PTM_NIL);
*/
static void spare_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t u,
		       uint32_t n)
{
	uint32_t spare;

	if (ptm_size(h, u) <= n + PTM_MIN_UNITS) {
		FIRE(e, memalign_slack);
		return;
	}
	FIRE(e, memalign_tail);
	spare = ptm_cut(h, e, u, n);
	/*@ assert inner: \at(*h, Pre).st[spare] == PTM_INNER; */
	/*@ assert cut: live(*h, \at(*h, Pre), u, spare); */
	ptm_int_free(h, e, os, a, spare, true);
}

/* @align is a power of two of at least 32. */
/*@
  REQUIRES_HEAP_OS;
  requires arena: a < PTM_ARENAS;
  requires room:  h->hi <= PTM_STAMP_MAX - PTM_STAMP_MALLOC - 2 * PTM_STAMP_FREE && h->pushes <= PTM_PUSHES_MAX - 3;
  requires align: power(align);
  TOTAL;
  assigns         GROW_FIELDS(a);
  ENSURES_WF; ENSURES_OS; ENSURES_GIVEN;
  ensures live:   live(*h, \old(*h), \result, PTM_NIL);
*/
static uint32_t int_memalign(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
			     uint64_t align, uint64_t bytes)
{
	uint64_t n, lead;
	uint32_t u, v;

	if (bytes > PTM_REQUEST_MAX || align > PTM_REQUEST_MAX) {
		FIRE(e, request_max);
		return PTM_NIL;
	}
	/*@ assert half: 32 <= align <= 0x4000000000000000; */
	n = ptm_request_units(bytes);
	u = ptm_int_malloc(h, e, os, a, ptm_add(ptm_add(n * PTM_UNIT_BYTES, align), PTM_MINSIZE));
	if (u == PTM_NIL)
		return PTM_NIL;
	lead = lead_bytes(ptm_sub(ptm_block_ptr(e, u), PTM_UNIT_BYTES), align);
	if (u >= PTM_MAP0) {
		FIRE(e, memalign_mapped);
		ptm_map_shift(e, u - PTM_MAP0, lead);
		return u;
	}
	/*@ assert room: n * 16 + align + 40 <= 16 * (h->next[u] - u) <= 16 * PTM_UNITS; */
	/*@ assert lead: 16 * (lead / 16) <= lead < align + 32 && (lead != 0 ==> lead / 16 >= 2); */
	/*@ assert got: used(*h, u) && \at(*h, Pre).st[u] != PTM_USED; */
	v = lead_free(h, e, os, a, u, (uint32_t)(lead / PTM_UNIT_BYTES));
	/*@ assert gone: v != u ==> h->st[u] != PTM_USED; */
	/*@ assert live: live(*h, \at(*h, Pre), v, PTM_NIL); */
	/*@ assert rest: used(*h, v) && 2 <= n <= h->next[v] - v; */
	spare_free(h, e, os, a, v, (uint32_t)n);
	return v;
}

/* The next power of two from 32 on. Ends: it doubles up to @align, which is at most 2^63. */
/*@
  requires valid: \valid(e);
  requires max:   align <= 0x8000000000000000;
  TOTAL;
  assigns         e->trace;
  ensures power:  power(\result);
  ensures least:  \result >= align && (\result == 32 || \result < 2 * align);
*/
static uint64_t power_of_two(struct ptm_env *e, uint64_t align)
{
	uint64_t power = PTM_MINSIZE;

	/*@ loop invariant power: power(power);
	    loop invariant least: power == 32 || power < 2 * align;
	    loop assigns power;
	    loop variant align + align - power; */
	while (power < align)
		power *= 2;
	if (align > PTM_MINSIZE && power != align)
		FIRE(e, memalign_power);
	return power;
}

uint32_t ptm_memalign(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		      uint64_t align, uint64_t bytes, int32_t *err)
{
	uint32_t block;

	if (align > UINT64_MAX / 2 + 1) {
		FIRE(e, memalign_einval);
		*err = MODEL_EINVAL;
		return PTM_NIL;
	}
	if (align <= PTM_UNIT_BYTES) {
		FIRE(e, memalign_malloc);
		block = ptm_malloc(h, e, os, a, bytes);
	} else {
		block = int_memalign(h, e, os, a, power_of_two(e, align), bytes);
	}
	*err = block == PTM_NIL ? MODEL_ENOMEM : 0;
	return block;
}

uint32_t ptm_posix_memalign(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
			    uint64_t align, uint64_t bytes, int32_t *err)
{
	if (align < 8 || (align & (align - 1)) != 0) {
		FIRE(e, posix_memalign_einval);
		*err = MODEL_EINVAL;
		return PTM_NIL;
	}
	return ptm_memalign(h, e, os, a, align, bytes, err);
}

uint32_t ptm_pvalloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		     uint64_t bytes, int32_t *err)
{
	uint64_t up = ptm_add(bytes, PTM_PAGE - 1);

	if (up < bytes) {
		FIRE(e, request_max);
		*err = MODEL_ENOMEM;
		return PTM_NIL;
	}
	FIRE(e, pvalloc_round);
	return ptm_memalign(h, e, os, a, PTM_PAGE, up & ~(uint64_t)(PTM_PAGE - 2), err);
}
