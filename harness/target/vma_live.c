/* vma/live: the running kernel, through system calls in a clean address space. */
/* SPDX-License-Identifier: MIT */
#include "../target.h"
#include "../worker/sys.h"
#include "../../model/vma/algorithm/mmap.h"
#include "vma/host.h"
#include "vma/probe.h"
#include "vma/proc.h"
#include "vma/trouble.h"

#define LOW_BYTES (SPACE_LOW * PAGE_BYTES)
#define HIGH_BYTES (SPACE_HIGH * PAGE_BYTES)

#define MFD_NOEXEC_SEAL 8u

extern const struct model model_vma;

static struct {
	int64_t file[3];             /* by object; [0] is scratch memory to read faults into */
	uint64_t inode[OBJECTS_MAX]; /* by object */
	uint32_t object_last;
	bool leaks; /* locked pages may have been counted for ever since the last reset */
	bool forbidden[OP_META]; /* by kind of op: the host refuses its system call */
	bool locks_forbidden;    /* MAP_LOCKED too */
	bool write_exec_forbidden,
	    exec_gain_forbidden; /* memory to execute: by mmap, by mprotect */
	struct proc_counters base;
	uint64_t locked_base;
	struct proc_list list;  /* of the last sweep */
	struct proc_list flags; /* of the last reading of smaps */
} live;

static int fail(struct target_info *info, const char *why)
{
	uint32_t i = 0;

	for (; why[i] != '\0' && i < TARGET_TEXT_MAX - 1; i++)
		info->why_not[i] = why[i];
	info->why_not[i] = '\0';
	return -MODEL_ENOTSUP;
}

/* Adds to what the host keeps us from; what does not fit is cut. */
static void tell(struct target_info *info, const char *what, const char *why)
{
	const char *const part[] = { info->skips[0] != '\0' ? ", " : "", what, why };
	uint32_t used = 0;

	while (info->skips[used] != '\0')
		used++;
	for (uint32_t i = 0; i < 3; i++)
		for (const char *at = part[i]; *at != '\0' && used < TARGET_TEXT_MAX - 1; at++)
			info->skips[used++] = *at;
	info->skips[used] = '\0';
}

static void space_clear(void)
{
	(void)sys_call(SYS_NR_MUNMAP, LOW_BYTES, HIGH_BYTES - LOW_BYTES, 0, 0, 0, 0);
}

static int heap_reset(void)
{
	struct {
		uint64_t code[2], data[2], start_brk, brk, stack, argument[2], environment[2], auxv;
		uint32_t auxv_bytes, exe_fd;
	} map = { .code = { 0x400000, 0x401000 },
		  .data = { 0x402000, 0x402000 }, /* RLIMIT_DATA adds it to the heap */
		  .start_brk = SPACE_HEAP * PAGE_BYTES,
		  .brk = SPACE_HEAP * PAGE_BYTES,
		  .stack = 0x404000,
		  .argument = { 0x404000, 0x404000 },
		  .environment = { 0x404000, 0x404000 },
		  .exe_fd = UINT32_MAX };

	return (int)sys_call(SYS_NR_PRCTL, 35, 14, (uint64_t)&map, sizeof(map), 0, 0);
}

/* Objects: two memfds, and a page to read faulting memory into. */
static int files_open(void)
{
	static const uint64_t pages[3] = { 1, OBJECT_A_PAGES, OBJECT_B_PAGES };
	static const char *const name[3] = { "scratch", "a", "b" };

	for (uint32_t i = 0; i < 3; i++) {
		live.file[i] = sys_call(SYS_NR_MEMFD_CREATE, (uint64_t)name[i], 0, 0, 0, 0, 0);
		if (live.file[i] == -MODEL_EACCES) /* vm.memfd_noexec = 2 */
			live.file[i] = sys_call(SYS_NR_MEMFD_CREATE, (uint64_t)name[i],
						MFD_NOEXEC_SEAL, 0, 0, 0, 0);
		if (live.file[i] < 0)
			return (int)live.file[i];
		if (sys_call(SYS_NR_FTRUNCATE, (uint64_t)live.file[i], pages[i] * PAGE_BYTES, 0, 0,
			     0, 0) < 0)
			return -MODEL_ENOMEM;
	}
	return 0;
}

static uint64_t inode_at(uint64_t addr)
{
	struct proc_vma vma = { 0 };
	uint32_t i;

	if (proc_has_query()) {
		(void)proc_query(addr / PAGE_BYTES, &vma);
		return vma.inode;
	}
	proc_maps(SPACE_LOW, &live.list);
	i = proc_list_find(&live.list, addr / PAGE_BYTES);
	return i < live.list.count ? live.list.vma[i].inode : 0;
}

