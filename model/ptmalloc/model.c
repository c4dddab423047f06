/* The ptmalloc model as the worker drives it. */
/* SPDX-License-Identifier: MIT */
#include "../errno.h"
#include "../model.h"
#include "algorithm/mallopt.h"
#include "algorithm/memalign.h"
#include "adapter/view.h"
#include "algorithm/realloc.h"
#include "state/reset.h"
#include "algorithm/trim.h"
#include "state/wf_ok.h"

#define SIZE_SERVED_MAX 0x2000000u       /* larger requests are not for this model ... */
#define SIZE_REFUSED_MIN 0x700000000000u /* ... unless no system grants them */
#define MARGIN_BYTES 0x300000u
#define TOP_MARGIN_BYTES 0x4000u
#define SCALARS_EVERY                                                                              \
	16u /* ops between looks at all scalars, when nothing is known to have changed them */
#define TRIM_EVENTS_MAX (OS_EVENTS_MAX - 4u)

extern const struct model model_ptmalloc;
extern const struct tables tables_ptmalloc;

/*@
  predicate aligned_kind(integer k) = k == PTM_OP_memalign || k == PTM_OP_aligned_alloc || k == PTM_OP_posix_memalign ||
    k == PTM_OP_valloc || k == PTM_OP_pvalloc;
  predicate held(struct ptm m, integer b) = b == PTM_NIL || used(m.heap, b) || PTM_MAP0 <= b < PTM_MAP0 + PTM_MAPS_MAX;
  predicate state_ok(struct ptm m) = wf(m.heap) && m.env.span_count <= PTM_SPANS_MAX && in_hole(m.heap, m.env.hole);
*/

/* Nothing has happened yet. */
/*@
  requires valid: \valid(trace);
  PTM_TOTAL;
  assigns         trace->hits[0 .. RULES_MAX - 1], trace->last, trace->touched_count;
  ensures none:   trace->last == RULE_NONE && trace->touched_count == 0;
*/
static void trace_reset(struct trace *trace)
{
	/*@ loop invariant range: 0 <= i <= RULES_MAX;
	    loop assigns i, trace->hits[0 .. RULES_MAX - 1];
	    loop variant RULES_MAX - i; */
	for (uint32_t i = 0; i < RULES_MAX; i++)
		trace->hits[i] = 0;
	trace->last = RULE_NONE;
	trace->touched_count = 0;
}

/*@
  requires valid: \valid(slot + (0 .. SLOTS - 1));
  PTM_TOTAL;
  assigns         slot[0 .. SLOTS - 1];
  ensures empty:  \forall integer i; 0 <= i < SLOTS ==> slot[i] == PTM_NIL;
*/
static void slots_reset(uint32_t *slot)
{
	/*@ loop invariant range: 0 <= i <= SLOTS;
	    loop invariant empty: \forall integer k; 0 <= k < i ==> slot[k] == PTM_NIL;
	    loop assigns i, slot[0 .. SLOTS - 1];
	    loop variant SLOTS - i; */
	for (uint32_t i = 0; i < SLOTS; i++)
		slot[i] = PTM_NIL;
}

/*@
  requires valid: \valid(m) && \valid_read(rules) && \separated(m, rules);
  requires state: (fresh(m->heap) || wf(m->heap)) && m->env.map_high <= PTM_MAPS_MAX;
  requires range: rules->mxfast <= 160 && rules->tcache_max <= 1032 && rules->mmap_max <= 65536 && rules->fixed_thresholds <= 1;
  PTM_TOTAL;
  assigns         m->heap, m->env, m->slot[0 .. SLOTS - 1], m->ops;
  ensures inv:    state_ok(*m);
  ensures room:   m->ops == 0 && m->heap.hi == 0 && m->heap.pushes == 0;
  ensures empty:  \forall integer i; 0 <= i < SLOTS ==> m->slot[i] == PTM_NIL;
*/
static void state_reset(struct ptm *m, const struct ptm_rules *rules)
{
	ptm_heap_reset(&m->heap);
	ptm_env_init(&m->env, rules);
	trace_reset(&m->env.trace);
	slots_reset(m->slot);
	m->ops = 0;
}

