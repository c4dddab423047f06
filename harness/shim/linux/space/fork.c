/* The unmodified kernel/fork.c, for what is static there: the caches of address spaces, and their copies. */
/* SPDX-License-Identifier: MIT */
#include <kernel/fork.c>
#include <linux/version.h>
#include "glue.h"

void fork_boot(void)
{
	mm_cache_init();
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
	vma_state_init();
#else
	vm_area_cachep = KMEM_CACHE(vm_area_struct, SLAB_PANIC | SLAB_ACCOUNT);
#endif
	mmap_init();
}
