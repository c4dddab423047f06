/* Which ops are applied. */
/* SPDX-License-Identifier: MIT */
#include "admit.h"
#include "../region.h"
#include "../algorithm/block.h"
#include "../algorithm/mallopt.h"
#include "../algorithm/trim.h"
#include "../state/arith.h"
#include "../state/heap_reset.h"

#define MARGIN_BYTES                                                                               \
	0x300000u /* rounding of two growths, as mappings in place of the break have it */
#define TOP_MARGIN_BYTES 0x4000u
#define TCACHE_CHUNK_BYTES 656u
#define SUM_SMALL_BYTES 0x200000u /* sums that wrapped are small no more, even rounded */
#define TRIM_EVENTS_MAX (OS_EVENTS_MAX - 4u)

/* The product, or UINT64_MAX if it is larger. */
/*@
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == (x * y <= UINT64_MAX ? x * y : UINT64_MAX);
*/
static uint64_t product(uint64_t x, uint64_t y)
{
	if (y != 0 && x > UINT64_MAX / y) {
		/*@ assert quotient: UINT64_MAX / y + 1 <= x; */
		/*@ assert above: (UINT64_MAX / y + 1) * y > UINT64_MAX; */
		/*@ assert large: x * y > UINT64_MAX; */
		return UINT64_MAX;
	}
	/*@ assert below: y != 0 ==> UINT64_MAX / y * y <= UINT64_MAX; */
	/*@ assert small: x * y <= UINT64_MAX; */
	return x * y;
}

/* The sum, or UINT64_MAX if it is larger. */
/*@
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == (x + y <= UINT64_MAX ? x + y : UINT64_MAX);
*/
static uint64_t sum(uint64_t x, uint64_t y)
{
	return x <= UINT64_MAX - y ? x + y : UINT64_MAX;
}

/* The least that an op may ask of the system for its block, bytes; most_bytes() is the most. */
/*@
  requires op:    \valid_read(op);
  TOTAL;
  assigns         \nothing;
*/
static uint64_t least_bytes(const struct op *op)
{
	switch (op->kind) {
	case PTM_OP_malloc:
	case PTM_OP_malloc_huge:
	case PTM_OP_valloc:
	case PTM_OP_pvalloc:
		return op->arg[0];
	case PTM_OP_realloc:
	case PTM_OP_realloc_huge:
		return op->arg[1];
	case PTM_OP_calloc:
		return product(op->arg[0], op->arg[1]);
	case PTM_OP_memalign:
	case PTM_OP_aligned_alloc:
	case PTM_OP_posix_memalign:
		return sum(op->arg[0], op->arg[1]);
	default:
		return 0;
	}
}

/* An alignment is rounded up to a power of two. Whole pages are left to the margin. */
/*@
  requires op:    \valid_read(op);
  TOTAL;
  assigns         \nothing;
*/
static uint64_t most_bytes(const struct op *op)
{
	uint64_t least = least_bytes(op);
	bool aligned = op->kind == PTM_OP_memalign || op->kind == PTM_OP_aligned_alloc ||
		       op->kind == PTM_OP_posix_memalign;

	return aligned ? sum(least, op->arg[0]) : least;
}

/* Bytes of index space for heaps in mappings: between where the break may be and the lowest of them. */
/*@
  requires state: \valid_read(m) && state_ok(*m);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == \max(0, m->heap.next[m->env.hole] * 16 - PTM_BREAK_BYTES - PTM_PAGE);
*/
static uint64_t span_room(const struct ptm *m)
{
	uint64_t end = (uint64_t)m->heap.next[m->env.hole] * PTM_UNIT_BYTES;

	return end > PTM_BREAK_BYTES + PTM_PAGE ? end - PTM_BREAK_BYTES - PTM_PAGE : 0;
}

/* Does the break have room for @bytes? */
/*@
  requires env:   \valid_read(e);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> e->brk <= PTM_BREAK_BYTES && bytes <= PTM_BREAK_BYTES - e->brk;
*/
static bool break_fits(const struct ptm_env *e, uint64_t bytes)
{
	return e->brk <= PTM_BREAK_BYTES && bytes <= PTM_BREAK_BYTES - e->brk;
}

/* What becomes of a heap that must grow. */
enum growth {
	GROWTH_FITS,    /* the system may grant it, and there is index space for it */
	GROWTH_REFUSED, /* no system below a target grants it */
	GROWTH_BEYOND, /* a mapping in place of the break might be granted that is too large for the index space */
};

/*
 * The heap must grow for a chunk of @least to @most bytes, and may have to for the tcache before. Mappings are the
 * only danger: the break never comes near the heaps in mappings. A pad may look negative, and the sum wrap.
 */
