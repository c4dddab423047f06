/* What this kernel does where kernels differ: found by trying, never from its version. */
/* SPDX-License-Identifier: MIT */
#include "probe.h"
#include "calls.h"
#include "host.h"
#include "proc.h"
#include "../../../model/vma/algorithm/advice.h"
#include "../../../model/vma/algorithm/mmap_args.h"
#include "../../../model/vma/algorithm/mremap.h"
#include "../../../model/vma/env.h"

#define AWAY (BASE + 64 * PAGE_BYTES)
#define SYS_NR_SIGPROCMASK 14
#define SIGSET_BYTES 8
#define SYS_NR_UNAME 63

static struct proc_list list;

/* Calls that this host refuses, by kind of op. */
static const bool *refuses;

/* Of an object. */
static uint64_t object_file;

static int64_t attempt(uint16_t kind, int64_t number, uint64_t a, uint64_t b, uint64_t c)
{
	return refuses[kind] ? -MODEL_EPERM : call3(number, a, b, c);
}

static int64_t map_object(uint64_t addr, uint64_t pages, uint64_t offset, uint64_t flags)
{
	return kernel_call(SYS_NR_MMAP, addr, PAGES(pages), READ_WRITE, flags | MMAP_FIXED,
			   object_file, PAGES(offset));
}

static int64_t remap(uint64_t addr, uint64_t old, uint64_t pages, uint32_t flags, uint64_t to)
{
	return kernel_call(SYS_NR_MREMAP, addr, PAGES(old), PAGES(pages), flags, to, 0);
}

/* Faults at @addr by the one call that no filter refuses: it takes, or gives, a set of signals. */
static int64_t fault(uint64_t addr, bool write)
{
	return kernel_call(SYS_NR_SIGPROCMASK, 0, write ? 0 : addr, write ? addr : 0, SIGSET_BYTES,
			   0, 0);
}

static void touch(uint64_t addr)
{
	(void)fault(addr, true);
}

/* VMAs there are, with their flags. */
static uint32_t count(void)
{
	proc_smaps(SPACE_LOW, &list);
	return list.count;
}

/* Flags of the VMA that holds @addr; 0 if none does. */
static uint64_t flags_at(uint64_t addr)
{
	uint32_t i;

	(void)count();
	i = proc_list_find(&list, addr / PAGE_BYTES);
	return i < list.count && list.vma[i].start <= addr / PAGE_BYTES ? list.vma[i].flags : 0;
}

void probe_version(struct target_info *info)
{
	static char names[6][65];
	uint32_t used = 0;

	(void)call3(SYS_NR_UNAME, (uint64_t)names, 0, 0);
	for (uint32_t part = 0; part < 3; part += 2) {
		for (const char *at = names[part]; *at != '\0' && used < TARGET_TEXT_MAX - 2; at++)
			info->version[used++] = *at;
		info->version[used++] = part == 0 ? ' ' : '\0';
	}
}

bool probe_layout(void)
{
	int64_t at = map(0, 1, READ_WRITE, PRIVATE);

	(void)clear();
	return at == (int64_t)((SPACE_TOP - 1) * PAGE_BYTES);
}

/* A page that was written, one that was read, and then the one between: they join unless the last has an anon_vma. */
static uint64_t reads_zero_page(void)
{
	(void)clear();
	map_at(BASE, 1, 0);
	map_at(BASE + PAGES(2), 1, 0);
	touch(BASE);
	(void)fault(BASE + PAGES(2), false);
	map_at(BASE + PAGES(1), 1, 0);
	return count() == 1;
}

/* Between two pages with anon_vmas of their own: does a new one join the one above? */
static uint64_t map_asks_next_first(void)
{
	(void)clear();
	map_at(BASE, 1, 0);
	map_at(BASE + PAGES(2), 1, 0);
	touch(BASE);
	touch(BASE + PAGES(2));
	map_at(BASE + PAGES(1), 1, 0);
	(void)count();
	return list.count == 2 && list.vma[1].start == BASE / PAGE_BYTES + 1;
}

/* A hole, and then memory that cannot be written: which of them is told? */
static uint64_t populate_passes_holes(void)
{
	(void)clear();
	(void)map(BASE + PAGES(1), 1, VMA_READ, PRIVATE | MMAP_FIXED);
	return attempt(VMA_OP_madvise, SYS_NR_MADVISE, BASE, PAGES(2), ADVICE_POPULATE_WRITE) ==
	       -MODEL_EINVAL;
}

/* Neighbours whose flags become equal, the changed one faulted and the other not. */
static uint64_t merges_unfaulted(void)
{
	(void)clear();
	map_at(BASE, 2, 0);
	(void)attempt(VMA_OP_madvise, SYS_NR_MADVISE, BASE + PAGES(1), PAGES(1), ADVICE_DONTFORK);
	touch(BASE);
	(void)attempt(VMA_OP_madvise, SYS_NR_MADVISE, BASE, PAGES(1), ADVICE_DONTFORK);
	return count() == 1;
}

