/* mm/ in this process: its memory, saved and restored, its calls, and what /proc would tell of it. */
/* SPDX-License-Identifier: MIT */
#include "inside.h"
#include "calls.h"
#include "proc.h"
#include "../../shim/linux/mm.h"

#define FRAMES 0x50000ull /* more than the model lets a case fault in, and their page tables */
#define BLOCKS (FRAMES / MM_BLOCK_PAGES)
#define HEAP_BYTES (64ull << 20)
#define STACK_BYTES (8ull << 20)
#define PRLIMIT_STACK 3u
#define SYS_NR_SIGPROCMASK 14

static struct {
	struct mm_image image[MM_IMAGES + 1]; /* the last: the heap */
	void *saved[MM_IMAGES + 1];
	uint8_t *map, *map_saved;
	uint8_t dirty[BLOCKS], dirty_always[BLOCKS];
} inside;

static void die(const char *text)
{
	size_t bytes = 0;

	while (text[bytes] != '\0')
		bytes++;
	(void)sys_call(SYS_NR_WRITE, 2, (uint64_t)text, bytes, 0, 0, 0);
	(void)sys_call(SYS_NR_WRITE, 2, (uint64_t) "\n", 1, 0, 0, 0);
	__builtin_trap();
}

static bool memory_save(void)
{
	bool saved = true;

	for (uint32_t i = 0; i <= MM_IMAGES; i++) {
		inside.saved[i] = sys_copy(inside.image[i].start, inside.image[i].bytes);
		saved = saved && inside.saved[i] != NULL;
	}
	inside.map_saved = sys_copy(inside.map, FRAMES * kernel_mm.page_bytes);
	memcpy(inside.dirty_always, inside.dirty, BLOCKS);
	return saved && inside.map_saved != NULL;
}

bool inside_open(void)
{
	const struct mm_layout layout = {
		.task_size = SPACE_HIGH * PAGE_BYTES,
		.mmap_base = SPACE_TOP * PAGE_BYTES,
		.brk = SPACE_HEAP * PAGE_BYTES,
		.stack_bytes = STACK_BYTES,
		.object_pages = { OBJECT_A_PAGES, OBJECT_B_PAGES },
	};
	struct mm_host host = {
		.memory = sys_map_lazy(FRAMES * PAGE_BYTES),
		.pages = FRAMES,
		.page_map = sys_map_lazy(FRAMES * kernel_mm.page_bytes),
		.heap = sys_map_lazy(HEAP_BYTES),
		.heap_bytes = HEAP_BYTES,
		.blocks_dirty = inside.dirty,
		.die = die,
	};

	if (host.memory == NULL || host.page_map == NULL || host.heap == NULL)
		return false;
	kernel_mm.boot(&host, &layout);
	kernel_mm.images(inside.image);
	inside.image[MM_IMAGES] = (struct mm_image){ host.heap, kernel_mm.heap_used() };
	inside.map = host.page_map;
	return memory_save();
}

/* Splitting and merging stay within blocks, but lists go through the first page of any. */
static void page_map_restore(void)
{
	uint64_t bytes = MM_BLOCK_PAGES * kernel_mm.page_bytes;

	for (uint32_t i = 0; i < BLOCKS; i++) {
		bool dirty = inside.dirty[i] || inside.dirty_always[i];
		uint64_t at = i * bytes;

		memcpy(inside.map + at, inside.map_saved + at,
		       dirty ? bytes : kernel_mm.page_bytes);
		inside.dirty[i] = 0;
	}
}

void inside_restore(void)
{
	for (uint32_t i = 0; i <= MM_IMAGES; i++)
		memcpy(inside.image[i].start, inside.saved[i], inside.image[i].bytes);
	page_map_restore();
}

void inside_finish(void)
{
	if (kernel_mm.leak() != 0)
		die("pages did not come back when the address space was taken down");
}

/* Calls that the kernel makes use of user memory for. */
static int64_t reach(uint64_t addr, bool write, int64_t value)
{
	int64_t result = kernel_mm.fault(addr, write);

	return result < 0 ? result : value;
}

static int64_t limit_get(uint64_t resource, uint64_t *limit)
{
	limit[0] = resource == PRLIMIT_STACK ? STACK_BYTES : UINT64_MAX;
	return 0;
}

int64_t kernel_call(int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
		    uint64_t f)
{
	switch (number) {
	case SYS_NR_GETRANDOM:
		return reach(a, true, 1);
	case SYS_NR_PWRITE:
		return reach(b, false, 1);
	case SYS_NR_SIGPROCMASK: /* takes a set, or gives one */
		return reach(b != 0 ? b : c, b == 0, 0);
	case SYS_NR_PRLIMIT:
		return limit_get(b, (uint64_t *)d);
	default:
		return kernel_mm.call(number, (uint64_t[]){ a, b, c, d, e, f });
	}
}

bool proc_has_query(void)
{
	return true;
}

bool proc_query(uint64_t page, struct proc_vma *vma)
{
	struct mm_vma found;

	if (!kernel_mm.vma_after(page, &found))
		return false;
	*vma = (struct proc_vma){ found.start, found.end, found.pgoff, found.flags, found.inode };
	return true;
}

void proc_maps(uint64_t low, struct proc_list *list)
{
	struct proc_vma vma;

	list->count = 0;
	while (list->count < PROC_VMAS_MAX && proc_query(low, &vma)) {
		list->vma[list->count++] = vma;
		low = vma.end;
	}
}

void proc_smaps(uint64_t low, struct proc_list *list)
{
	proc_maps(low, list);
}

void proc_counters(struct proc_counters *counters)
{
	struct mm_counters now;

	kernel_mm.counters(&now);
	counters->total_vm = now.total_vm;
	counters->data_vm = now.data_vm;
}

uint64_t proc_locked(void)
{
	struct mm_counters now;

	kernel_mm.counters(&now);
	return now.locked_vm;
}

int64_t proc_file(const char *path, char *to, size_t bytes)
{
	(void)path;
	(void)to;
	(void)bytes;
	return -MODEL_ENOTSUP;
}
