/* The VMA model behind the worker's interface. */
/* SPDX-License-Identifier: MIT */
#include "brk.h"
#include "find.h"
#include "reset.h"
#include "wf_ok.h"
#include "fault.h"
#include "madvise.h"
#include "mlock.h"
#include "mmap.h"
#include "mprotect.h"
#include "mremap.h"
#include "munmap.h"
#include "resolve.h"
#include "tables.h"
#include "view.h"

/* An op adds at most a few VMAs: a split at each end of two ranges, and one new one per VMA moved. */
#define VMA_ROOM 64u
#define LOCK2_ONFAULT 1u

static void reset(void *memory, const void *rules)
{
	struct vma_state *state = memory;
	struct space *s = &state->space;

	mm_init(&s->mm);
	s->brk = SPACE_HEAP * PAGE_BYTES;
	s->anon_vma_last = 0;
	s->object_last = OBJECT_B;
	s->object_pages[OBJECT_NONE] = 0;
	s->object_pages[OBJECT_A] = OBJECT_A_PAGES;
	s->object_pages[OBJECT_B] = OBJECT_B_PAGES;
	s->locked_leak = 0;
	s->rules = *(const struct vma_rules *)rules;
	s->trace.touched_count = 0;
	s->trace.last = RULE_NONE;
	for (uint32_t i = 0; i < RULES_MAX; i++)
		s->trace.hits[i] = 0;
	for (uint32_t i = 0; i < VMA_SLOTS; i++)
		state->slot[i] = 0;
	state->slot[SLOT_ARENA] = SPACE_ARENA * PAGE_BYTES;
	state->slot[SLOT_HEAP] = (SPACE_HEAP - 4) * PAGE_BYTES;
	state->steps = 0;
	state->locks = false;
}

/* Could a read fault in VMA @i find a huge page, and give an anon_vma or not by what the page tables hold? */
static bool huge_unclear(const struct space *s, uint32_t i)
{
	const struct vma *v = &s->mm.vma[i];

	if (v->file != OBJECT_NONE || v->anon_vma != 0 || v->end - v->start < HUGE_PAGES ||
	    (v->flags & VMA_NOHUGEPAGE) != 0)
		return false;
	return s->rules.thp == 2 || (v->flags & VMA_HUGEPAGE) != 0;
}

static bool range_unclear(const struct space *s, uint64_t start, uint64_t end)
{
	for (uint32_t i = vma_find(&s->mm, start); i < s->mm.map_count && s->mm.vma[i].start < end;
	     i++)
		if (huge_unclear(s, i))
			return true;
	return false;
}

/* Ops whose effect hangs on page tables or hardware that the model does not have. */
static bool is_unmodelled(const struct space *s, const struct op *op)
{
	uint64_t page = op->ref[0] / PAGE_BYTES, pages = pages_up(op->ref[1]);
	uint64_t end = pages < SPACE_HIGH ? page + pages + 1 : SPACE_HIGH;

	switch (op->kind) {
	case VMA_OP_fault:
		return op->ref[2] == 0 && range_unclear(s, page, page + 1);
	case VMA_OP_mlock:
	case VMA_OP_mlock2:
		return range_unclear(s, page, end);
	case VMA_OP_mmap:
	case VMA_OP_mmap_object:
		if ((op->ref[3] & (MMAP_LOCKED | MMAP_POPULATE)) != 0 && s->rules.thp == 2 &&
		    pages >= HUGE_PAGES)
			return true;
		if (s->rules.shared_align != 0 && pages >= HUGE_PAGES &&
		    ((op->ref[3] & MMAP_SHARED) != 0 || op->ref[4] != OBJECT_NONE))
			return true;
		return s->rules.exec_only_pkey != 0 && op->ref[2] == VMA_EXEC;
	case VMA_OP_mprotect:
		return s->rules.exec_only_pkey != 0 && op->ref[2] == VMA_EXEC;
	default:
		return false;
	}
}

static enum skip admit(void *memory, struct op *op)
{
	struct vma_state *state = memory;
	enum skip skip = op_resolve(state, op);

