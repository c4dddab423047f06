/* Included behind page_alloc.c: one node with one zone, as boot makes it before page_alloc.c has its say. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_NODE_H
#define MEMORACLE_SHIM_NODE_H

static struct zone *zone_real(void)
{
	return &NODE_DATA(0)->node_zones[ZONE_NORMAL];
}

static void lists_init(struct zone *zone)
{
	for (int order = 0; order < NR_PAGE_ORDERS; order++)
		for (int type = 0; type < MIGRATE_TYPES; type++)
			INIT_LIST_HEAD(&zone->free_area[order].free_list[type]);
}

/* What free_area_init() and its like do. */
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

/* A page that nobody has yet, of the zone or @inside no: of another. Whole pageblocks are movable at boot. */
static void page_init(unsigned long pfn, bool inside)
{
	struct page *page = pfn_to_page(pfn);

	set_page_links(page, inside ? ZONE_NORMAL : ZONE_MOVABLE, 0, pfn);
	init_page_count(page);
	atomic_set(&page->_mapcount, -1);
	INIT_LIST_HEAD(&page->lru);
	__SetPageReserved(page);
	if (inside && pageblock_aligned(pfn))
		set_pageblock_migratetype(page, MIGRATE_MOVABLE);
}

#endif
