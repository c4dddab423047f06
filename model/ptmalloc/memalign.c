/* Aligned blocks. */
/* SPDX-License-Identifier: MIT */
#include "memalign.h"
#include "../errno.h"

/* From the chunk at pointer @at to the chunk inside whose memory is aligned; room for a chunk before it, or 0. */
static uint64_t lead_bytes(uint64_t at, uint64_t align)
{
	uint64_t mem = at + PTM_UNIT_BYTES, lead;

	if (mem % align == 0)
		return 0;
	lead = align - mem % align;
	return lead < PTM_MINSIZE ? lead + align : lead;
}

/* The part of the USED chunk @u before unit @u + @lead is freed. Returns: the chunk there. */
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
static void spare_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t u,
		       uint32_t n)
{
	if (ptm_size(h, u) <= n + PTM_MIN_UNITS) {
		FIRE(e, memalign_slack);
		return;
	}
	FIRE(e, memalign_tail);
	ptm_int_free(h, e, os, a, ptm_cut(h, e, u, n), true);
}

/* @align is a power of two of at least 32. */
static uint32_t int_memalign(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
			     uint64_t align, uint64_t bytes)
{
	uint64_t n, lead;
	uint32_t u;

	if (bytes > PTM_REQUEST_MAX || align > PTM_REQUEST_MAX) {
		FIRE(e, request_max);
		return PTM_NIL;
	}
	n = ptm_request_units(bytes);
	u = ptm_int_malloc(h, e, os, a, n * PTM_UNIT_BYTES + align + PTM_MINSIZE);
	if (u == PTM_NIL)
		return PTM_NIL;
	lead = lead_bytes(ptm_block_ptr(e, u) - PTM_UNIT_BYTES, align);
	if (u >= PTM_MAP0) {
		FIRE(e, memalign_mapped);
		ptm_map_shift(e, u - PTM_MAP0, lead);
		return u;
	}
	u = lead_free(h, e, os, a, u, (uint32_t)(lead / PTM_UNIT_BYTES));
	spare_free(h, e, os, a, u, (uint32_t)n);
	return u;
}

/* The next power of two from 32 on. Ends: it doubles up to @align, which is at most 2^63. */
static uint64_t power_of_two(struct ptm_env *e, uint64_t align)
{
	uint64_t power = PTM_MINSIZE;

	if (align <= PTM_MINSIZE || (align & (align - 1)) == 0)
		return align <= PTM_MINSIZE ? PTM_MINSIZE : align;
	FIRE(e, memalign_power);
	while (power < align)
		power <<= 1;
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
	uint64_t up = bytes + PTM_PAGE - 1;

	if (up < bytes) {
		FIRE(e, request_max);
		*err = MODEL_ENOMEM;
		return PTM_NIL;
	}
	FIRE(e, pvalloc_round);
	return ptm_memalign(h, e, os, a, PTM_PAGE, up & ~(uint64_t)(PTM_PAGE - 2), err);
}
