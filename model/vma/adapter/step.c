/* What an op does to the address space and the slots. */
/* SPDX-License-Identifier: MIT */
#include "step.h"
#include "../algorithm/brk.h"
#include "../algorithm/fault.h"
#include "../algorithm/madvise.h"
#include "../algorithm/mlock.h"
#include "../algorithm/mmap.h"
#include "../algorithm/mprotect.h"
#include "../algorithm/mremap.h"
#include "../algorithm/munmap.h"
#include "../state/count.h"
#include "budget.h"
#include "resolve.h"

#define LOCK2_ONFAULT 1u
#define REMAP_ALL (REMAP_MAYMOVE | REMAP_FIXED | REMAP_DONTUNMAP)

/* mmap(). Returns: 0 or an errno; *at is the address. */
/*@
  requires valid: \valid(s) && \valid_read(op) && \valid(at) && \separated(s, op, at);
  requires inv:   wf(s->mm);
  requires ready: ready(*s);
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->object_last, s->object_pages[0 .. OBJECTS_MAX - 1], s->trace, *at;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_ENOMEM || \result == MODEL_EEXIST ||
                  \result == MODEL_EACCES || \result == MODEL_EBADF || \result == MODEL_EOVERFLOW || \result == MODEL_ENOTSUP;
  ensures at:     *at <= SPACE_HIGH * PAGE_BYTES;
  ensures offset: op->ref[5] % PAGE_BYTES != 0 ==> \result == MODEL_EINVAL;
*/
static int32_t step_mmap(struct space *s, const struct op *op, uint64_t *at)
{
	struct mmap_args args = { .addr = op->ref[0],
				  .len = op->ref[1],
				  .prot = op->ref[2],
				  .flags = op->ref[3],
				  .object = (op->ref[3] & MMAP_ANONYMOUS) != 0
						? OBJECT_NONE
						: (uint32_t)(op->ref[4] % 0x100000000),
				  .pgoff = op->ref[5] / PAGE_BYTES };

	*at = 0;
	if (op->ref[5] % PAGE_BYTES != 0) {
		FIRE(s, mmap_offset);
		return MODEL_EINVAL;
	}
	return space_mmap(s, &args, at);
}

/* mremap(). Returns: 0 or an errno; *at is the address. */
/*@
  requires valid: \valid(s) && \valid_read(op) && \valid(at) && \separated(s, op, at);
  requires inv:   wf(s->mm);
  requires ready: ready(*s);
  requires kind:  op->kind == VMA_OP_mremap && refs_ok(*s, *op);
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace, *at;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EFAULT || \result == MODEL_ENOMEM;
  ensures at:     *at <= SPACE_HIGH * PAGE_BYTES;
  ensures flags:  op->ref[3] > REMAP_ALL ==> \result == MODEL_EINVAL;
*/
static int32_t step_mremap(struct space *s, const struct op *op, uint64_t *at)
{
	struct mremap_args args = { .addr = op->ref[0],
				    .old_len = op->ref[1],
				    .new_len = op->ref[2],
				    .flags = (uint32_t)(op->ref[3] % 0x100000000),
				    .new_addr = op->ref[4] };

	*at = 0;
	if (op->ref[3] > REMAP_ALL) {
		FIRE(s, mremap_flags);
		return MODEL_EINVAL;
	}
	return space_mremap(s, &args, at);
}

/* mlock2(). */
/*@
  requires valid: \valid(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  requires ready: ready(*s);
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_ENOMEM;
  ensures flags:  op->ref[2] % 0x100000000 > LOCK2_ONFAULT ==> \result == MODEL_EINVAL;
*/
static int32_t step_mlock2(struct space *s, const struct op *op)
{
	uint64_t onfault = op->ref[2] % 0x100000000; /* an int */
	uint64_t flags = onfault == LOCK2_ONFAULT ? VMA_LOCK_MASK : VMA_LOCKED;

	if (onfault > LOCK2_ONFAULT) {
		FIRE(s, mlock_invalid);
		return MODEL_EINVAL;
	}
	return space_mlock(s, op->ref[0], op->ref[1], flags);
}

