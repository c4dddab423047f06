/* What an op does to the heap, the break and the slots, and what its caller sees. */
/* SPDX-License-Identifier: MIT */
#include "step.h"
#include "../../errno.h"
#include "../algorithm/block.h"
#include "../algorithm/free.h"
#include "../algorithm/malloc.h"
#include "../algorithm/mallopt.h"
#include "../algorithm/memalign.h"
#include "../algorithm/realloc.h"
#include "../algorithm/sys.h"
#include "../algorithm/trim.h"
#include "../state/arith.h"

/* Ops between looks at all scalars, when nothing is known to have changed them. */
#define SCALARS_EVERY 16u

/*@
  requires want:  \valid(want);
  TOTAL;
  assigns         want->count, want->value[0], want->err;
  ensures set:    want->count == 1 && want->value[0] == value && want->err == err;
*/
static void result_set(struct outcome *want, uint64_t value, int32_t err)
{
	want->count = 1;
	want->value[0] = value;
	want->err = err;
}

/* Slots up to @slot stand in the table. Ends: the mark rises. */
/*@
  requires valid: \valid(m) && slot < PTM_SLOTS;
  TOTAL;
  assigns         m->slot[0 .. PTM_SLOTS - 1], m->slot_high;
  ensures high:   slot < m->slot_high && (m->slot_high == \old(m->slot_high) || m->slot_high == slot + 1);
  ensures same:   \forall integer i; 0 <= i < PTM_SLOTS ==> in_slot(*m, i) == in_slot(\old(*m), i);
*/
static void slot_reach(struct ptm *m, uint64_t slot)
{
	/*@ loop invariant high: \at(m->slot_high, Pre) <= m->slot_high && (m->slot_high == \at(m->slot_high, Pre) || m->slot_high <= slot + 1);
	    loop invariant same: \forall integer i; 0 <= i < PTM_SLOTS ==> in_slot(*m, i) == in_slot(\at(*m, Pre), i);
	    loop assigns m->slot[0 .. PTM_SLOTS - 1], m->slot_high;
	    loop variant slot - m->slot_high; */
	while (m->slot_high <= slot) {
		m->slot[m->slot_high] = PTM_NIL;
		m->slot_high++;
	}
}

/*@
  requires valid: \valid(m) && slot < PTM_SLOTS;
  TOTAL;
  assigns         m->slot[0 .. PTM_SLOTS - 1], m->slot_high;
  ensures set:    in_slot(*m, slot) == block;
  ensures others: \forall integer i; 0 <= i < PTM_SLOTS && i != slot ==> in_slot(*m, i) == in_slot(\old(*m), i);
*/
static void slot_set(struct ptm *m, uint64_t slot, uint32_t block)
{
	slot_reach(m, slot);
	m->slot[slot] = block;
}

/* A block for the program: into slot @slot, if there is one; what the slot held leaks. */
/*@
  requires valid: \valid(m) && \valid(want) && \separated(m, want) && m->env.span_count <= PTM_SPANS_MAX;
  requires block: slot < PTM_SLOTS && block_name(block);
  TOTAL;
  assigns         m->slot[0 .. PTM_SLOTS - 1], m->slot_high, want->count, want->value[0], want->err;
  ensures given:  in_slot(*m, slot) == (block == PTM_NIL ? \old(in_slot(*m, slot)) : block);
  ensures err:    want->err == (block == PTM_NIL ? err : 0);
*/
static void block_give(struct ptm *m, uint64_t slot, uint32_t block, int32_t err,
		       struct outcome *want)
{
	if (block != PTM_NIL)
		slot_set(m, slot, block);
	result_set(want, ptm_block_ptr(&m->env, block), block == PTM_NIL ? err : 0);
}