/* The inodes of the memfds, by mapping them. */
static void inodes_learn(void)
{
	for (uint32_t i = OBJECT_A; i <= OBJECT_B; i++) {
		(void)sys_call(SYS_NR_MMAP, LOW_BYTES, PAGE_BYTES, SYS_PROT_READ,
			       SYS_MAP_SHARED | SYS_MAP_FIXED, (uint64_t)live.file[i], 0);
		live.inode[i] = inode_at(LOW_BYTES);
	}
	space_clear();
}

/* Calls that do nothing: only a host that forbids the call refuses them. */
static void calls_probe(void)
{
	static const struct {
		uint16_t kind, number;
		uint64_t a, b, c;
	} harmless[] = {
		{ VMA_OP_mprotect, SYS_NR_MPROTECT, 1, PAGE_BYTES, 0 },
		{ VMA_OP_mremap, SYS_NR_MREMAP, 1, PAGE_BYTES, PAGE_BYTES },
		{ VMA_OP_brk, SYS_NR_BRK, 0, 0, 0 },
		{ VMA_OP_madvise, SYS_NR_MADVISE, 1, PAGE_BYTES, 0 },
		{ VMA_OP_mlock, SYS_NR_MLOCK, LOW_BYTES, 0, 0 },
		{ VMA_OP_mlock2, SYS_NR_MLOCK2, LOW_BYTES, 0, 0xff },
		{ VMA_OP_munlock, SYS_NR_MUNLOCK, LOW_BYTES, 0, 0 },
		{ VMA_OP_fault, SYS_NR_GETRANDOM, LOW_BYTES, 1, 0 },
	};

	for (uint32_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		live.forbidden[harmless[i].kind] =
		    host_refuses(harmless[i].number, harmless[i].a, harmless[i].b, harmless[i].c);
	live.write_exec_forbidden = host_refuses_exec(false);
	live.exec_gain_forbidden = host_refuses_exec(true);
	if (heap_reset() != 0)
		live.forbidden[VMA_OP_brk] = true;
	if (files_open() != 0) {
		live.forbidden[VMA_OP_mmap_object] = true;
		live.forbidden[VMA_OP_fault] = true;
	}
}

/* Without the capability a lock may fail by what was locked before. */
static void locks_probe(void)
{
	live.locks_forbidden = live.forbidden[VMA_OP_mlock] || !host_lets_lock();
	if (!live.locks_forbidden)
		return;
	live.forbidden[VMA_OP_mlock] = true;
	live.forbidden[VMA_OP_mlock2] = true;
}

/* What is left out, for people: specs/vma-inherited.md says why. */
static void skips_tell(const struct vma_rules *rules, struct target_info *info)
{
	for (uint16_t kind = 0; kind < OP_META; kind++)
		if (live.forbidden[kind])
			tell(info, model_vma.tables->op_by_kind[kind]->name, "");
	if (live.locks_forbidden)
		tell(info, "MAP_LOCKED", " (RLIMIT_MEMLOCK without CAP_IPC_LOCK)");
	if (live.write_exec_forbidden)
		tell(info, "mmap of wx", " (a filter)");
	if (live.exec_gain_forbidden)
		tell(info, "mprotect to x", " (a filter)");
	if (rules->as_pages < PAGES_ALL - 1)
		tell(info, "what may exceed RLIMIT_AS", "");
	if (rules->data_pages < PAGES_ALL - 1)
		tell(info, "what may exceed RLIMIT_DATA", "");
}

/* Why the address space is not the one that the model begins with. */
static int layout_fail(struct target_info *info)
{
	if (host_seals())
		return fail(info, "the kernel seals mappings of its own (CONFIG_MSEAL_SYSTEM_"
				  "MAPPINGS): boot one that does not, or with vdso=0");
	return fail(info, "mappings are not placed as without randomisation: mmap(), munmap() or "
			  "personality() is refused here, or vm.legacy_va_layout is set");
}

static int live_open(void *memory, struct target_info *info)
{
	struct vma_rules *rules = memory;

	probe_version(info);
	if (proc_open() != 0)
		return fail(info, "/proc/self/maps, smaps, statm and status cannot be read: mount "
				  "/proc, or lift what hides it, and try again");
	if (host_vmas() < 2 * VMA_CAP)
		return fail(info, "vm.max_map_count is too low: sysctl vm.max_map_count=65530");
	space_clear();
	if (!probe_layout())
		return layout_fail(info);
	calls_probe();
	inodes_learn();
	probe_rules(rules, live.forbidden);
	locks_probe();
	space_clear();
	proc_counters(&live.base);
	live.locked_base = proc_locked();
	host_limits(rules, live.base.total_vm, live.base.data_vm);
	skips_tell(rules, info);
	return 0;
}

static int live_reset(const void *rules)
{
	(void)rules;
	space_clear();
	live.object_last = OBJECT_B;
	if (live.leaks) {
		live.locked_base = proc_locked();
		live.leaks = false;
	}
	if (!live.forbidden[VMA_OP_brk])
		(void)heap_reset();
	return 0;
}

static bool is_mmap(const struct op *op)
{
	return op->kind == VMA_OP_mmap || op->kind == VMA_OP_mmap_object;
}

/* Memory to execute that a filter refuses? */
static bool exec_forbidden(const struct op *op)
{
	const uint64_t access = VMA_WRITE | VMA_EXEC;

	if (is_mmap(op))
		return live.write_exec_forbidden && (op->ref[2] & access) == access;
	return op->kind == VMA_OP_mprotect && live.exec_gain_forbidden &&
	       (op->ref[2] & VMA_EXEC) != 0;
}

static bool live_supports(const struct op *op)
{
	if (live.forbidden[op->kind] || exec_forbidden(op))
		return false;
	if (is_mmap(op) && op->ref[4] != OBJECT_NONE && live.forbidden[VMA_OP_mmap_object])
		return false;
	return !live.locks_forbidden || !is_mmap(op) || (op->ref[3] & MMAP_LOCKED) == 0;
}

static void outcome_set(struct outcome *seen, int64_t result, bool has_value)
{
	seen->count = 1;
	if (result < 0 && result > -4096)
		seen->err = (int32_t)-result;
	else if (has_value)
		seen->value[0] = (uint64_t)result;
}

static void mmap_apply(const struct op *op, struct outcome *seen)
{
	uint64_t fd = op->ref[4] == OBJECT_NONE ? UINT64_MAX : (uint64_t)live.file[op->ref[4] % 3];
	int64_t result =
	    sys_call(SYS_NR_MMAP, op->ref[0], op->ref[1], op->ref[2], op->ref[3], fd, op->ref[5]);

	outcome_set(seen, result, true);
	if (seen->err == 0 && (op->ref[3] & MMAP_ANONYMOUS) != 0 &&
	    (op->ref[3] & MMAP_SHARED) != 0 && live.object_last < OBJECTS_MAX - 1)
		live.inode[++live.object_last] = inode_at((uint64_t)result);
}

/* A system call that reads or writes one byte there: the fault comes back as EFAULT. */
static void fault_apply(const struct op *op, struct outcome *seen)
{
	int64_t result;

	if (op->ref[2] != 0)
		result = sys_call(SYS_NR_GETRANDOM, op->ref[0], 1, 0, 0, 0, 0);
	else
		result = sys_call(SYS_NR_PWRITE, (uint64_t)live.file[0], op->ref[0], 1, 0, 0, 0);
	outcome_set(seen, result, false);
}

static void live_apply(const struct op *op, struct outcome *seen, struct os *os)
{
	static const uint8_t number[] = {
		[VMA_OP_munmap] = SYS_NR_MUNMAP,   [VMA_OP_mprotect] = SYS_NR_MPROTECT,
		[VMA_OP_madvise] = SYS_NR_MADVISE, [VMA_OP_mlock] = SYS_NR_MLOCK,
		[VMA_OP_munlock] = SYS_NR_MUNLOCK,
	};

	(void)os;
	switch (op->kind) {
	case VMA_OP_mmap:
	case VMA_OP_mmap_object:
		mmap_apply(op, seen);
		break;
	case VMA_OP_mremap:
		live.leaks = true;
		outcome_set(seen,
			    sys_call(SYS_NR_MREMAP, op->ref[0], op->ref[1], op->ref[2], op->ref[3],
				     op->ref[4], 0),
			    true);
		break;
	case VMA_OP_brk:
		outcome_set(seen, sys_call(SYS_NR_BRK, op->ref[0], 0, 0, 0, 0, 0), true);
		break;
	case VMA_OP_mlock2:
		live.leaks = live.leaks || op->ref[1] / PAGE_BYTES > INT32_MAX;
		outcome_set(seen,
			    sys_call(SYS_NR_MLOCK2, op->ref[0], op->ref[1], op->ref[2], 0, 0, 0),
			    false);
		break;
	case VMA_OP_fault:
		fault_apply(op, seen);
		break;
	default:
		live.leaks =
		    live.leaks || op->ref[1] / PAGE_BYTES > INT32_MAX; /* mlock and munlock may */
		outcome_set(seen,
			    sys_call(number[op->kind], op->ref[0], op->ref[1], op->ref[2], 0, 0, 0),
			    false);
		break;
	}
}

/* An inode as the number of its object. */
static uint64_t inode_object(uint64_t inode)
{
	if (inode == 0)
		return OBJECT_NONE;
	for (uint32_t i = live.object_last; i >= OBJECT_A; i--)
		if (live.inode[i] == inode)
			return i;
	return CELL_ABSENT;
}

/* What a cell says of the VMA that starts at its key. */
static uint64_t cell_value(uint16_t field, const struct proc_vma *vma)
{
	switch (field) {
	case VMA_FIELD_end:
		return vma->end;
	case VMA_FIELD_perms:
		return vma->flags & (VMA_ACCESS | VMA_SHARED);
	case VMA_FIELD_pgoff:
		return vma->inode == 0 ? 0 : vma->pgoff;
	case VMA_FIELD_object:
		return inode_object(vma->inode);
	default:
		return CELL_ABSENT;
	}
}

static uint64_t flags_value(uint64_t page)
{
	uint32_t i = proc_list_find(&live.flags, page);

	if (i >= live.flags.count || live.flags.vma[i].start != page)
		return CELL_ABSENT;
	return live.flags.vma[i].flags;
}

/* The first VMA that ends after @page: from the last sweep, or by asking. */
static bool vma_after(uint64_t page, bool swept, struct proc_vma *vma)
{
	uint32_t i;

	if (!swept)
		return proc_query(page, vma);
	i = proc_list_find(&live.list, page);
	if (i < live.list.count)
		*vma = live.list.vma[i];
	return i < live.list.count;
}

static void scalars_observe(const struct cell *cell, uint32_t count, uint64_t *seen)
{
	struct proc_counters now;

	proc_counters(&now);
	for (uint32_t i = 0; i < count; i++) {
		if (cell[i].field == VMA_FIELD_map_count)
			seen[i] = live.list.count;
		else if (cell[i].field == VMA_FIELD_total_vm)
			seen[i] = now.total_vm - live.base.total_vm;
		else if (cell[i].field == VMA_FIELD_data_vm)
			seen[i] = now.data_vm - live.base.data_vm;
		else if (cell[i].field == VMA_FIELD_locked_vm)
			seen[i] = (proc_locked() - live.locked_base) % LOCKED_MODULO;
	}
}

static bool has_field(const struct cell *cell, uint32_t count, uint16_t field)
{
	for (uint32_t i = 0; i < count; i++)
		if (cell[i].field == field)
			return true;
	return false;
}

static void live_observe(const struct cell *cell, uint32_t count, uint64_t *seen)
{
	bool whole = count > 0 && cell[count - 1].field >= VMA_FIELD_map_count;
	bool swept = whole || !proc_has_query();
	struct proc_vma vma = { 0 };
	bool found = false;

	if (swept)
		proc_maps(SPACE_LOW, &live.list);
	if (has_field(cell, count, VMA_FIELD_vm_flags))
		proc_smaps(SPACE_LOW, &live.flags);
	for (uint32_t i = 0; i < count; i++) {
		uint64_t page = cell_page(cell[i].space, cell[i].key);

		seen[i] = CELL_ABSENT;
		if (cell[i].field == VMA_FIELD_next) {
			found = vma_after(page, swept, &vma);
			seen[i] = found ? vma.start : CELL_ABSENT;
		} else if (cell[i].field == VMA_FIELD_vm_flags) {
			seen[i] = flags_value(page);
		} else if (cell[i].field < VMA_FIELD_vm_flags) {
			if (!found || vma.start != page)
				found = vma_after(page, swept, &vma);
			if (found && vma.start == page)
				seen[i] = cell_value(cell[i].field, &vma);
		}
	}
	if (whole)
		scalars_observe(cell, count, seen);
}

const struct target worker_target = {
	.name = "vma/live",
	.model = &model_vma,
	.open = live_open,
	.reset = live_reset,
	.supports = live_supports,
	.apply = live_apply,
	.observe = live_observe,
	.trouble = trouble_read,
};