/* Calls that can lock memory which was not: only after one of them the count is worth reading. */
/*@
  requires valid: \valid_read(op);
  TOTAL;
  assigns         \nothing;
  ensures locks:  \result == true <==> op->kind == VMA_OP_mlock || op->kind == VMA_OP_mlock2 ||
                    ((op->kind == VMA_OP_mmap || op->kind == VMA_OP_mmap_object) && (op->ref[3] & MMAP_LOCKED) != 0);
*/
static bool may_lock(const struct op *op)
{
	if (op->kind == VMA_OP_mmap || op->kind == VMA_OP_mmap_object)
		return (op->ref[3] & MMAP_LOCKED) != 0;
	return op->kind == VMA_OP_mlock || op->kind == VMA_OP_mlock2;
}

/* The ops that fill no slot and move no break. Returns: 0 or an errno. */
/*@
  requires valid: \valid(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  requires ready: ready(*s);
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->locked_leak, s->trace;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_EINVAL || \result == MODEL_ENOMEM || \result == MODEL_EFAULT ||
                  \result == MODEL_EBADF || \result == MODEL_EACCES;
*/
static int32_t step_other(struct space *s, const struct op *op)
{
	int32_t err;

	switch (op->kind) {
	case VMA_OP_munmap:
		err = space_munmap(s, op->ref[0], op->ref[1]);
		break;
	case VMA_OP_mprotect:
		err = space_mprotect(s, op->ref[0], op->ref[1], op->ref[2]);
		break;
	case VMA_OP_madvise:
		err =
		    space_madvise(s, op->ref[0], op->ref[1], (uint32_t)(op->ref[2] % 0x100000000));
		break;
	case VMA_OP_mlock:
		err = space_mlock(s, op->ref[0], op->ref[1], VMA_LOCKED);
		break;
	case VMA_OP_mlock2:
		err = step_mlock2(s, op);
		break;
	case VMA_OP_munlock:
		err = space_mlock(s, op->ref[0], op->ref[1], 0);
		break;
	default:
		err = space_fault(s, op->ref[0], op->ref[2] != 0);
		break;
	}
	return err;
}

/* A new mapping's address goes into the slot that the op names. */
/*@
  requires valid: \valid(state) && \valid_read(op) && \separated(state, op);
  requires slots: slots_ok(*state) && slots_used(*state);
  requires at:    at <= SPACE_HIGH * PAGE_BYTES;
  TOTAL;
  assigns         state->slot[0 .. VMA_SLOTS - 1], state->slots_used;
  ensures slots:  slots_ok(*state);
  ensures used:   slots_used(*state);
  ensures slot:   err == 0 ==> state->slot[(op->exact == true ? op->arg[7] : op->arg[0]) % VMA_SLOTS] == at;
*/
static void slot_fill(struct vma_state *state, const struct op *op, int32_t err, uint64_t at)
{
	uint32_t slot = (uint32_t)(op_slot(op) % VMA_SLOTS);

	if (err != 0)
		return;
	state->slot[slot] = at;
	if (slot >= state->slots_used)
		state->slots_used = slot + 1;
}

/* What the op may fault in is counted. */
/*@
  requires valid: \valid(state) && \valid_read(op) && \separated(state, op);
  requires inv:   wf(state->space.mm);
  TOTAL;
  assigns         state->populated;
*/
static void populated_count(struct vma_state *state, const struct op *op)
{
	state->populated = count_add(state->populated, op_populates(&state->space, op));
}

void vma_step(struct vma_state *state, const struct op *op, struct outcome *want)
{
	uint64_t at = 0;

	state->steps++;
	populated_count(state, op);
	if (may_lock(op))
		state->locks = true;
	want->count = 1;
	switch (op->kind) {
	case VMA_OP_mmap:
	case VMA_OP_mmap_object:
		want->err = step_mmap(&state->space, op, &at);
		want->value[0] = at;
		slot_fill(state, op, want->err, at);
		break;
	case VMA_OP_mremap:
		want->err = step_mremap(&state->space, op, &at);
		want->value[0] = at;
		slot_fill(state, op, want->err, at);
		break;
	case VMA_OP_brk:
		want->value[0] = space_brk(&state->space, op->ref[0]);
		break;
	default:
		want->err = step_other(&state->space, op);
		break;
	}
}