static uint64_t unaccounts_readonly(void)
{
	(void)clear();
	map_at(BASE, 1, 0);
	(void)attempt(VMA_OP_mprotect, SYS_NR_MPROTECT, BASE, PAGES(1), VMA_READ);
	return (flags_at(BASE) & VMA_ACCOUNT) == 0;
}

/* Does a MAP_* flag set a VMA flag? */
static uint64_t map_sets(uint64_t map_flag, uint64_t vma_flag)
{
	(void)clear();
	map_at(BASE, 1, map_flag);
	return (flags_at(BASE) & vma_flag) != 0;
}

static uint64_t validate_knows_above4g(void)
{
	(void)clear();
	return map_object(BASE, 1, 0, MMAP_VALIDATE | MMAP_ABOVE4G) > 0;
}

/* Private memory of an object, written and moved: does what follows it in the object join it? */
static uint64_t anon_pgoff_kept(void)
{
	(void)clear();
	(void)map_object(BASE, 2, 0, MMAP_PRIVATE);
	touch(BASE);
	(void)remap(BASE, 2, 2, REMAP_MAYMOVE | REMAP_FIXED, AWAY);
	(void)map_object(AWAY + PAGES(2), 1, 2, MMAP_PRIVATE);
	return count() == 2;
}

static bool huge_aligned(uint64_t pages, uint64_t flags)
{
	int64_t at;

	(void)clear();
	at = map(0, pages, READ_WRITE, MMAP_ANONYMOUS | flags);
	return (uint64_t)at / PAGE_BYTES % HUGE_PAGES == 0;
}

static uint64_t thp_alignment(void)
{
	if (huge_aligned(HUGE_PAGES + 1, MMAP_PRIVATE))
		return 1;
	return huge_aligned(HUGE_PAGES, MMAP_PRIVATE) ? 2 : 0;
}

static int64_t advise(uint64_t advice)
{
	(void)clear();
	map_at(BASE, 1, 0);
	return attempt(VMA_OP_madvise, SYS_NR_MADVISE, BASE, PAGES(1), advice);
}

/* 0 none, 1 where advised, 2 everywhere. */
static uint64_t thp_mode(void)
{
	static char text[64];

	if (advise(ADVICE_HUGEPAGE) < 0)
		return 0;
	if (proc_file("/sys/kernel/mm/transparent_hugepage/enabled", text, sizeof(text)) < 8)
		return 1;
	return text[0] == '[' ? 2 : 1; /* "[always] madvise never" */
}

static uint64_t exec_only_protected(void)
{
	(void)clear();
	(void)map(BASE, 1, VMA_EXEC, PRIVATE | MMAP_FIXED);
	return fault(BASE, false) == -MODEL_EFAULT;
}

/* Two VMAs moved at once. */
static uint64_t remaps_several(void)
{
	(void)clear();
	map_at(BASE, 2, 0);
	(void)attempt(VMA_OP_mprotect, SYS_NR_MPROTECT, BASE, PAGES(1), VMA_READ);
	return remap(BASE, 2, 2, REMAP_MAYMOVE | REMAP_FIXED, AWAY) > 0;
}

/* A length that no memory has, without any change. */
static uint64_t remap_checks_length(void)
{
	(void)clear();
	map_at(BASE, 1, 0);
	return remap(BASE, SPACE_HIGH + 1, SPACE_HIGH + 1, 0, 0) == -MODEL_EINVAL;
}

/* Nothing at the source, and a bad target: which is noticed first? */
static uint64_t remap_looks_up_first(void)
{
	(void)clear();
	return remap(BASE, 1, 1, REMAP_MAYMOVE | REMAP_FIXED, AWAY + 1) == -MODEL_EFAULT;
}

/* A source that crosses its VMA's end: is the target gone? */
static uint64_t remap_unmaps_first(void)
{
	(void)clear();
	map_at(BASE, 1, 0);
	map_at(AWAY, 3, 0);
	(void)remap(BASE, 2, 3, REMAP_MAYMOVE | REMAP_FIXED, AWAY);
	return flags_at(AWAY) == 0;
}

/* Half of a locked VMA: does the other half stay locked? */
static uint64_t dontunmap_splits(void)
{
	(void)clear();
	map_at(BASE, 2, 0);
	(void)attempt(VMA_OP_mlock, SYS_NR_MLOCK, BASE, PAGES(2), 0);
	(void)remap(BASE, 1, 1, REMAP_MAYMOVE | REMAP_FIXED | REMAP_DONTUNMAP, AWAY);
	return (flags_at(BASE + PAGES(1)) & VMA_LOCKED) != 0;
}

