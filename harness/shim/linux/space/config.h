/* Included after the configuration: what ARCH=um is given of x86-64. */
/* SPDX-License-Identifier: MIT */
#include <linux/version.h>
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#undef CONFIG_PGTABLE_LEVELS
#define CONFIG_PGTABLE_LEVELS 4
#endif
/* Huge pages are built in, as distributions have them, and never used unless the kernel is told to. */
#define CONFIG_TRANSPARENT_HUGEPAGE 1
#define CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE 1
#define CONFIG_TRANSPARENT_HUGEPAGE_NEVER 1
#define CONFIG_PGTABLE_HAS_HUGE_LEAVES 1
#define CONFIG_MM_ID 1
/* arch/x86/kernel/sys_x86_64.c */
#define HAVE_ARCH_UNMAPPED_AREA
#define HAVE_ARCH_UNMAPPED_AREA_TOPDOWN