/*@
  requires state: \valid_read(m) && state_ok(*m);
  TOTAL;
  assigns         \nothing;
  ensures range:  GROWTH_FITS <= \result <= GROWTH_BEYOND;
  ensures deny:   (m->env.denied & PTM_DENY_MMAP) != 0 ==> \result == GROWTH_FITS;
*/
static enum growth growth_of(const struct ptm *m, uint64_t least, uint64_t most)
{
	uint64_t pad = m->env.top_pad, asked = ptm_add(least, pad), bytes;

	if ((m->env.denied & PTM_DENY_MMAP) != 0)
		return GROWTH_FITS;
	if (asked > PTM_MAPPING_MAX && asked < UINT64_MAX - SUM_SMALL_BYTES)
		return GROWTH_REFUSED;
	if (pad > INT64_MAX)
		pad = 0;
	bytes = sum(most, sum(sum(pad, pad), MARGIN_BYTES));
	if (bytes <= span_room(m))
		return GROWTH_FITS;
	return (m->env.denied & (PTM_DENY_BRK | PTM_DENY_LATER)) == 0 && break_fits(&m->env, bytes)
		   ? GROWTH_FITS
		   : GROWTH_BEYOND;
}

/*
 * Does a chunk of at least @bytes first ask for a mapping of its own? Where that is refused, one in place of the
 * break, which is no smaller, is refused as well. One mapping may go to the tcache before.
 */
/*@
  requires env:   \valid_read(e);
  TOTAL;
  assigns         \nothing;
*/
static bool maps_first(const struct ptm_env *e, uint64_t bytes)
{
	return bytes >= e->mmap_threshold && (int64_t)e->n_mmaps + 1 < e->n_mmaps_max;
}

/*@
  requires state: \valid_read(m) && state_ok(*m) && mappings(m->env);
  TOTAL;
  assigns         \nothing;
  ensures room:   \result != 0 ==> room(m->heap, 1) && m->env.map_live + 2 <= PTM_MAPS_MAX && m->env.span_count + 3 <= PTM_SPANS_MAX;
*/
static bool tables_ok(const struct ptm *m)
{
	return ptm_heap_room(&m->heap) && m->env.map_live + 2 <= PTM_MAPS_MAX &&
	       m->env.span_count + 3 <= PTM_SPANS_MAX;
}

/* Requests that malloc_trim would make for chunks of bin @b, as far as @most. */
/*@
  requires heap:  \valid_read(h) && wf(*h) && b < PTM_BINS && most <= OS_EVENTS_MAX;
  requires env:   \valid_read(e) && \separated(h, e) && e->span_count <= PTM_SPANS_MAX;
  TOTAL;
  assigns         \nothing;
  ensures most:   \result <= most;
*/
static uint32_t trim_events(const struct ptm_heap *h, const struct ptm_env *e, uint32_t b,
			    uint32_t most)
{
	uint32_t events = 0;
	uint64_t from;

	/*@ loop invariant node: node(*h, u) && h->bin[u] == b;
	    loop invariant most: events <= most;
	    loop assigns u, events, from;
	    loop variant u >= PTM_UNITS ? 0 : 1 + h->hi - h->stamp[u] + (b < PTM_LARGE ? 0 : (PTM_UNITS - (h->next[u] - u)) * 0x10000000000000000); */
	for (uint32_t u = h->bk[PTM_HEAD0 + b]; u < PTM_UNITS; u = h->bk[u])
		if (events < most && ptm_trim_pages(h, e, u, &from) != 0)
			events++;
	return events;
}

/* malloc_trim makes a request for each chunk that holds whole pages; the log has an end. */
/*@
  requires heap:  \valid_read(h) && wf(*h);
  requires env:   \valid_read(e) && \separated(h, e) && e->span_count <= PTM_SPANS_MAX;
  TOTAL;
  assigns         \nothing;
*/
static bool trim_ok(const struct ptm_heap *h, const struct ptm_env *e)
{
	uint32_t left = TRIM_EVENTS_MAX - PTM_FASTBINS + 1;

	left -= trim_events(h, e, PTM_UNSORTED, left);
	/*@ loop invariant range: PTM_LARGE <= b <= PTM_BINS;
	    loop invariant left: left <= OS_EVENTS_MAX;
	    loop assigns b, left;
	    loop variant PTM_BINS - b; */
	for (uint32_t b = PTM_LARGE; b < PTM_BINS; b++)
		left -= trim_events(h, e, b, left);
	return left > 0;
}

