/* The kernel's calls and the state that they leave, as mm.h offers them. */
/* SPDX-License-Identifier: MIT */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/syscalls.h>
#include <linux/rmap.h>
#include <linux/mman.h>
#include <linux/file.h>
#include <linux/percpu_counter.h>
#include <linux/swap.h>
#include <linux/version.h>
#include "internal.h"
#include "glue.h"

#define ZONE_FIRST_PFN 0x1000ul
#define FD_FIRST 3 /* of the objects */
#define ENOUGH_PAGES (1ul << 52)

extern unsigned long uml_physmem, task_size;
/* That of x86, which no header declares. */
long sys_mmap(unsigned long addr, unsigned long bytes, unsigned long prot, unsigned long flags,
	      unsigned long fd, unsigned long offset);
extern char data_start[] __asm__("__start_mm_data"), data_stop[] __asm__("__stop_mm_data");
extern char bss_start[] __asm__("__start_mm_bss"), bss_stop[] __asm__("__stop_mm_bss");

static struct file *objects[MM_OBJECTS];
static unsigned long pages_at_boot; /* free, before there was an address space */

static void mm_images(struct mm_image image[MM_IMAGES])
{
	image[0] = (struct mm_image){ data_start, (uint64_t)(data_stop - data_start) };
	image[1] = (struct mm_image){ bss_start, (uint64_t)(bss_stop - bss_start) };
	image[2] = (struct mm_image){ current->mm->pgd, PAGE_SIZE };
}

static uint64_t mm_heap_used(void)
{
	return shim_allocated();
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
extern unsigned long *empty_zero_page, zero_pfn;
static void zero_page_boot(void)
{
	empty_zero_page = (void *)get_zeroed_page(GFP_KERNEL);
	zero_pfn = page_to_pfn(virt_to_page(empty_zero_page));
}
#else
extern unsigned long zero_page_pfn;
static void zero_page_boot(void)
{
	__zero_page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	zero_page_pfn = page_to_pfn(__zero_page);
}
#endif

static void topdown_set(struct mm_struct *mm)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	mm_flags_set(MMF_TOPDOWN, mm);
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
	set_bit(MMF_TOPDOWN, &mm->flags);
#else
	mm->get_unmapped_area = arch_get_unmapped_area_topdown;
#endif
}

/* As exec leaves it without randomisation, but for the mappings. */
static struct mm_struct *space_new(const struct mm_layout *layout)
{
	struct mm_struct *mm = mm_alloc();

	mm->task_size = layout->task_size;
	mm->mmap_base = layout->mmap_base;
	mm->mmap_legacy_base = PAGE_ALIGN(layout->task_size / 3);
	mm->start_brk = layout->brk;
	mm->brk = layout->brk;
	topdown_set(mm);
	return mm;
}

static void mm_boot(const struct mm_host *host, const struct mm_layout *layout)
{
	uml_physmem = (unsigned long)host->memory - (ZONE_FIRST_PFN << PAGE_SHIFT);
	task_size = layout->task_size;
	shim_boot(host, layout);
	zone_boot(ZONE_FIRST_PFN, host->pages);
	zero_page_boot();
	fork_boot();
	ksm_boot();
	anon_vma_init();
	maple_tree_init();
	radix_tree_init();
	shmem_boot();
	for (int i = 0; i < MM_OBJECTS; i++)
		objects[i] = shmem_object(layout->object_pages[i] << PAGE_SHIFT);
	/* No mapping is refused for what the machine has. */
	atomic_long_set(&_totalram_pages, ENOUGH_PAGES);
	pages_at_boot = zone_free_pages();
	current->mm = current->active_mm = space_new(layout);
	shim_settle();
}

FUNCTION(struct file *, fget, (unsigned int fd))
{
	unsigned int i = fd - FD_FIRST;

	return i < MM_OBJECTS ? get_file(objects[i]) : NULL;
}

static long call_run(int64_t number, const uint64_t *a)
{
	switch (number) {
	case __NR_mmap:
		return sys_mmap(a[0], a[1], a[2], a[3], a[4], a[5]);
	case __NR_mprotect:
		return sys_mprotect(a[0], a[1], a[2]);
	case __NR_munmap:
		return sys_munmap(a[0], a[1]);
	case __NR_brk:
		return sys_brk(a[0]);
	case __NR_mremap:
		return sys_mremap(a[0], a[1], a[2], a[3], a[4]);
	case __NR_msync:
		return sys_msync(a[0], a[1], a[2]);
	case __NR_madvise:
		return sys_madvise(a[0], a[1], a[2]);
	case __NR_mlock:
		return sys_mlock(a[0], a[1]);
	case __NR_mlock2:
		return sys_mlock2(a[0], a[1], a[2]);
	case __NR_munlock:
		return sys_munlock(a[0], a[1]);
	case __NR_mlockall:
		return sys_mlockall(a[0]);
	case __NR_munlockall:
		return sys_munlockall();
	default:
		return -ENOSYS;
	}
}

