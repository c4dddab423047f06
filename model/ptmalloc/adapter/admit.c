/* Which ops are applied. */
/* SPDX-License-Identifier: MIT */
#include "admit.h"
#include "../algorithm/block.h"
#include "../algorithm/mallopt.h"
#include "../algorithm/trim.h"
#include "../state/arith.h"
#include "../state/heap_reset.h"

#define SIZE_SERVED_MAX 0x2000000u       /* larger requests are not for this model ... */
#define SIZE_REFUSED_MIN 0x700000000000u /* ... unless no system grants them */
#define MARGIN_BYTES 0x300000u
#define TOP_MARGIN_BYTES 0x4000u
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

/* The most that an op can ask of the break or of a mapping, bytes; pad and rounding come on top. */
/*@
  requires op:    \valid_read(op);
  TOTAL;
  assigns         \nothing;
*/
static uint64_t op_bytes(const struct op *op)
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
		return op->arg[0] > SIZE_REFUSED_MIN || op->arg[1] > SIZE_REFUSED_MIN
			   ? UINT64_MAX
			   : op->arg[0] + op->arg[1];
	case PTM_OP_sbrk:
		return op->arg[0];
	default:
		return 0;
	}
}

/* Bytes of index space between the break and the lowest heap in a mapping. */
/*@
  requires state: \valid_read(m) && state_ok(*m);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == \max(0, m->heap.next[m->env.hole] * 16 - m->env.brk - 32);
*/
static uint64_t room_bytes(const struct ptm *m)
{
	uint64_t end = (uint64_t)m->heap.next[m->env.hole] * PTM_UNIT_BYTES;

	return end > 2 * PTM_UNIT_BYTES && end - 2 * PTM_UNIT_BYTES > m->env.brk
		   ? end - 2 * PTM_UNIT_BYTES - m->env.brk
		   : 0;
}

/*@
  requires state: \valid_read(m) && state_ok(*m) && mappings(m->env);
  requires op:    \valid_read(op);
  TOTAL;
  assigns         \nothing;
  ensures room:   \result != 0 ==> room(m->heap, 1) && m->env.map_live + 2 <= PTM_MAPS_MAX && m->env.span_count + 3 <= PTM_SPANS_MAX;
*/
static bool room_ok(const struct ptm *m, const struct op *op)
{
	uint64_t bytes = op_bytes(op), pad = m->env.top_pad;

	if (bytes >= SIZE_REFUSED_MIN)
		bytes = 0;
	if (bytes > SIZE_SERVED_MAX || !ptm_heap_room(&m->heap))
		return false;
	if (pad > SIZE_SERVED_MAX)
		pad = 0;
	return bytes + 2 * pad + MARGIN_BYTES <= room_bytes(m) &&
	       m->env.map_live + 2 <= PTM_MAPS_MAX && m->env.span_count + 3 <= PTM_SPANS_MAX;
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
	return top != PTM_NIL && bytes <= SIZE_SERVED_MAX &&
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

/*
 * Would the break that the allocator may ask for end, now or next, in a failed assertion? Its memory must end on a
 * page, which a noncontiguous arena does not see to, and another one cannot where the correction is denied.
 */
/*@
  requires heap:  \valid_read(h) && wf(*h);
  requires env:   \valid_read(e);
  requires op:    \valid_read(op);
  TOTAL;
  assigns         \nothing;
  ensures deny:   op->kind == PTM_OP_deny ==> \result == false; // or all later ops would mean something else
*/
static bool assertion_near(const struct ptm_heap *h, const struct ptm_env *e, const struct op *op)
{
	if (e->brk % PTM_PAGE == 0 || (e->denied & PTM_DENY_BRK) != 0)
		return false;
	if (!e->noncontiguous && (e->denied & PTM_DENY_LATER) == 0)
		return false;
	return asks_memory(e, op) && !top_serves(h, op_bytes(op));
}

/* An operand as the target gets it: a slot's contents, or the value itself. */
/*@
  requires state: \valid_read(m) && state_ok(*m);
  requires slots: \forall integer i; 0 <= i < SLOTS ==> held(*m, m->slot[i]);
  requires slot:  use == SLOT_READS || use == SLOT_EMPTIES || use == SLOT_REFILLS ==> value < SLOTS;
  TOTAL;
  assigns         \nothing;
  ensures plain:  use == SLOT_NONE || use == SLOT_FILLS ==> \result == value;
*/
static uint64_t ref_of(const struct ptm *m, uint8_t use, uint64_t value)
{
	if (use == SLOT_READS || use == SLOT_EMPTIES || use == SLOT_REFILLS)
		return ptm_block_ptr(&m->env, m->slot[value]);
	return value;
}

/*@
  requires state: \valid_read(m) && state_ok(*m);
  requires slots: \forall integer i; 0 <= i < SLOTS ==> held(*m, m->slot[i]);
  requires op:    \valid(op) && \valid_read(op->row) && \separated(m, op, op->row) && op->row->arg_count <= OP_ARGS_MAX;
  requires slot:  \forall integer i; 0 <= i < op->row->arg_count && (op->row->arg[i].use == SLOT_READS ||
                  op->row->arg[i].use == SLOT_EMPTIES || op->row->arg[i].use == SLOT_REFILLS) ==> op->arg[i] < SLOTS;
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

/* Does the op name a slot that the table does not have? */
/*@
  requires op:    \valid_read(op) && \valid_read(op->row) && \separated(op, op->row) && op->row->arg_count <= OP_ARGS_MAX;
  TOTAL;
  assigns         \nothing;
*/
static bool slot_far(const struct op *op)
{
	/*@ loop invariant range: 0 <= i <= op->row->arg_count;
	    loop assigns i;
	    loop variant op->row->arg_count - i; */
	for (uint32_t i = 0; i < op->row->arg_count; i++)
		if (op->row->arg[i].use != SLOT_NONE && op->arg[i] >= SLOTS)
			return true;
	return false;
}

enum skip ptm_admit(struct ptm *m, struct op *op)
{
	if (slot_far(op))
		return SKIP_CAPACITY;
	refs_resolve(m, op);
	if (!room_ok(m, op))
		return SKIP_CAPACITY;
	if (op->kind == PTM_OP_malloc_trim && !trim_ok(&m->heap, &m->env))
		return SKIP_CAPACITY;
	if (assertion_near(&m->heap, &m->env, op)) {
		FIRE(&m->env, assertion_abort);
		return SKIP_UNMODELLED;
	}
	return SKIP_NO;
}