/* Can the top serve @bytes with all that rounding, alignment and the tcache's own chunk may add? */
/*@
  requires heap:  \valid_read(h) && wf(*h);
  TOTAL;
  assigns         \nothing;
*/
static bool top_serves(const struct ptm_heap *h, uint64_t bytes)
{
	uint32_t top = h->top[PTM_MAIN];

	/*@ assert top: top != PTM_NIL ==> chunk(*h, top) && top < h->next[top]; */
	return top != PTM_NIL && bytes <= PTM_MAPPING_MAX &&
	       2 * bytes + TOP_MARGIN_BYTES <= (uint64_t)ptm_size(h, top) * PTM_UNIT_BYTES;
}

/* May the op make the allocator ask for memory? free() does where it makes the tcache first. */
/*@
  requires env:   \valid_read(e);
  requires op:    \valid_read(op);
  TOTAL;
  assigns         \nothing;
  ensures deny:   op->kind == PTM_OP_deny ==> \result == false;
*/
static bool asks_memory(const struct ptm_env *e, const struct op *op)
{
	switch (op->kind) {
	case PTM_OP_deny:
	case PTM_OP_sbrk:
	case PTM_OP_sbrk_back:
	case PTM_OP_malloc_usable_size:
	case PTM_OP_malloc_trim:
	case PTM_OP_mallopt:
		return false;
	case PTM_OP_free:
		return e->tcache == PTM_NIL;
	default:
		return true;
	}
}

/* May the break be moved for the op, and not far enough for its correction too? What is larger than all it has is refused at once. */
/*@
  requires env:   \valid_read(e);
  requires op:    \valid_read(op);
  TOTAL;
  assigns         \nothing;
*/
static bool break_tight(const struct ptm_env *e, const struct op *op)
{
	uint64_t pad = e->top_pad <= INT64_MAX ? e->top_pad : 0;
	uint64_t bytes = least_bytes(op) <= PTM_BREAK_BYTES ? most_bytes(op) : 0;

	return pad <= PTM_BREAK_BYTES &&
	       !break_fits(e, sum(bytes, sum(pad, sum(pad, MARGIN_BYTES))));
}

/*
 * Would the break that the allocator may ask for end, now or next, in a failed assertion? Its memory must end on a
 * page, which a noncontiguous arena does not see to, and another one cannot where the correction is refused.
 */
/*@
  requires env:   \valid_read(e);
  requires op:    \valid_read(op);
  TOTAL;
  assigns         \nothing;
*/
static bool assertion_near(const struct ptm_env *e, const struct op *op)
{
	if (e->brk % PTM_PAGE == 0 || (e->denied & PTM_DENY_BRK) != 0)
		return false;
	return e->noncontiguous || (e->denied & PTM_DENY_LATER) != 0 || break_tight(e, op);
}

/* Does malloc_trim ask the smallest top for more bytes back than there are addresses? The C library's sbrk has no answer to that. */
/*@
  requires heap:  \valid_read(h) && wf(*h);
  TOTAL;
  assigns         \nothing;
*/
static bool trim_wraps(const struct ptm_heap *h, uint64_t pad)
{
	uint32_t top = h->top[PTM_MAIN];

	/*@ assert top: top != PTM_NIL ==> chunk(*h, top) && top < h->next[top]; */
	return pad > INT64_MAX && top != PTM_NIL && ptm_size(h, top) <= PTM_MIN_UNITS;
}

/* May the op make the tcache? */
/*@
  requires env:   \valid_read(e);
  requires op:    \valid_read(op);
  TOTAL;
  assigns         \nothing;
*/
static bool makes_tcache(const struct ptm_env *e, const struct op *op)
{
	switch (op->kind) {
	case PTM_OP_malloc:
	case PTM_OP_malloc_huge:
	case PTM_OP_calloc:
	case PTM_OP_free:
	case PTM_OP_realloc:
	case PTM_OP_realloc_huge:
		return e->tcache == PTM_NIL;
	case PTM_OP_memalign:
	case PTM_OP_aligned_alloc:
	case PTM_OP_posix_memalign: /* of what malloc aligns to anyway: it is malloc then */
		return op->arg[0] <= PTM_UNIT_BYTES && e->tcache == PTM_NIL;
	default:
		return false;
	}
}

/* The tcache's own chunk: where the main arena has no memory for it, but a mapping is granted, another arena comes to be. */
/*@
  requires state: \valid_read(m) && state_ok(*m);
  TOTAL;
  assigns         \nothing;
*/
static enum skip tcache_admit(const struct ptm *m)
{
	if (top_serves(&m->heap, TCACHE_CHUNK_BYTES) || maps_first(&m->env, TCACHE_CHUNK_BYTES))
		return SKIP_NO;
	switch (growth_of(m, TCACHE_CHUNK_BYTES, TCACHE_CHUNK_BYTES)) {
	case GROWTH_FITS:
		return SKIP_NO;
	case GROWTH_REFUSED:
		return SKIP_UNMODELLED;
	default:
		return SKIP_CAPACITY;
	}
}

