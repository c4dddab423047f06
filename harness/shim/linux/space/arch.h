/* Included before arch/x86/kernel/sys_x86_64.c, x86's own placement of mappings: what ARCH=um has not of x86. */
/* SPDX-License-Identifier: MIT */
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/sched/mm.h>
#include <uapi/asm/mman.h>

#define DEFAULT_MAP_WINDOW ((1UL << 47) - PAGE_SIZE)
#define TASK_SIZE_MAX TASK_SIZE
#define in_32bit_syscall() false
#define mmap_is_ia32() 0

enum { ALIGN_VA_32 = 1, ALIGN_VA_64 = 2 };
/* No processor of the one kind whose caches alias. */
static struct {
	int flags;
	unsigned long mask, bits;
} va_align = { .flags = -1 };

static unsigned long task_size_32bit(void)
{
	return 0xffffe000;
}

static unsigned long task_size_64bit(int full)
{
	return DEFAULT_MAP_WINDOW;
}

static unsigned long get_mmap_base(int legacy)
{
	return legacy ? current->mm->mmap_legacy_base : current->mm->mmap_base;
}

static bool mmap_address_hint_valid(unsigned long addr, unsigned long bytes)
{
	return bytes <= TASK_SIZE && addr <= TASK_SIZE - bytes;
}
