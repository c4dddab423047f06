/* The unmodified page_alloc.c, and the boot of one zone whose page frames are memory of this process. */
/* SPDX-License-Identifier: MIT */
#define HAVE_ARCH_ALLOC_PAGE
struct page;
static void arch_alloc_page(struct page *page, int order);
#include <mm/page_alloc.c>
#include <linux/version.h>
#include "glue.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define MAX_PAGE_ORDER (MAX_ORDER - 1)
#define NR_PAGE_ORDERS MAX_ORDER
#define __free_pages_core(page, order, context) __free_pages_core(page, order)
#endif

#include "../node.h"

static unsigned long page_first; /* PFN of the first page frame */

/* Splitting and merging stay within blocks of the largest order, or meet the first pages of others. */
static void arch_alloc_page(struct page *page, int order)
{
	BUILD_BUG_ON(1u << MAX_PAGE_ORDER != MM_BLOCK_PAGES);
	shim_host.blocks_dirty[(page_to_pfn(page) - page_first) / MM_BLOCK_PAGES] = 1;
}

/* The node's lists of pages in use. */
static void lru_init(pg_data_t *node)
{
	lruvec_init(&node->__lruvec);
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
	spin_lock_init(&node->deferred_split_queue.split_queue_lock);
	INIT_LIST_HEAD(&node->deferred_split_queue.split_queue);
#endif
}

static void pages_init(unsigned long start, unsigned long pages)
{
	page_first = start;
	mem_map = (struct page *)shim_host.page_map - start;
	max_mapnr = start + pages;
	highest_memmap_pfn = start + pages;
	zone_real()->pageblock_flags =
	    shim_allocate((pages / pageblock_nr_pages + 64) * NR_PAGEBLOCK_BITS / 8);
	for (unsigned long pfn = start; pfn < start + pages; pfn++)
		page_init(pfn, true);
}

/* @start and @pages: multiples of MM_BLOCK_PAGES. */
void zone_boot(unsigned long start, unsigned long pages)
{
	node_init(start, pages);
	lru_init(NODE_DATA(0));
	pages_init(start, pages);
	build_zonelists(NODE_DATA(0));
	for (unsigned long pfn = start; pfn < start + pages; pfn += MM_BLOCK_PAGES)
		__free_pages_core(pfn_to_page(pfn), MAX_PAGE_ORDER, MEMINIT_EARLY);
	setup_zone_pageset(zone_real());
	init_per_zone_wmark_min();
	gfp_allowed_mask = __GFP_BITS_MASK;
}

/* Those on per-cpu lists included. */
unsigned long zone_free_pages(void)
{
	const struct zone *zone = zone_real();

	return atomic_long_read(&zone->vm_stat[NR_FREE_PAGES]) +
	       this_cpu_ptr(zone->per_cpu_pageset)->count;
}