/* What the op may ask of the system when the top does not suffice. */
/*@
  requires state: \valid_read(m) && state_ok(*m);
  requires op:    \valid_read(op);
  TOTAL;
  assigns         \nothing;
*/
static enum skip memory_admit(const struct ptm *m, const struct op *op)
{
	uint64_t least = least_bytes(op);

	return least > PTM_REQUEST_MAX || maps_first(&m->env, least) ||
		       growth_of(m, least, most_bytes(op)) != GROWTH_BEYOND
		   ? SKIP_NO
		   : SKIP_CAPACITY;
}

/* Does the op need no memory but what the top has? Most ops do not. */
/*@
  requires state: \valid_read(m) && state_ok(*m);
  requires op:    \valid_read(op);
  TOTAL;
  assigns         \nothing;
  ensures deny:   op->kind == PTM_OP_deny ==> \result != 0;
*/
static bool top_suffices(const struct ptm *m, const struct op *op)
{
	return !asks_memory(&m->env, op) || top_serves(&m->heap, least_bytes(op));
}

/* An operand as the target gets it: a slot's contents, or the value itself. */
/*@
  requires state: \valid_read(m) && state_ok(*m);
  requires slots: slots_held(*m);
  requires slot:  use == SLOT_READS || use == SLOT_EMPTIES || use == SLOT_REFILLS ==> value < PTM_SLOTS;
  TOTAL;
  assigns         \nothing;
  ensures plain:  use == SLOT_NONE || use == SLOT_FILLS ==> \result == value;
*/
static uint64_t ref_of(const struct ptm *m, uint8_t use, uint64_t value)
{
	if (use == SLOT_READS || use == SLOT_EMPTIES || use == SLOT_REFILLS)
		return ptm_block_ptr(&m->env, ptm_slot(m, value));
	return value;
}

/*@
  requires state: \valid_read(m) && state_ok(*m);
  requires slots: slots_held(*m);
  requires op:    \valid(op) && \valid_read(op->row) && \separated(m, op, op->row) && op->row->arg_count <= OP_ARGS_MAX;
  requires slot:  \forall integer i; 0 <= i < op->row->arg_count && (op->row->arg[i].use == SLOT_READS ||
                  op->row->arg[i].use == SLOT_EMPTIES || op->row->arg[i].use == SLOT_REFILLS) ==> op->arg[i] < PTM_SLOTS;
  requires number: op->kind == PTM_OP_mallopt ==> op->arg[0] < 8;
  TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1];
*/
static void refs_resolve(const struct ptm *m, struct op *op)
{
	uint64_t own = ptm_sub(m->env.brk, m->env.brk_floor);

	/*@ loop invariant range: 0 <= i <= op->row->arg_count;
	    loop assigns i, op->ref[0 .. OP_ARGS_MAX - 1];
	    loop variant op->row->arg_count - i; */
	for (uint32_t i = 0; i < op->row->arg_count; i++)
		op->ref[i] = ref_of(m, op->row->arg[i].use, op->arg[i]);
	if (op->kind == PTM_OP_sbrk_back && op->ref[0] > own)
		op->ref[0] = own;
	if (op->kind == PTM_OP_mallopt)
		op->ref[0] = ptm_extend(ptm_mallopt_number(op->arg[0]));
}

/* malloc_trim asks for no memory, and gives back what it can. */
/*@
  requires state: \valid_read(m) && state_ok(*m);
  requires op:    \valid(op) && \separated(m, op);
  TOTAL;
  assigns         op->blamed;
*/
static enum skip trim_admit(const struct ptm *m, struct op *op)
{
	if (trim_wraps(&m->heap, op->arg[0])) {
		op->blamed = 1;
		return SKIP_UNMODELLED;
	}
	return trim_ok(&m->heap, &m->env) ? SKIP_NO : SKIP_CAPACITY;
}

enum skip ptm_admit(struct ptm *m, struct op *op)
{
	enum skip skip;

	refs_resolve(m, op);
	if (!tables_ok(m))
		return SKIP_CAPACITY;
	if (op->kind == PTM_OP_malloc_trim)
		return trim_admit(m, op);
	skip = makes_tcache(&m->env, op) ? tcache_admit(m) : SKIP_NO;
	if (skip != SKIP_NO || top_suffices(m, op))
		return skip;
	skip = memory_admit(m, op);
	if (skip == SKIP_NO && assertion_near(&m->env, op)) {
		FIRE(&m->env, assertion_abort);
		return SKIP_UNMODELLED;
	}
	return skip;
}
