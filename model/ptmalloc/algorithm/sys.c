/* The level below: the break, mappings, and where units lie in them. */
/* SPDX-License-Identifier: MIT */
#include "sys.h"
#include "../state/arith.h"

#define REGION_BYTES (1ull << PTM_REGION_SHIFT)

bool ptm_sbrk(struct ptm_env *e, struct os *os, uint64_t increment)
{
	int32_t err;
	uint64_t old;

	if (increment == 0)
		return true;
	old = os_request(os, OS_SBRK, increment, 0, 0, &err);
	if (err != 0 || old != e->brk)
		return false;
	e->brk = ptm_add(e->brk, increment);
	return true;
}

bool ptm_region_new(struct ptm_env *e, uint64_t block)
{
	if (e->regions == UINT64_MAX || block / REGION_BYTES != e->regions + 1 ||
	    block % PTM_PAGE != 0)
		return false;
	e->regions++;
	return true;
}

bool ptm_mmap(struct ptm_env *e, struct os *os, uint64_t bytes, uint64_t protection,
	      uint64_t *block)
{
	int32_t err;

	*block = os_request(os, OS_MMAP, bytes, protection, 0, &err);
	return err == 0 && ptm_region_new(e, *block);
}

/* Spans lie at falling units, the oldest highest: the span of @u is the oldest that begins at or below it. */
/*@
  requires valid: \valid_read(e);
  requires some:  1 <= e->span_count <= PTM_SPANS_MAX;
  TOTAL;
  assigns         \nothing;
  ensures range:  \result < e->span_count;
*/
static uint32_t span_find(const struct ptm_env *e, uint32_t u)
{
	uint32_t lo = 0, hi = e->span_count - 1;

	/*@ loop invariant range: lo <= hi < e->span_count;
	    loop assigns lo, hi;
	    loop variant hi - lo; */
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (e->span[mid].unit <= u)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

uint64_t ptm_span_ptr(const struct ptm_env *e, uint32_t u)
{
	const struct ptm_span *span;

	if (e->span_count == 0)
		return 0;
	span = &e->span[span_find(e, u)];
	if (u < span->unit)
		return 0; /* cannot be: units from the floor on lie in spans */
	return ptm_add(span->start, (uint64_t)(u - span->unit) * PTM_UNIT_BYTES);
}

uint32_t ptm_span_new(const struct ptm_heap *h, struct ptm_env *e, uint64_t start, uint64_t bytes)
{
	uint32_t end = h->next[e->hole], units, unit;

	if (e->span_count == PTM_SPANS_MAX || bytes / PTM_UNIT_BYTES + 4 > end - e->hole)
		return PTM_NIL;
	units = (uint32_t)(bytes / PTM_UNIT_BYTES);
	unit = end - units - 1;
	e->span[e->span_count].unit = unit;
	e->span[e->span_count].units = units;
	e->span[e->span_count].start = start;
	e->span_count++;
	e->span_floor = unit;
	return unit;
}