/*@
  requires state: \valid(m) && state_ok(*m) && room(m->heap, 1);
  requires os:    \valid(os) && \separated(m, os) && os_ok(*os);
  requires want:  \valid(want) && \separated(want, m, os);
  requires op:    \valid_read(op) && \separated(op, m, os, want);
  requires slot:  op->arg[0] < PTM_SLOTS && held(*m, in_slot(*m, op->arg[0]));
  TOTAL;
  assigns         m->heap, m->env, m->slot[0 .. PTM_SLOTS - 1], m->slot_high, *os, *want;
  ensures zero:   op->arg[1] == 0 && \old(in_slot(*m, op->arg[0])) != PTM_NIL ==>
                  in_slot(*m, op->arg[0]) == PTM_NIL && want->value[0] == 0 && want->err == 0;
  ensures inv:    state_ok(*m);
  ensures os:     os_ok(*os);
*/
static void step_realloc(struct ptm *m, const struct op *op, struct os *os, struct outcome *want)
{
	uint64_t slot = op->arg[0], bytes = op->arg[1];
	uint32_t block = ptm_slot(m, slot);

	if (block == PTM_NIL) {
		FIRE(&m->env, realloc_null);
		block = ptm_malloc(&m->heap, &m->env, os, PTM_MAIN, bytes);
	} else if (bytes == 0) {
		FIRE(&m->env, realloc_zero);
		ptm_free(&m->heap, &m->env, os, PTM_MAIN, block);
		slot_set(m, slot, PTM_NIL);
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
  requires slot:  op->arg[0] < PTM_SLOTS && held(*m, in_slot(*m, op->arg[0]));
  TOTAL;
  assigns         m->heap, m->env, m->slot[0 .. PTM_SLOTS - 1], m->slot_high, *os;
  ensures empty:  in_slot(*m, op->arg[0]) == PTM_NIL;
  ensures inv:    state_ok(*m);
  ensures os:     os_ok(*os);
*/
static void step_free(struct ptm *m, const struct op *op, struct os *os)
{
	uint32_t block = ptm_slot(m, op->arg[0]);

	if (block == PTM_NIL)
		return;
	slot_set(m, op->arg[0], PTM_NIL);
	ptm_free(&m->heap, &m->env, os, PTM_MAIN, block);
}

/* A break that is refused to fall leaves sbrk content: the break is not below what was asked for. */
/*@
  requires valid: \valid(e) && \valid(os) && \valid(want) && \separated(e, os, want) && os_ok(*os);
  TOTAL;
  assigns         e->brk, e->trace, *os, want->count, want->value[0], want->err;
  ensures os:     os_ok(*os);
  ensures old:    want->err == 0 ==> want->value[0] == \old(e->brk);
  ensures stay:   want->err != 0 ==> e->brk == \old(e->brk);
*/
static void step_sbrk(struct ptm_env *e, uint64_t increment, struct os *os, struct outcome *want)
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
  TOTAL;
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
  requires slot:  1 <= op->row->arg_count <= OP_ARGS_MAX && op->arg[op->row->arg_count - 1] < PTM_SLOTS;
  TOTAL;
  assigns         m->heap, m->env, m->slot[0 .. PTM_SLOTS - 1], m->slot_high, *os, *want;
  ensures inv:    state_ok(*m);
  ensures os:     os_ok(*os);
*/
static void step_aligned(struct ptm *m, const struct op *op, struct os *os, struct outcome *want)
{
	int32_t err = 0;
	uint32_t block = aligned_get(m, op, os, &err);

	block_give(m, op->arg[op->row->arg_count - 1u], block, err, want);
}

/* The low 32 bits, as the C library's int. */
/*@
  TOTAL;
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
  requires slot:  op->kind == PTM_OP_malloc_usable_size ==> op->arg[0] < PTM_SLOTS && held(*m, in_slot(*m, op->arg[0]));
  TOTAL;
  assigns         m->heap, m->env, m->slot[0 .. PTM_SLOTS - 1], m->slot_high, *os, *want;
  ensures inv:    state_ok(*m);
  ensures os:     os_ok(*os);
*/
static void step_other(struct ptm *m, const struct op *op, struct os *os, struct outcome *want)
{
	uint32_t block;

	switch (op->kind) {
	case PTM_OP_malloc_usable_size:
		block = ptm_slot(m, op->arg[0]);
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
		step_sbrk(&m->env, op->ref[0], os, want);
		break;
	case PTM_OP_sbrk_back:
		step_sbrk(&m->env, ptm_sub(0, op->ref[0]), os, want);
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
  requires slot:  op->kind == PTM_OP_calloc ? op->arg[2] < PTM_SLOTS : op->arg[1] < PTM_SLOTS;
  TOTAL;
  assigns         m->heap, m->env, m->slot[0 .. PTM_SLOTS - 1], m->slot_high, *os, *want;
  ensures inv:    state_ok(*m);
  ensures os:     os_ok(*os);
*/
static void step_malloc(struct ptm *m, const struct op *op, struct os *os, struct outcome *want)
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

/* The last HOLE of the break's region says what is untouched now; what was touched since the reset remains so. */
/*@
  requires valid: \valid(h);
  requires inv:   wf(*h);
  requires hole:  in_hole(*h, hole);
  TOTAL;
  assigns         h->reach, h->floor;
  ENSURES_WF;
  ensures rest:   untouched(*h);
*/
static void untouched_narrow(struct ptm_heap *h, uint32_t hole)
{
	if (h->reach <= hole)
		h->reach = hole + 1;
	if (h->floor > h->next[hole])
		h->floor = h->next[hole];
	/*@ assert inner: \forall integer k; hole < k < h->next[hole] ==> h->st[k] == PTM_INNER; */
}

void ptm_step(struct ptm *m, const struct op *op, struct os *os, struct outcome *want)
{
	switch (op->kind) {
	case PTM_OP_malloc:
	case PTM_OP_malloc_huge:
	case PTM_OP_calloc:
		step_malloc(m, op, os, want);
		break;
	case PTM_OP_free:
		step_free(m, op, os);
		break;
	case PTM_OP_realloc:
	case PTM_OP_realloc_huge:
		step_realloc(m, op, os, want);
		break;
	case PTM_OP_memalign:
	case PTM_OP_aligned_alloc:
	case PTM_OP_posix_memalign:
	case PTM_OP_valloc:
	case PTM_OP_pvalloc:
		step_aligned(m, op, os, want);
		break;
	default:
		step_other(m, op, os, want);
		break;
	}
	untouched_narrow(&m->heap, m->env.hole);
	if (op->kind == PTM_OP_mallopt || m->ops % SCALARS_EVERY == 0)
		TOUCH_SCALARS(&m->env, ALL);
	m->ops++;
}
