/* Included before page_alloc.c: the pageblock order of the geometry that is being built. */
/* SPDX-License-Identifier: MIT */
#ifdef BUDDY_PAGEBLOCK_ORDER
#include <linux/pageblock-flags.h>
#undef pageblock_order
#define pageblock_order BUDDY_PAGEBLOCK_ORDER
#endif