/* What a call leaves locked, the next one would wait for without end. */
static void call_end(void)
{
	shim_settle();
	if (rwsem_is_locked(&current->mm->mmap_lock))
		shim_die("a lock is held: mmap_lock", NULL, 0);
}

static int64_t mm_call(int64_t number, const uint64_t argument[6])
{
	long result = call_run(number, argument);

	call_end();
	return result;
}

/* Is the access allowed? As on x86 what can be written can be read. */
static bool may_access(const struct vm_area_struct *vma, bool write)
{
	return vma->vm_flags & (write ? VM_WRITE : VM_READ | VM_WRITE | VM_EXEC);
}

/* The VMA that holds @addr, which a stack may have to grow to. NULL, and the lock is gone, if there is none. */
static struct vm_area_struct *vma_for(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	if (vma && vma->vm_start <= addr)
		return vma;
	if (vma && (vma->vm_flags & VM_GROWSDOWN))
		return expand_stack(mm, addr);
	mmap_read_unlock(mm);
	return NULL;
}

static int64_t fault_run(unsigned long addr, bool write)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	vm_fault_t fault = VM_FAULT_SIGSEGV;

	if (addr >= TASK_SIZE)
		return -EFAULT;
	mmap_read_lock(mm);
	vma = vma_for(mm, addr);
	if (!vma)
		return -EFAULT;
	if (may_access(vma, write))
		fault = handle_mm_fault(vma, addr,
					FAULT_FLAG_DEFAULT | (write ? FAULT_FLAG_WRITE : 0), NULL);
	if (!(fault & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
		mmap_read_unlock(mm);
	return fault & VM_FAULT_ERROR ? -EFAULT : 0;
}

/* Where the page is present and lets it, nothing faults. */
static bool is_present(unsigned long addr, bool write)
{
	pgd_t *pgd = pgd_offset(current->mm, addr);
	p4d_t *p4d = p4d_offset(pgd, addr);
	pud_t *pud;
	pmd_t *pmd;
	pte_t pte;

	if (addr >= TASK_SIZE || p4d_none(*p4d))
		return false;
	pud = pud_offset(p4d, addr);
	if (pud_none(*pud))
		return false;
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd))
		return false;
	pte = *pte_offset_kernel(pmd, addr);
	return pte_present(pte) && (write ? pte_write(pte) : pte_read(pte));
}

static int64_t mm_fault(uint64_t addr, bool write)
{
	int64_t result = is_present(addr, write) ? 0 : fault_run(addr, write);

	call_end();
	return result;
}

static bool mm_vma_after(uint64_t page, struct mm_vma *out)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	if (page >= TASK_SIZE >> PAGE_SHIFT)
		return false;
	mmap_read_lock(mm);
	vma = find_vma(mm, page << PAGE_SHIFT);
	mmap_read_unlock(mm);
	if (!vma)
		return false;
	out->start = vma->vm_start >> PAGE_SHIFT;
	out->end = vma->vm_end >> PAGE_SHIFT;
	out->pgoff = vma->vm_pgoff;
	out->flags = vma->vm_flags;
	out->inode = vma->vm_file ? file_inode(vma->vm_file)->i_ino + 1 : 0;
	return true;
}

static void mm_counters(struct mm_counters *counters)
{
	const struct mm_struct *mm = current->mm;

	counters->total_vm = mm->total_vm;
	counters->data_vm = mm->data_vm + mm->stack_vm; /* as /proc counts it */
	counters->locked_vm = mm->locked_vm;
	counters->map_count = (uint64_t)mm->map_count;
}

static int64_t mm_leak(void)
{
	struct mm_struct *mm = current->mm;

	current->mm = current->active_mm = NULL;
	mmput(mm);
	for (int i = 0; i < MM_OBJECTS; i++)
		fput(objects[i]);
	shim_settle();
	lru_add_drain_all();
	return (int64_t)(pages_at_boot - zone_free_pages());
}

const struct mm_kernel kernel_mm = {
	.page_bytes = sizeof(struct page),
	.images = mm_images,
	.boot = mm_boot,
	.heap_used = mm_heap_used,
	.call = mm_call,
	.fault = mm_fault,
	.vma_after = mm_vma_after,
	.counters = mm_counters,
	.leak = mm_leak,
};
