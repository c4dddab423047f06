/* The ptmalloc model as the worker drives it. */
/* SPDX-License-Identifier: MIT */
#include "../errno.h"
#include "../model.h"
#include "mallopt.h"
#include "memalign.h"
#include "model_view.h"
#include "realloc.h"
#include "reset.h"
#include "trim.h"
#include "wf_ok.h"

#define SIZE_SERVED_MAX 0x2000000u       /* larger requests are not for this model ... */
#define SIZE_REFUSED_MIN 0x700000000000u /* ... unless no system grants them */
#define MARGIN_BYTES 0x300000u
#define SCALARS_EVERY                                                                              \
	16u /* ops between looks at all scalars, when nothing is known to have changed them */
#define TRIM_EVENTS_MAX (OS_EVENTS_MAX - 4u)

extern const struct model model_ptmalloc;
extern const struct tables tables_ptmalloc;

static void model_reset(void *state, const void *rules)
{
	struct ptm *m = state;

	ptm_heap_reset(&m->heap);
	ptm_env_init(&m->env, rules);
	for (uint32_t i = 0; i < RULES_MAX; i++)
		m->env.trace.hits[i] = 0;
	m->env.trace.last = RULE_NONE;
	m->env.trace.touched_count = 0;
	for (uint32_t i = 0; i < SLOTS; i++)
		m->slot[i] = PTM_NIL;
	m->ops = 0;
}

static struct trace *model_trace(void *state)
{
	return &((struct ptm *)state)->env.trace;
}

/* ---- admission */

/* The most that an op can ask of the break or of a mapping, bytes; pad and rounding come on top. */
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
		return op->arg[1] != 0 && op->arg[0] > UINT64_MAX / op->arg[1]
			   ? UINT64_MAX
			   : op->arg[0] * op->arg[1];
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
static uint64_t room_bytes(const struct ptm *m)
{
	uint64_t end = (uint64_t)m->heap.next[m->env.hole] * PTM_UNIT_BYTES;
	uint64_t used = m->env.brk + 2 * PTM_UNIT_BYTES;

	return end > used ? end - used : 0;
}

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

/* malloc_trim makes a request for each chunk that holds whole pages; the log has an end. */
static bool trim_ok(const struct ptm *m)
{
	const struct ptm_heap *h = &m->heap;
	uint32_t events = 0;
	uint64_t from;

	for (uint32_t b = PTM_UNSORTED; b < PTM_BINS; b = b == PTM_UNSORTED ? PTM_LARGE : b + 1)
		for (uint32_t u = h->bk[PTM_HEAD0 + b]; u < PTM_UNITS; u = h->bk[u])
			events += ptm_trim_pages(h, &m->env, u, &from) != 0;
	return events + PTM_FASTBINS <= TRIM_EVENTS_MAX;
}

/*
 * Would the break that the allocator may ask for next end in a failed assertion? Its memory must end on a page,
 * which a noncontiguous arena does not see to, and another one cannot where the correction is denied.
 */
static bool assertion_near(const struct ptm *m, const struct op *op)
{
	const struct ptm_env *e = &m->env;
	uint64_t denied = op->kind == PTM_OP_deny ? op->arg[0] : e->denied;

	if (!e->noncontiguous && (denied & PTM_DENY_LATER) == 0)
		return false;
	if (op->kind == PTM_OP_sbrk)
		return op->arg[0] % PTM_PAGE != 0;
	if (op->kind == PTM_OP_sbrk_back)
		return op->ref[0] % PTM_PAGE != 0;
	if (e->brk % PTM_PAGE == 0 || op->kind == PTM_OP_malloc_usable_size)
		return false;
	return (denied & PTM_DENY_BRK) == 0;
}

static void refs_resolve(struct ptm *m, struct op *op)
{
	struct ptm_env *e = &m->env;
	uint64_t own = e->brk - e->brk_floor;

	for (uint32_t i = 0; i < op->row->arg_count; i++) {
		uint8_t use = op->row->arg[i].use;

		op->ref[i] = op->arg[i];
		if (use == SLOT_READS || use == SLOT_EMPTIES || use == SLOT_REFILLS)
			op->ref[i] = ptm_block_ptr(e, m->slot[op->arg[i]]);
	}
	if (op->kind == PTM_OP_sbrk_back && op->ref[0] > own)
		op->ref[0] = own;
	if (op->kind == PTM_OP_mallopt)
		op->ref[0] = (uint64_t)(int64_t)ptm_mallopt_number(op->arg[0]);
}

