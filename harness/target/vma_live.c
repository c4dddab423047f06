/* vma/live: the running kernel, through system calls in a clean address space. */
/* SPDX-License-Identifier: MIT */
#include "../target.h"
#include "../worker/sys.h"
#include "../../model/vma/algorithm/mmap.h"
#include "vma/apply.h"
#include "vma/calls.h"
#include "vma/host.h"
#include "vma/observe.h"
#include "vma/probe.h"
#include "vma/proc.h"
#include "vma/trouble.h"

#define LOW_BYTES (SPACE_LOW * PAGE_BYTES)
#define HIGH_BYTES (SPACE_HIGH * PAGE_BYTES)

#define MFD_NOEXEC_SEAL 8u

extern const struct model model_vma;

static struct {
	struct objects objects;
	struct counters_base base;
	bool leaks; /* locked pages may have been counted for ever since the last reset */
	bool forbidden[OP_META]; /* by kind of op: the host refuses its system call */
	bool locks_forbidden;    /* MAP_LOCKED too */
	bool write_exec_forbidden,
	    exec_gain_forbidden; /* memory to execute: by mmap, by mprotect */
} live;

int64_t kernel_call(int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
		    uint64_t f)
{
	return sys_call(number, a, b, c, d, e, f);
}

static int fail(struct target_info *info, const char *why)
{
	info_set(info->why_not, why);
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
		live.objects.file[i] =
		    sys_call(SYS_NR_MEMFD_CREATE, (uint64_t)name[i], 0, 0, 0, 0, 0);
		if (live.objects.file[i] == -MODEL_EACCES) /* vm.memfd_noexec = 2 */
			live.objects.file[i] = sys_call(SYS_NR_MEMFD_CREATE, (uint64_t)name[i],
							MFD_NOEXEC_SEAL, 0, 0, 0, 0);
		if (live.objects.file[i] < 0)
			return (int)live.objects.file[i];
		if (sys_call(SYS_NR_FTRUNCATE, (uint64_t)live.objects.file[i],
			     pages[i] * PAGE_BYTES, 0, 0, 0, 0) < 0)
			return -MODEL_ENOMEM;
	}
	return 0;
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
	objects_learn(&live.objects);
	probe_rules(rules, live.forbidden, live.objects.file[OBJECT_A]);
	locks_probe();
	space_clear();
	proc_counters(&live.base.counters);
	live.base.locked = proc_locked();
	host_limits(rules, live.base.counters.total_vm, live.base.counters.data_vm);
	skips_tell(rules, info);
	return 0;
}

static int live_reset(const void *rules)
{
	(void)rules;
	space_clear();
	live.objects.last = OBJECT_B;
	if (live.leaks) {
		live.base.locked = proc_locked();
		live.leaks = false;
	}
	if (!live.forbidden[VMA_OP_brk])
		(void)heap_reset();
	return 0;
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

static void live_apply(const struct op *op, struct outcome *seen, struct os *os)
{
	(void)os;
	live.leaks = live.leaks || may_leak(op);
	call_apply(&live.objects, op, seen);
}

static void live_observe(const struct cell *cell, uint32_t count, uint64_t *seen)
{
	space_observe(&live.objects, &live.base, cell, count, seen);
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
