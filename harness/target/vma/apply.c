/* The ops of the vma domain as system calls of the kernel under test. */
/* SPDX-License-Identifier: MIT */
#include "apply.h"
#include "calls.h"
#include "observe.h"
#include "proc.h"

/* The inode of what is mapped at @addr. */
static uint64_t inode_at(uint64_t addr)
{
	const struct proc_list *list;
	struct proc_vma vma = { 0 };
	uint32_t i;

	if (proc_has_query()) {
		(void)proc_query(addr / PAGE_BYTES, &vma);
		return vma.inode;
	}
	list = space_sweep();
	i = proc_list_find(list, addr / PAGE_BYTES);
	return i < list->count ? list->vma[i].inode : 0;
}

void objects_learn(struct objects *objects)
{
	for (uint32_t i = OBJECT_A; i <= OBJECT_B; i++) {
		(void)kernel_call(SYS_NR_MMAP, BASE, PAGE_BYTES, SYS_PROT_READ,
				  SYS_MAP_SHARED | SYS_MAP_FIXED, (uint64_t)objects->file[i], 0);
		objects->inode[i] = inode_at(BASE);
	}
	(void)clear();
}

bool is_mmap(const struct op *op)
{
	return op->kind == VMA_OP_mmap || op->kind == VMA_OP_mmap_object;
}

bool may_leak(const struct op *op)
{
	return op->kind == VMA_OP_mremap ||
	       (!is_mmap(op) && op->kind != VMA_OP_brk && op->kind != VMA_OP_fault &&
		op->ref[1] / PAGE_BYTES > INT32_MAX);
}

static void outcome_set(struct outcome *seen, int64_t result, bool has_value)
{
	seen->count = 1;
	if (result < 0 && result > -4096)
		seen->err = (int32_t)-result;
	else if (has_value)
		seen->value[0] = (uint64_t)result;
}

static void mmap_apply(struct objects *objects, const struct op *op, struct outcome *seen)
{
	uint64_t fd =
	    op->ref[4] == OBJECT_NONE ? UINT64_MAX : (uint64_t)objects->file[op->ref[4] % 3];
	int64_t result = kernel_call(SYS_NR_MMAP, op->ref[0], op->ref[1], op->ref[2], op->ref[3],
				     fd, op->ref[5]);

	outcome_set(seen, result, true);
	if (seen->err == 0 && (op->ref[3] & MMAP_ANONYMOUS) != 0 &&
	    (op->ref[3] & MMAP_SHARED) != 0 && objects->last < OBJECTS_MAX - 1)
		objects->inode[++objects->last] = inode_at((uint64_t)result);
}

/* A system call that reads or writes one byte there: the fault comes back as EFAULT. */
static int64_t fault(const struct objects *objects, const struct op *op)
{
	if (op->ref[2] != 0)
		return kernel_call(SYS_NR_GETRANDOM, op->ref[0], 1, 0, 0, 0, 0);
	return kernel_call(SYS_NR_PWRITE, (uint64_t)objects->file[0], op->ref[0], 1, 0, 0, 0);
}

void call_apply(struct objects *objects, const struct op *op, struct outcome *seen)
{
	static const uint16_t number[] = {
		[VMA_OP_munmap] = SYS_NR_MUNMAP,   [VMA_OP_mprotect] = SYS_NR_MPROTECT,
		[VMA_OP_madvise] = SYS_NR_MADVISE, [VMA_OP_mlock] = SYS_NR_MLOCK,
		[VMA_OP_munlock] = SYS_NR_MUNLOCK, [VMA_OP_mremap] = SYS_NR_MREMAP,
		[VMA_OP_brk] = SYS_NR_BRK,         [VMA_OP_mlock2] = SYS_NR_MLOCK2,
	};

	if (is_mmap(op))
		mmap_apply(objects, op, seen);
	else if (op->kind == VMA_OP_fault)
		outcome_set(seen, fault(objects, op), false);
	else
		outcome_set(seen,
			    kernel_call(number[op->kind], op->ref[0], op->ref[1], op->ref[2],
					op->ref[3], op->ref[4], 0),
			    op->kind == VMA_OP_mremap || op->kind == VMA_OP_brk);
}