/*@
  requires valid: \valid(PTM_OF(state)) && \valid_read(PTM_RULES_OF(rules)) && \separated(PTM_OF(state), PTM_RULES_OF(rules));
  requires state: (fresh(PTM_OF(state)->heap) || wf(PTM_OF(state)->heap)) && PTM_OF(state)->env.map_high <= PTM_MAPS_MAX;
  requires range: PTM_RULES_OF(rules)->mxfast <= 160 && PTM_RULES_OF(rules)->tcache_max <= 1032 && PTM_RULES_OF(rules)->mmap_max <= 65536 &&
                  PTM_RULES_OF(rules)->fixed_thresholds <= 1;
  PTM_TOTAL;
  assigns         PTM_OF(state)->heap, PTM_OF(state)->env, PTM_OF(state)->slot[0 .. SLOTS - 1], PTM_OF(state)->ops;
  ensures inv:    state_ok(*PTM_OF(state));
  ensures room:   PTM_OF(state)->ops == 0 && PTM_OF(state)->heap.hi == 0 && PTM_OF(state)->heap.pushes == 0;
  ensures empty:  \forall integer i; 0 <= i < SLOTS ==> PTM_OF(state)->slot[i] == PTM_NIL;
*/
static void model_reset(void *state, const void *rules)
{
	state_reset(state, rules);
}

/*@
  requires valid: \valid(PTM_OF(state));
  PTM_TOTAL;
  assigns         \result \from state;
  ensures which:  \result == &PTM_OF(state)->env.trace;
*/
static struct trace *model_trace(void *state)
{
	return &PTM_OF(state)->env.trace;
}

/* ---- admission */

