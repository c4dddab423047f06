/* Memory goes back to the system. */
/* SPDX-License-Identifier: MIT */
#include "trim.h"
#include "merge.h"

#define MADV_DONTNEED 4u
#define CHUNK_STRUCT_BYTES 48u /* sizeof(struct malloc_chunk) */

/* The top ends at unit @end from now on, where the HOLE after it begins. */
/*@
  REQUIRES_HEAP;
  requires top:   a < PTM_ARENAS && h->top[a] != PTM_NIL && h->next[h->top[a]] == e->hole;
  requires fits:  h->top[a] + 2 <= end && end + 1 <= h->next[e->hole];
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], e->hole, e->brk_floor;
  ENSURES_WF;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures frees:  frees(*h, \old(*h));
  ensures hole:   in_hole(*h, e->hole) && e->hole == end && h->next[h->top[a]] == end && h->top[a] == \old(h->top[a]);
  ensures floor:  e->brk_floor == e->brk;
*/
static void top_end(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t end)
{
	/*@ assert top: h->st[h->top[a]] == PTM_TOP && h->st[e->hole] == PTM_HOLE; */
	/*@ assert down: end < e->hole ==> h->st[end] == PTM_INNER; */
	/*@ assert up: end > e->hole ==> h->st[end] == PTM_INNER; */
	ptm_top_resize(h, a, end);
	/*@ assert arena: \forall integer k; 0 <= k < PTM_UNITS && k != end ==> h->arena[k] == \at(*h, Pre).arena[k]; */
	/*@ assert tops: h->st[h->top[a]] == PTM_TOP && h->st[end] == PTM_HOLE; */
	/*@ assert live: live(*h, \at(*h, Pre), end, PTM_NIL); */
	/*@ assert frees: frees(*h, \at(*h, Pre)); */
	e->hole = end;
	e->brk_floor = e->brk;
}

/* The end of the top follows the break, which moved by @released bytes down. */
/*@
  REQUIRES_HEAP;
  requires top:   a < PTM_ARENAS && h->top[a] != PTM_NIL && h->next[h->top[a]] == e->hole;
  TOTAL;
  assigns         TILE_FIELDS, h->arena[0 .. PTM_UNITS - 1], e->system_mem, e->hole, e->brk_floor, e->trace;
  ENSURES_WF;
  ensures live:   live(*h, \old(*h), PTM_NIL, PTM_NIL);
  ensures frees:  frees(*h, \old(*h));
  ensures hole:   in_hole(*h, e->hole);
  ensures end:    \result != 0 ==> h->next[h->top[a]] == e->hole;
*/
static bool top_follow(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint64_t released)
{
	uint64_t end = h->next[h->top[a]];

	if (released > UINT64_MAX / 2)
		end += ptm_sub(0, released) / PTM_UNIT_BYTES;
	else
		end = ptm_sub(end, released / PTM_UNIT_BYTES);
	if (end >= PTM_UNITS || end + 1 > h->next[e->hole] ||
	    end < (uint64_t)h->top[a] + PTM_MIN_UNITS)
		return false; /* cannot be: admitted operations have room */
	e->system_mem = ptm_sub(e->system_mem, released);
	TOUCH_SCALARS(e, BREAK);
	top_end(h, e, a, (uint32_t)end);
	return true;
}

/* Bytes of arena @a's top to give back; as the real sum wraps for the smallest top, so does this one. */
/*@
  requires valid: \valid_read(h) && \valid(e) && \separated(h, e);
  requires inv:   wf(*h);
  requires top:   chunk(*h, t);
  TOTAL;
  assigns         e->trace;
  ensures pages:  \result % PTM_PAGE == 0;
  ensures most:   h->next[t] - t > 2 && \result != 0 ==> pad + \result + 33 <= (h->next[t] - t) * 16 < pad + \result + 33 + PTM_PAGE;
  ensures none:   h->next[t] - t > 2 && \result == 0 ==> (h->next[t] - t) * 16 < pad + 33 + PTM_PAGE;
*/
static uint64_t trim_bytes(const struct ptm_heap *h, struct ptm_env *e, uint32_t t, uint64_t pad)
{
	uint64_t size = (uint64_t)ptm_size(h, t) * PTM_UNIT_BYTES;
	uint64_t area = ptm_sub(size, PTM_MINSIZE + 1);

	if (area <= pad)
		return 0;
	if (size == PTM_MINSIZE)
		FIRE(e, trim_grows);
	if (size == PTM_MINSIZE && !e->rules.trim_grows)
		return 0;
	return area - pad - (area - pad) % PTM_PAGE;
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
	FIRE(e, trim_pages);
	if (!ptm_sbrk(e, os, ptm_sub(0, extra))) {
		FIRE(e, trim_refused);
		return false;
	}
	return top_follow(h, e, a, ptm_sub(old, e->brk));
}