static enum skip model_admit(void *state, struct op *op)
{
	struct ptm *m = state;

	refs_resolve(m, op);
	if (!room_ok(m, op))
		return SKIP_CAPACITY;
	if (op->kind == PTM_OP_malloc_trim && !trim_ok(m))
		return SKIP_CAPACITY;
	if (assertion_near(m, op)) {
		FIRE(&m->env, assertion_abort);
		return SKIP_UNMODELLED;
	}
	return SKIP_NO;
}

/* ---- the ops */

static void result_set(struct outcome *want, uint64_t value, int32_t err)
{
	want->count = 1;
	want->value[0] = value;
	want->err = err;
}

/* A block for the program: into slot @slot, if there is one; what the slot held leaks. */
static void block_give(struct ptm *m, uint64_t slot, uint32_t block, int32_t err,
		       struct outcome *want)
{
	if (block != PTM_NIL)
		m->slot[slot] = block;
	result_set(want, ptm_block_ptr(&m->env, block), block == PTM_NIL ? err : 0);
}

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

static void free_step(struct ptm *m, const struct op *op, struct os *os)
{
	uint32_t block = m->slot[op->arg[0]];

	if (block == PTM_NIL)
		return;
	m->slot[op->arg[0]] = PTM_NIL;
	ptm_free(&m->heap, &m->env, os, PTM_MAIN, block);
}

/* A break that is refused to fall leaves sbrk content: the break is not below what was asked for. */
static void sbrk_step(struct ptm *m, uint64_t increment, struct os *os, struct outcome *want)
{
	uint64_t old = m->env.brk;

	TOUCH_SCALARS(&m->env, BREAK);
	if (ptm_sbrk(&m->env, os, increment) || increment > INT64_MAX)
		result_set(want, old, 0);
	else
		result_set(want, 0, MODEL_ENOMEM);
}

static void aligned_step(struct ptm *m, const struct op *op, struct os *os, struct outcome *want)
{
	struct ptm_heap *h = &m->heap;
	struct ptm_env *e = &m->env;
	uint64_t slot = op->arg[op->row->arg_count - 1u];
	uint32_t block;
	int32_t err;

	switch (op->kind) {
	case PTM_OP_posix_memalign:
		block = ptm_posix_memalign(h, e, os, PTM_MAIN, op->arg[0], op->arg[1], &err);
		break;
	case PTM_OP_valloc:
		block = ptm_memalign(h, e, os, PTM_MAIN, PTM_PAGE, op->arg[0], &err);
		break;
	case PTM_OP_pvalloc:
		block = ptm_pvalloc(h, e, os, PTM_MAIN, op->arg[0], &err);
		break;
	default:
		block = ptm_memalign(h, e, os, PTM_MAIN, op->arg[0], op->arg[1], &err);
		break;
	}
	block_give(m, slot, block, err, want);
}

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
			   ptm_mallopt(&m->heap, &m->env, PTM_MAIN, op->arg[0],
				       (int32_t)(uint32_t)op->arg[1]),
			   0);
		break;
	case PTM_OP_sbrk:
		sbrk_step(m, op->ref[0], os, want);
		break;
	case PTM_OP_sbrk_back:
		sbrk_step(m, 0 - op->ref[0], os, want);
		break;
	case PTM_OP_deny:
		m->env.denied = (uint32_t)op->arg[0];
		break;
	default:
		break;
	}
}

static void model_step(void *state, const struct op *op, struct os *os, struct outcome *want)
{
	struct ptm *m = state;
	struct ptm_heap *h = &m->heap;
	struct ptm_env *e = &m->env;

	switch (op->kind) {
	case PTM_OP_malloc:
	case PTM_OP_malloc_huge:
		block_give(m, op->arg[1], ptm_malloc(h, e, os, PTM_MAIN, op->arg[0]), MODEL_ENOMEM,
			   want);
		break;
	case PTM_OP_calloc:
		block_give(m, op->arg[2], ptm_calloc(h, e, os, PTM_MAIN, op->arg[0], op->arg[1]),
			   MODEL_ENOMEM, want);
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
		TOUCH_SCALARS(e, ALL);
	m->ops++;
}

static bool model_wf_ok(const void *state)
{
	const struct ptm *m = state;

	/* The scratch is no part of the model: it only lies beside it. */
	return ptm_heap_ok(&m->heap, (struct ptm_scratch *)(uintptr_t)&m->scratch);
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