	if (skip != SKIP_NO)
		return skip;
	if (state->space.mm.map_count > VMA_CAP - VMA_ROOM ||
	    state->space.object_last >= OBJECTS_MAX - 1)
		return SKIP_CAPACITY;
	return is_unmodelled(&state->space, op) ? SKIP_UNMODELLED : SKIP_NO;
}

static void mmap_step(struct vma_state *state, const struct op *op, struct outcome *want)
{
	struct mmap_args args = { .addr = op->ref[0],
				  .len = op->ref[1],
				  .prot = op->ref[2],
				  .flags = op->ref[3],
				  .object = (uint32_t)op->ref[4],
				  .pgoff = op->ref[5] / PAGE_BYTES };

	want->err = space_mmap(&state->space, &args, &want->value[0]);
	if (want->err == 0)
		state->slot[op->arg[0] % VMA_SLOTS] = want->value[0];
}

static void mremap_step(struct vma_state *state, const struct op *op, struct outcome *want)
{
	struct mremap_args args = { .addr = op->ref[0],
				    .old_len = op->ref[1],
				    .new_len = op->ref[2],
				    .flags = (uint32_t)op->ref[3],
				    .new_addr = op->ref[4] };

	want->err = space_mremap(&state->space, &args, &want->value[0]);
	if (want->err == 0)
		state->slot[op->arg[0] % VMA_SLOTS] = want->value[0];
}

static int32_t mlock2_step(struct space *s, const struct op *op)
{
	if (op->ref[2] > LOCK2_ONFAULT) {
		FIRE(s, mlock_invalid);
		return MODEL_EINVAL;
	}
	return space_mlock(s, op->ref[0], op->ref[1],
			   op->ref[2] == LOCK2_ONFAULT ? VMA_LOCK_MASK : VMA_LOCKED);
}

/* Calls that can lock memory which was not: only after one of them the count is worth reading. */
static bool may_lock(const struct op *op)
{
	if (op->kind == VMA_OP_mmap || op->kind == VMA_OP_mmap_object)
		return (op->ref[3] & MMAP_LOCKED) != 0;
	return op->kind == VMA_OP_mlock || op->kind == VMA_OP_mlock2;
}

static void step(void *memory, const struct op *op, struct os *os, struct outcome *want)
{
	struct vma_state *state = memory;
	struct space *s = &state->space;

	(void)os;
	state->steps++;
	state->locks = state->locks || may_lock(op);
	want->count = 1;
	switch (op->kind) {
	case VMA_OP_mmap:
	case VMA_OP_mmap_object:
		mmap_step(state, op, want);
		break;
	case VMA_OP_munmap:
		want->err = space_munmap(s, op->ref[0], op->ref[1]);
		break;
	case VMA_OP_mprotect:
		want->err = space_mprotect(s, op->ref[0], op->ref[1], op->ref[2]);
		break;
	case VMA_OP_mremap:
		mremap_step(state, op, want);
		break;
	case VMA_OP_brk:
		want->value[0] = space_brk(s, op->ref[0]);
		break;
	case VMA_OP_madvise:
		want->err = space_madvise(s, op->ref[0], op->ref[1], (uint32_t)op->ref[2]);
		break;
	case VMA_OP_mlock:
		want->err = space_mlock(s, op->ref[0], op->ref[1], VMA_LOCKED);
		break;
	case VMA_OP_mlock2:
		want->err = mlock2_step(s, op);
		break;
	case VMA_OP_munlock:
		want->err = space_mlock(s, op->ref[0], op->ref[1], 0);
		break;
	default:
		want->err = space_fault(s, op->ref[0], op->ref[2] != 0);
		break;
	}
}

static bool model_wf_ok(const void *memory)
{
	const struct vma_state *state = memory;

	return mm_wf_ok(&state->space.mm);
}

static struct trace *model_trace(void *memory)
{
	struct vma_state *state = memory;

	return &state->space.trace;
}

const struct model model_vma = {
	.tables = &tables_vma,
	.bytes = sizeof(struct vma_state),
	.reset = reset,
	.admit = admit,
	.step = step,
	.judge = NULL,
	.view = vma_view,
	.load = vma_load,
	.wf_ok = model_wf_ok,
	.trace = model_trace,
};