/* The product, or UINT64_MAX if it is larger. */
/*@
  PTM_TOTAL;
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
  PTM_TOTAL;
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
  PTM_TOTAL;
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
  PTM_TOTAL;
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
  PTM_TOTAL;
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
  PTM_TOTAL;
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
  PTM_TOTAL;
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
  PTM_TOTAL;
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
  PTM_TOTAL;
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
  PTM_TOTAL;
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
  PTM_TOTAL;
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

/*@
  requires state: \valid(m) && state_ok(*m) && mappings(m->env);
  requires slots: \forall integer i; 0 <= i < SLOTS ==> held(*m, m->slot[i]);
  requires op:    \valid(op) && \valid_read(op->row) && \separated(m, op, op->row) && op->row->arg_count <= OP_ARGS_MAX;
  requires slot:  \forall integer i; 0 <= i < op->row->arg_count && (op->row->arg[i].use == SLOT_READS ||
                  op->row->arg[i].use == SLOT_EMPTIES || op->row->arg[i].use == SLOT_REFILLS) ==> op->arg[i] < SLOTS;
  requires number: op->kind == PTM_OP_mallopt ==> op->arg[0] < 8;
  PTM_TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1], m->env.trace;
  ensures room:   \result == SKIP_NO ==> room(m->heap, 1);
*/
static enum skip op_admit(struct ptm *m, struct op *op)
{
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

/*@
  requires state: \valid(PTM_OF(state)) && state_ok(*PTM_OF(state)) && mappings(PTM_OF(state)->env);
  requires slots: \forall integer i; 0 <= i < SLOTS ==> held(*PTM_OF(state), PTM_OF(state)->slot[i]);
  requires op:    \valid(op) && \valid_read(op->row) && \separated(PTM_OF(state), op, op->row) && op->row->arg_count <= OP_ARGS_MAX;
  requires slot:  \forall integer i; 0 <= i < op->row->arg_count && (op->row->arg[i].use == SLOT_READS ||
                  op->row->arg[i].use == SLOT_EMPTIES || op->row->arg[i].use == SLOT_REFILLS) ==> op->arg[i] < SLOTS;
  requires number: op->kind == PTM_OP_mallopt ==> op->arg[0] < 8;
  PTM_TOTAL;
  assigns         op->ref[0 .. OP_ARGS_MAX - 1], PTM_OF(state)->env.trace;
  ensures room:   \result == SKIP_NO ==> room(PTM_OF(state)->heap, 1);
*/
static enum skip model_admit(void *state, struct op *op)
{
	return op_admit(state, op);
}

/* ---- the ops */

/*@
  requires want:  \valid(want);
  PTM_TOTAL;
  assigns         want->count, want->value[0], want->err;
  ensures set:    want->count == 1 && want->value[0] == value && want->err == err;
*/
static void result_set(struct outcome *want, uint64_t value, int32_t err)
{
	want->count = 1;
	want->value[0] = value;
	want->err = err;
}

/* A block for the program: into slot @slot, if there is one; what the slot held leaks. */
/*@
  requires valid: \valid(m) && \valid(want) && \separated(m, want) && m->env.span_count <= PTM_SPANS_MAX;
  requires block: slot < SLOTS && block_name(block);
  PTM_TOTAL;
  assigns         m->slot[slot], want->count, want->value[0], want->err;
  ensures given:  m->slot[slot] == (block == PTM_NIL ? \old(m->slot[slot]) : block);
  ensures err:    want->err == (block == PTM_NIL ? err : 0);
*/
static void block_give(struct ptm *m, uint64_t slot, uint32_t block, int32_t err,
		       struct outcome *want)
{
	if (block != PTM_NIL)
		m->slot[slot] = block;
	result_set(want, ptm_block_ptr(&m->env, block), block == PTM_NIL ? err : 0);
}

/*@
  requires state: \valid(m) && state_ok(*m) && room(m->heap, 1);
  requires os:    \valid(os) && \separated(m, os) && os_ok(*os);
  requires want:  \valid(want) && \separated(want, m, os);
  requires op:    \valid_read(op) && \separated(op, m, os, want);
  requires slot:  op->arg[0] < SLOTS && held(*m, m->slot[op->arg[0]]);
  PTM_TOTAL;
  assigns         m->heap, m->env, m->slot[0 .. SLOTS - 1], *os, *want;
  ensures inv:    state_ok(*m);
  ensures os:     os_ok(*os);
*/
static void realloc_step(struct ptm *m, const struct op *op, struct os *os, struct outcome *want)
{
	uint64_t slot = op->arg[0], bytes = op->arg[1];
	uint32_t block = m->slot[slot];

	if (block == PTM_NIL) {
		FIRE(&m->env, realloc_null);
		block = ptm_malloc(&m->heap, &m->env, os, PTM_MAIN, bytes);
	} else if (bytes == 0) {
		FIRE(&m->env, realloc_zero);
		ptm_free(&m->heap, &m->env, os, PTM_MAIN, block);
		m->slot[slot] = PTM_NIL;
		result_set(want, 0, 0);
		return;
	} else {
		block = ptm_realloc(&m->heap, &m->env, os, PTM_MAIN, block, bytes);
	}
	block_give(m, slot, block, MODEL_ENOMEM, want);
}

/*@
  requires state: \valid(m) && state_ok(*m) && room(m->heap, 1);
  requires os:    \valid(os) && \separated(m, os) && os_ok(*os);
  requires op:    \valid_read(op) && \separated(op, m, os);
  requires slot:  op->arg[0] < SLOTS && held(*m, m->slot[op->arg[0]]);
  PTM_TOTAL;
  assigns         m->heap, m->env, m->slot[0 .. SLOTS - 1], *os;
  ensures empty:  m->slot[op->arg[0]] == PTM_NIL;
  ensures inv:    state_ok(*m);
  ensures os:     os_ok(*os);
*/
static void free_step(struct ptm *m, const struct op *op, struct os *os)
{
	uint32_t block = m->slot[op->arg[0]];

	if (block == PTM_NIL)
		return;
	m->slot[op->arg[0]] = PTM_NIL;
	ptm_free(&m->heap, &m->env, os, PTM_MAIN, block);
}

/* A break that is refused to fall leaves sbrk content: the break is not below what was asked for. */
/*@
  requires valid: \valid(e) && \valid(os) && \valid(want) && \separated(e, os, want) && os_ok(*os);
  PTM_TOTAL;
  assigns         e->brk, e->trace, *os, want->count, want->value[0], want->err;
  ensures os:     os_ok(*os);
  ensures old:    want->err == 0 ==> want->value[0] == \old(e->brk);
  ensures stay:   want->err != 0 ==> e->brk == \old(e->brk);
*/
static void sbrk_step(struct ptm_env *e, uint64_t increment, struct os *os, struct outcome *want)
{
	uint64_t old = e->brk;

	TOUCH_SCALARS(e, BREAK);
	if (ptm_sbrk(e, os, increment) || increment > INT64_MAX)
		result_set(want, old, 0);
	else
		result_set(want, 0, MODEL_ENOMEM);
}

/* The block of an op that asks for an alignment; *@err says why there is none. */
/*@
  requires state: \valid(m) && state_ok(*m) && room(m->heap, 1);
  requires os:    \valid(os) && \separated(m, os) && os_ok(*os);
  requires err:   \valid(err) && \separated(err, m, os);
  requires op:    \valid_read(op) && \separated(op, m, os, err);
  PTM_TOTAL;
  assigns         m->heap, m->env, *os, *err;
  ensures inv:    state_ok(*m);
  ensures os:     os_ok(*os);
  ensures block:  block_name(\result);
  ensures err:    \result == PTM_NIL <==> *err != 0;
*/
static uint32_t aligned_get(struct ptm *m, const struct op *op, struct os *os, int32_t *err)
{
	uint64_t align = op->arg[0], bytes = op->arg[1];

	if (op->kind == PTM_OP_posix_memalign)
		return ptm_posix_memalign(&m->heap, &m->env, os, PTM_MAIN, align, bytes, err);
	if (op->kind == PTM_OP_pvalloc)
		return ptm_pvalloc(&m->heap, &m->env, os, PTM_MAIN, op->arg[0], err);
	if (op->kind == PTM_OP_valloc) {
		align = PTM_PAGE;
		bytes = op->arg[0];
	}
	return ptm_memalign(&m->heap, &m->env, os, PTM_MAIN, align, bytes, err);
}

/*@
  requires state: \valid(m) && state_ok(*m) && room(m->heap, 1);
  requires os:    \valid(os) && \separated(m, os) && os_ok(*os);
  requires want:  \valid(want) && \separated(want, m, os);
  requires op:    \valid_read(op) && \valid_read(op->row) && \separated(op, op->row, m, os, want);
  requires slot:  1 <= op->row->arg_count <= OP_ARGS_MAX && op->arg[op->row->arg_count - 1] < SLOTS;
  PTM_TOTAL;
  assigns         m->heap, m->env, m->slot[0 .. SLOTS - 1], *os, *want;
  ensures inv:    state_ok(*m);
  ensures os:     os_ok(*os);
*/
static void aligned_step(struct ptm *m, const struct op *op, struct os *os, struct outcome *want)
{
	int32_t err = 0;
	uint32_t block = aligned_get(m, op, os, &err);

	block_give(m, op->arg[op->row->arg_count - 1u], block, err, want);
}

/* The low 32 bits, as the C library's int. */
/*@
  PTM_TOTAL;
  assigns         \nothing;
  ensures exact:  \result == (value % 0x100000000 <= INT32_MAX ? value % 0x100000000 : value % 0x100000000 - 0x100000000);
*/
static int32_t int_of(uint64_t value)
{
	int64_t low = (int64_t)(value % 0x100000000u);

	return low <= INT32_MAX ? (int32_t)low : (int32_t)(low - 0x100000000);
}

/*@
  requires state: \valid(m) && state_ok(*m) && room(m->heap, 1);
  requires os:    \valid(os) && \separated(m, os) && os_ok(*os);
  requires want:  \valid(want) && \separated(want, m, os);
  requires op:    \valid_read(op) && \separated(op, m, os, want);
  requires slot:  op->kind == PTM_OP_malloc_usable_size ==> op->arg[0] < SLOTS && held(*m, m->slot[op->arg[0]]);
  PTM_TOTAL;
  assigns         m->heap, m->env, m->slot[0 .. SLOTS - 1], *os, *want;
  ensures inv:    state_ok(*m);
  ensures os:     os_ok(*os);
*/
static void other_step(struct ptm *m, const struct op *op, struct os *os, struct outcome *want)
{
	uint32_t block;

	switch (op->kind) {
	case PTM_OP_malloc_usable_size:
		block = m->slot[op->arg[0]];
		result_set(want, block == PTM_NIL ? 0 : ptm_usable(&m->heap, &m->env, block), 0);
		break;
	case PTM_OP_malloc_trim:
		result_set(want, ptm_trim(&m->heap, &m->env, os, PTM_MAIN, op->arg[0]), 0);
		break;
	case PTM_OP_mallopt:
		result_set(want,
			   ptm_mallopt(&m->heap, &m->env, PTM_MAIN, op->arg[0], int_of(op->arg[1])),
			   0);
		break;
	case PTM_OP_sbrk:
		sbrk_step(&m->env, op->ref[0], os, want);
		break;
	case PTM_OP_sbrk_back:
		sbrk_step(&m->env, ptm_sub(0, op->ref[0]), os, want);
		break;
	case PTM_OP_deny:
		m->env.denied = (uint32_t)(op->arg[0] % 0x100000000u);
		break;
	default:
		break;
	}
}

/* Requests for a new block. */
/*@
  requires state: \valid(m) && state_ok(*m) && room(m->heap, 1);
  requires os:    \valid(os) && \separated(m, os) && os_ok(*os);
  requires want:  \valid(want) && \separated(want, m, os);
  requires op:    \valid_read(op) && \separated(op, m, os, want);
  requires slot:  op->kind == PTM_OP_calloc ? op->arg[2] < SLOTS : op->arg[1] < SLOTS;
  PTM_TOTAL;
  assigns         m->heap, m->env, m->slot[0 .. SLOTS - 1], *os, *want;
  ensures inv:    state_ok(*m);
  ensures os:     os_ok(*os);
*/
static void malloc_step(struct ptm *m, const struct op *op, struct os *os, struct outcome *want)
{
	uint32_t block;

	if (op->kind == PTM_OP_calloc) {
		block = ptm_calloc(&m->heap, &m->env, os, PTM_MAIN, op->arg[0], op->arg[1]);
		block_give(m, op->arg[2], block, MODEL_ENOMEM, want);
	} else {
		block = ptm_malloc(&m->heap, &m->env, os, PTM_MAIN, op->arg[0]);
		block_give(m, op->arg[1], block, MODEL_ENOMEM, want);
	}
}

/*@
  requires state: \valid(m) && state_ok(*m) && room(m->heap, 1);
  requires os:    \valid(os) && \separated(m, os) && os_ok(*os);
  requires want:  \valid(want) && \separated(want, m, os);
  requires slots: \forall integer i; 0 <= i < SLOTS ==> held(*m, m->slot[i]);
  requires op:    \valid_read(op) && \valid_read(op->row) && \separated(op, op->row, m, os, want);
  requires slot:  op->kind == PTM_OP_malloc || op->kind == PTM_OP_malloc_huge ? op->arg[1] < SLOTS :
                  op->kind == PTM_OP_calloc ? op->arg[2] < SLOTS :
                  op->kind == PTM_OP_free || op->kind == PTM_OP_realloc || op->kind == PTM_OP_realloc_huge ||
                  op->kind == PTM_OP_malloc_usable_size ? op->arg[0] < SLOTS :
                  aligned_kind(op->kind) ==> 1 <= op->row->arg_count <= OP_ARGS_MAX && op->arg[op->row->arg_count - 1] < SLOTS;
  requires ops:   m->ops < OPS_MAX;
  PTM_TOTAL;
  assigns         m->heap, m->env, m->slot[0 .. SLOTS - 1], m->ops, *os, *want;
  ensures inv:    state_ok(*m);
  ensures os:     os_ok(*os);
  ensures ops:    m->ops == \old(m->ops) + 1;
*/
static void op_step(struct ptm *m, const struct op *op, struct os *os, struct outcome *want)
{
	switch (op->kind) {
	case PTM_OP_malloc:
	case PTM_OP_malloc_huge:
	case PTM_OP_calloc:
		malloc_step(m, op, os, want);
		break;
	case PTM_OP_free:
		free_step(m, op, os);
		break;
	case PTM_OP_realloc:
	case PTM_OP_realloc_huge:
		realloc_step(m, op, os, want);
		break;
	case PTM_OP_memalign:
	case PTM_OP_aligned_alloc:
	case PTM_OP_posix_memalign:
	case PTM_OP_valloc:
	case PTM_OP_pvalloc:
		aligned_step(m, op, os, want);
		break;
	default:
		other_step(m, op, os, want);
		break;
	}
	if (op->kind == PTM_OP_mallopt || m->ops % SCALARS_EVERY == 0)
		TOUCH_SCALARS(&m->env, ALL);
	m->ops++;
}

/*@
  requires state: \valid(PTM_OF(state)) && state_ok(*PTM_OF(state)) && room(PTM_OF(state)->heap, 1);
  requires os:    \valid(os) && \separated(PTM_OF(state), os) && os_ok(*os);
  requires want:  \valid(want) && \separated(want, PTM_OF(state), os);
  requires slots: \forall integer i; 0 <= i < SLOTS ==> held(*PTM_OF(state), PTM_OF(state)->slot[i]);
  requires op:    \valid_read(op) && \valid_read(op->row) && \separated(op, op->row, PTM_OF(state), os, want);
  requires slot:  op->kind == PTM_OP_malloc || op->kind == PTM_OP_malloc_huge ? op->arg[1] < SLOTS :
                  op->kind == PTM_OP_calloc ? op->arg[2] < SLOTS :
                  op->kind == PTM_OP_free || op->kind == PTM_OP_realloc || op->kind == PTM_OP_realloc_huge ||
                  op->kind == PTM_OP_malloc_usable_size ? op->arg[0] < SLOTS :
                  aligned_kind(op->kind) ==> 1 <= op->row->arg_count <= OP_ARGS_MAX && op->arg[op->row->arg_count - 1] < SLOTS;
  requires ops:   PTM_OF(state)->ops < OPS_MAX;
  PTM_TOTAL;
  assigns         PTM_OF(state)->heap, PTM_OF(state)->env, PTM_OF(state)->slot[0 .. SLOTS - 1], PTM_OF(state)->ops, *os, *want;
  ensures inv:    state_ok(*PTM_OF(state));
  ensures os:     os_ok(*os);
  ensures ops:    PTM_OF(state)->ops == \old(PTM_OF(state)->ops) + 1;
*/
static void model_step(void *state, const struct op *op, struct os *os, struct outcome *want)
{
	op_step(state, op, os, want);
}

/* The scratch is no part of the model: it only lies beside it. */
/*@
  requires valid: \valid(PTM_OF(state));
  PTM_TOTAL;
  assigns         PTM_OF(state)->scratch;
  ensures exact:  \result != 0 <==> wf(PTM_OF(state)->heap);
*/
static bool model_wf_ok(const void *state)
{
	struct ptm *m = PTM_OF(state);

	return ptm_heap_ok(&m->heap, &m->scratch);
}

const struct model model_ptmalloc = {
	.tables = &tables_ptmalloc,
	.bytes = sizeof(struct ptm),
	.reset = model_reset,
	.admit = model_admit,
	.step = model_step,
	.view = ptm_view,
	.load = ptm_load,
	.wf_ok = model_wf_ok,
	.trace = model_trace,
};
