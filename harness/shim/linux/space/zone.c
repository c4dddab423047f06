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

static unsigned long page_first; /* PFN of the first page frame */

static struct zone *zone_real(void)
{
	return &NODE_DATA(0)->node_zones[ZONE_NORMAL];
}

/* Splitting and merging stay within blocks of the largest order, or meet the first pages of others. */
static void arch_alloc_page(struct page *page, int order)
{
	BUILD_BUG_ON(1u << MAX_PAGE_ORDER != MM_BLOCK_PAGES);
	shim_host.blocks_dirty[(page_to_pfn(page) - page_first) / MM_BLOCK_PAGES] = 1;
}

static void lists_init(struct zone *zone)
{
	for (int order = 0; order < NR_PAGE_ORDERS; order++)
		for (int type = 0; type < MIGRATE_TYPES; type++)
			INIT_LIST_HEAD(&zone->free_area[order].free_list[type]);
}

static void node_init(unsigned long start, unsigned long pages)
{
	pg_data_t *node = NODE_DATA(0);
	struct zone *zone = zone_real();

	for (int i = 0; i < MAX_NR_ZONES; i++) {
		struct zone *each = &node->node_zones[i];

		each->name = zone_names[i];
		each->zone_pgdat = node;
		spin_lock_init(&each->lock);
		each->per_cpu_pageset = &boot_pageset;
		lists_init(each);
	}
	lruvec_init(&node->__lruvec);
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
	spin_lock_init(&node->deferred_split_queue.split_queue_lock);
	INIT_LIST_HEAD(&node->deferred_split_queue.split_queue);
#endif
	per_cpu_pages_init(this_cpu_ptr(&boot_pageset), this_cpu_ptr(&boot_zonestats));
	zone->zone_start_pfn = start;
	zone->spanned_pages = pages;
	zone->present_pages = pages;
	zone->initialized = 1;
	node->node_start_pfn = start;
	node->node_spanned_pages = pages;
	node->node_present_pages = pages;
	node->nr_zones = ZONE_NORMAL + 1;
}

static void pages_init(unsigned long start, unsigned long pages)
{
	page_first = start;
	mem_map = (struct page *)shim_host.page_map - start;
	max_mapnr = start + pages;
	highest_memmap_pfn = start + pages;
	zone_real()->pageblock_flags =
	    shim_allocate((pages / pageblock_nr_pages + 64) * NR_PAGEBLOCK_BITS / 8);
	for (unsigned long pfn = start; pfn < start + pages; pfn++) {
		struct page *page = pfn_to_page(pfn);

		set_page_links(page, ZONE_NORMAL, 0, pfn);
		init_page_count(page);
		atomic_set(&page->_mapcount, -1);
		INIT_LIST_HEAD(&page->lru);
		__SetPageReserved(page);
		if (pageblock_aligned(pfn))
			set_pageblock_migratetype(page, MIGRATE_MOVABLE);
	}
}

/* @start and @pages: multiples of MM_BLOCK_PAGES. */
void zone_boot(unsigned long start, unsigned long pages)
{
	node_init(start, pages);
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