/* Unfaulted memory copied right above itself, and below more of its kind. */
static uint64_t dontunmap_blocks_self(void)
{
	(void)clear();
	map_at(BASE, 3, 0);
	(void)remap(BASE, 1, 1, REMAP_MAYMOVE | REMAP_FIXED | REMAP_DONTUNMAP, BASE + PAGES(1));
	return count() - 1;
}

/* Lengths that are equal in pages only. */
static uint64_t dontunmap_counts_bytes(void)
{
	(void)clear();
	map_at(BASE, 1, 0);
	return kernel_call(SYS_NR_MREMAP, BASE, PAGE_BYTES - 1, PAGE_BYTES,
			   REMAP_MAYMOVE | REMAP_FIXED | REMAP_DONTUNMAP, AWAY, 0) == -MODEL_EINVAL;
}

/* A source that was faulted and moved before: fresh memory beside it tells which offset it has now. */
static void dontunmap_source(struct vma_rules *rules)
{
	uint64_t at = BASE + PAGES(8);

	(void)clear();
	map_at(BASE, 2, 0);
	touch(BASE);
	(void)remap(BASE, 2, 2, REMAP_MAYMOVE | REMAP_FIXED, at);
	(void)remap(at, 2, 2, REMAP_MAYMOVE | REMAP_FIXED | REMAP_DONTUNMAP, BASE + PAGES(16));
	rules->dontunmap_unaccounts = (flags_at(at) & VMA_ACCOUNT) == 0;
	map_at(at + PAGES(2), 2, 0);
	rules->dontunmap_reset_pgoff = count() == 2 && rules->dontunmap_unaccounts == 0;
}

/* Locked memory copied and all of it unmapped: is anything still counted? */
static uint64_t dontunmap_leaks(void)
{
	uint64_t before;

	(void)clear();
	before = proc_locked();
	map_at(BASE, 1, 0);
	(void)attempt(VMA_OP_mlock, SYS_NR_MLOCK, BASE, PAGES(1), 0);
	(void)remap(BASE, 1, 1, REMAP_MAYMOVE | REMAP_FIXED | REMAP_DONTUNMAP, AWAY);
	(void)clear();
	return proc_locked() != before;
}

/* Of as many pages as wrap an int around to 0, are none counted as locked? @now: what is so where it cannot be tried. */
static uint64_t lock_counts_int(uint64_t now)
{
	uint64_t before, pages = 0x100000000;

	(void)clear();
	before = proc_locked();
	if (map(BASE, pages, 0, PRIVATE | MMAP_FIXED | MMAP_NORESERVE) < 0 ||
	    attempt(VMA_OP_mlock2, SYS_NR_MLOCK2, BASE, PAGES(pages), 1) < 0)
		return now;
	return proc_locked() == before;
}

static void probe_map(struct vma_rules *rules)
{
	rules->zero_page = reads_zero_page();
	if (!refuses[VMA_OP_madvise])
		rules->merge_unfaulted = merges_unfaulted();
	rules->map_next_first = map_asks_next_first();
	rules->populate_passes_holes = populate_passes_holes();
	rules->stack_pages = host_stack_pages();
	rules->mdwe = host_denies_write_exec();
	rules->unaccount_readonly = unaccounts_readonly();
	rules->noreserve_flag = map_sets(MMAP_NORESERVE, VMA_NORESERVE);
	rules->stack_nohugepage = map_sets(MMAP_STACK, VMA_NOHUGEPAGE);
	rules->map_above4g = validate_knows_above4g();
	rules->thp_align = thp_alignment();
	rules->shared_align = huge_aligned(HUGE_PAGES, MMAP_SHARED);
	rules->willneed_anon = advise(ADVICE_WILLNEED) == 0;
	rules->thp = thp_mode();
	rules->ksm = advise(ADVICE_MERGEABLE) == 0;
	rules->exec_only_pkey = exec_only_protected();
	rules->mlock_count_int = lock_counts_int(rules->mlock_count_int);
}

static void probe_remap(struct vma_rules *rules)
{
	rules->mremap_multi = remaps_several();
	rules->mremap_length = remap_checks_length();
	rules->mremap_lookup_first = remap_looks_up_first();
	rules->mremap_unmaps_first = remap_unmaps_first();
	rules->dontunmap_split = dontunmap_splits();
	rules->dontunmap_self_block = dontunmap_blocks_self();
	rules->dontunmap_bytes = dontunmap_counts_bytes();
	dontunmap_source(rules);
	rules->anon_pgoff = anon_pgoff_kept();
	rules->dontunmap_locked_leak = dontunmap_leaks();
}

void probe_rules(struct vma_rules *rules, const bool refused[OP_META], int64_t file)
{
	refuses = refused;
	object_file = (uint64_t)file;
	probe_map(rules);
	if (!refused[VMA_OP_mremap])
		probe_remap(rules);
	(void)clear();
}