uint64_t ptm_trim_pages(const struct ptm_heap *h, const struct ptm_env *e, uint32_t u,
			uint64_t *from)
{
	uint64_t size = (uint64_t)ptm_size(h, u) * PTM_UNIT_BYTES, start, aligned;

	if (size <= PTM_PAGE - 1 + CHUNK_STRUCT_BYTES)
		return 0;
	start = ptm_unit_ptr(e, u);
	aligned = ptm_add(start, CHUNK_STRUCT_BYTES + PTM_PAGE - 1);
	aligned -= aligned % PTM_PAGE;
	*from = aligned;
	size = ptm_sub(size, ptm_sub(aligned, start));
	return size - size % PTM_PAGE;
}

/* Ends: chunks of a bin, from the last to the head. */
/*@
  requires valid: \valid_read(h) && \valid(e) && \valid(os) && \separated(h, e, os);
  requires inv:   wf(*h);
  requires bin:   a < PTM_ARENAS && b < PTM_BINS && os_ok(*os) && e->span_count <= PTM_SPANS_MAX;
  TOTAL;
  assigns         e->trace, *os;
  ensures os:     os_ok(*os);
  ensures idle:   \result == 0 ==> \forall integer u; u == h->bk[head(a, b)] && u < PTM_UNITS ==> idle(u, h->next[u] - u, e->span_floor);
*/
static bool bin_trim(const struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		     uint32_t b)
{
	bool result = false;

	/*@ loop invariant node: node(*h, u) && h->bin[u] == PTM_BINS * a + b;
	    loop invariant os: os_ok(*os);
	    loop invariant idle: result == 0 ==> u == h->bk[head(a, b)] ||
	      (\forall integer v; v == h->bk[head(a, b)] && v < PTM_UNITS ==> idle(v, h->next[v] - v, e->span_floor));
	    loop assigns u, result, e->trace, *os;
	    loop variant u >= PTM_UNITS ? 0 : 1 + h->hi - h->stamp[u] + (b < PTM_LARGE ? 0 : (PTM_UNITS - (h->next[u] - u)) * 0x10000000000000000); */
	for (uint32_t u = h->bk[PTM_HEAD0 + PTM_BINS * a + b]; u < PTM_UNITS; u = h->bk[u]) {
		/*@ assert back: h->bk[u] < PTM_UNITS ==> isfree(*h, h->bk[u]) && after(*h, h->bk[u], u); */
		/*@ assert small: b < PTM_LARGE && h->bk[u] < PTM_UNITS ==> h->stamp[u] < h->stamp[h->bk[u]] <= h->hi; */
		/*@ assert large: b >= PTM_LARGE && h->bk[u] < PTM_UNITS ==> h->next[u] - u < h->next[h->bk[u]] - h->bk[u] ||
		      (h->next[u] - u == h->next[h->bk[u]] - h->bk[u] && h->stamp[u] < h->stamp[h->bk[u]]); */
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
	/*@ loop invariant os: os_ok(*os);
	    loop invariant range: bin_of(PTM_PAGE / 16) <= b <= PTM_BINS;
	    loop invariant first: result == 0 ==>
	      \forall integer u; u == h->bk[head(a, PTM_UNSORTED)] && u < PTM_UNITS ==> idle(u, h->next[u] - u, e->span_floor);
	    loop invariant start: b == bin_of(PTM_PAGE / 16) || (result == 0 ==>
	      \forall integer u; u == h->bk[head(a, bin_of(PTM_PAGE / 16))] && u < PTM_UNITS ==> idle(u, h->next[u] - u, e->span_floor));
	    loop assigns b, result, e->trace, *os;
	    loop variant PTM_BINS - b; */
	for (uint32_t b = ptm_bin_index(PTM_PAGE / PTM_UNIT_BYTES); b < PTM_BINS; b++)
		if (bin_trim(h, e, os, a, b))
			result = true;
	/*@ ghost L: ; */
	/*@ assert bins: \forall integer d, u; PTM_HEAD0 <= d < PTM_NODES && u == h->bk[d] && u < PTM_UNITS ==> isfree(*h, u); */
	if (ptm_top_trim(h, e, os, a, pad))
		result = true;
	/*@ assert same: \forall integer d, u; PTM_HEAD0 <= d < PTM_NODES && u == h->bk[d] && u < PTM_UNITS ==>
	      h->next[u] == \at(*h, L).next[u]; */
	return result;
}
