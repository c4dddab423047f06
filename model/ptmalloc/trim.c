/* Memory goes back to the system. */
/* SPDX-License-Identifier: MIT */
#include "trim.h"
#include "free.h"

#define MADV_DONTNEED 4u
#define CHUNK_STRUCT_BYTES 48u /* sizeof(struct malloc_chunk) */

/* The end of the top follows the break, which moved by @released bytes down. */
static bool top_follow(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint64_t released)
{
	uint64_t end = (uint64_t)h->next[h->top[a]] - released / PTM_UNIT_BYTES;

	if (released > UINT64_MAX / 2)
		end = (uint64_t)h->next[h->top[a]] + (0 - released) / PTM_UNIT_BYTES;
	if (end + 1 > h->next[e->hole] || end < (uint64_t)h->top[a] + PTM_MIN_UNITS)
		return false; /* cannot be: admitted operations have room */
	e->system_mem -= released;
	ptm_top_resize(h, a, (uint32_t)end);
	e->hole = (uint32_t)end;
	e->brk_floor = e->brk;
	return true;
}

/* Bytes of arena @a's top to give back; as the real sum wraps for the smallest top, so does this one. */
static uint64_t trim_bytes(const struct ptm_heap *h, const struct ptm_env *e, uint32_t t,
			   uint64_t pad)
{
	uint64_t size = (uint64_t)ptm_size(h, t) * PTM_UNIT_BYTES;
	uint64_t area = size - PTM_MINSIZE - 1;

	if (area <= pad || (size == PTM_MINSIZE && !e->rules.trim_grows))
		return 0;
	return (area - pad) & ~(uint64_t)(PTM_PAGE - 1);
}

bool ptm_top_trim(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint64_t pad)
{
	uint32_t t = h->top[a];
	uint64_t extra = t == PTM_NIL ? 0 : trim_bytes(h, e, t, pad), old = e->brk;

	if (extra == 0)
		return false;
	if (h->next[t] != e->hole || ptm_unit_ptr(e, h->next[t]) != e->brk) {
		FIRE(e, trim_foreign);
		return false;
	}
	if (ptm_size(h, t) == PTM_MIN_UNITS)
		FIRE(e, trim_grows);
	else
		FIRE(e, trim_pages);
	if (!ptm_sbrk(e, os, 0 - extra)) {
		FIRE(e, trim_refused);
		return false;
	}
	return top_follow(h, e, a, old - e->brk);
}

uint64_t ptm_trim_pages(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
			uint64_t *from)
{
	uint64_t size = (uint64_t)ptm_size(h, u) * PTM_UNIT_BYTES, start, aligned;

	if (size <= PTM_PAGE - 1 + CHUNK_STRUCT_BYTES)
		return 0;
	start = ptm_unit_ptr(e, u);
	aligned = (start + CHUNK_STRUCT_BYTES + PTM_PAGE - 1) & ~(uint64_t)(PTM_PAGE - 1);
	*from = aligned;
	return (size - (aligned - start)) & ~(uint64_t)(PTM_PAGE - 1);
}

/* Ends: chunks of a bin, from the last to the head. */
static bool bin_trim(const struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		     uint32_t b)
{
	bool result = false;

	for (uint32_t u = h->bk[PTM_HEAD0 + PTM_BINS * a + b]; u < PTM_UNITS; u = h->bk[u]) {
		uint64_t from, bytes = ptm_trim_pages(h, e, u, &from);
		int32_t err;

		if (bytes == 0)
			continue;
		FIRE(e, trim_free_pages);
		os_request(os, OS_MADVISE, from, bytes, MADV_DONTNEED, &err);
		result = true;
	}
	return result;
}

bool ptm_trim(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint64_t pad)
{
	bool result;

	ptm_consolidate(h, e, a);
	result = bin_trim(h, e, os, a, PTM_UNSORTED);
	for (uint32_t b = ptm_bin_index(PTM_PAGE / PTM_UNIT_BYTES); b < PTM_BINS; b++)
		if (bin_trim(h, e, os, a, b))
			result = true;
	if (ptm_top_trim(h, e, os, a, pad))
		result = true;
	return result;
}
