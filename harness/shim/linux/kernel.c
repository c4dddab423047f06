/* The unmodified page_alloc.c of a source tree, with what builds a zone and looks into it. */
/* SPDX-License-Identifier: MIT */
#include SHIM_PAGE_ALLOC
#include "node.h"
#include "stubs.h"
#include "../../../model/buddy/gfp.h"

#define ENUM_NAME(kind, id) BUDDY_##kind##_##id
enum {
#define FIELD(id, key_form, value_form, names, doc) ENUM_NAME(FIELD, id),
#include "../../../model/buddy/view.def"
#undef FIELD
};

#define ZONE_PAGES_MAX 32768   /* of any geometry */
#define NODE_FREE 0x80000000ul /* + order * types + type; see model/buddy/region.def */
#define NODE_PCP 0x80001000ul  /* + index */

extern char data_start[] __asm__("__start_" SHIM_DATA);
extern char data_stop[] __asm__("__stop_" SHIM_DATA);
extern char bss_start[] __asm__("__start_" SHIM_BSS);
extern char bss_stop[] __asm__("__stop_" SHIM_BSS);

static unsigned long page_first, page_end; /* PFNs that mem_map covers */

static struct per_cpu_pages *pcp_real(void)
{
	return this_cpu_ptr(zone_real()->per_cpu_pageset);
}

static void kernel_images(struct kernel_image image[2])
{
	image[0].start = data_start;
	image[0].bytes = (uint64_t)(data_stop - data_start);
	image[1].start = bss_start;
	image[1].bytes = (uint64_t)(bss_stop - bss_start);
}

/* The page array reaches from one multiple of the largest block to another; the pages outside the
 * zone belong to another one. */
static void pages_init(unsigned long start, unsigned long count)
{
	unsigned long largest = 1ul << MAX_PAGE_ORDER;
	unsigned long blocks;

	page_first = ALIGN_DOWN(start, largest);
	page_end = ALIGN(start + count, largest);
	blocks = (page_end - page_first) / pageblock_nr_pages;
	mem_map = (struct page *)shim_allocate((page_end - page_first) * sizeof(struct page)) -
		  page_first;
	max_mapnr = page_end;
	zone_real()->pageblock_flags = shim_allocate((blocks + 64) * NR_PAGEBLOCK_BITS / 8);
	for (unsigned long pfn = page_first; pfn < page_end; pfn++)
		page_init(pfn, pfn >= start && pfn < start + count);
}

/* In memblock's order: ascending, the largest aligned blocks. */
static void pages_free(unsigned long start, unsigned long end)
{
	while (start < end) {
		unsigned int order =
		    start ? min_t(unsigned int, MAX_PAGE_ORDER, __ffs(start)) : MAX_PAGE_ORDER;

		while (start + (1ul << order) > end)
			order--;
		__free_pages_core(pfn_to_page(start), order, MEMINIT_EARLY);
		start += 1ul << order;
	}
}

static void kernel_init(struct kernel_zone *zone)
{
	shim.memory = zone->memory;
	shim.memory_left = zone->memory_bytes;
	node_init(zone->start_pfn, zone->pages);
	pages_init(zone->start_pfn, zone->pages);
	build_zonelists(NODE_DATA(0));
	pages_free(zone->start_pfn, zone->start_pfn + zone->pages);
	setup_zone_pageset(zone_real()); /* boot does this before the watermarks */
	init_per_zone_wmark_min();
	gfp_allowed_mask = __GFP_BITS_MASK;
	zone->memory_bytes -= shim.memory_left;
}

static void kernel_set(const struct kernel_settings *settings)
{
	struct zone *zone = zone_real();

	watermark_boost_factor = (int)settings->watermark_boost_factor;
	watermark_scale_factor = (int)settings->watermark_scale_factor;
	percpu_pagelist_high_fraction = settings->high_fraction < MIN_PERCPU_PAGELIST_HIGH_FRACTION
					    ? 0
					    : (int)settings->high_fraction;
	if (settings->min_free_kbytes != 0)
		min_free_kbytes = (int)settings->min_free_kbytes;
	setup_per_zone_wmarks();
	zone_pcp_update(zone, 0);
	if (settings->batch != 0)
		__zone_set_pageset_high_and_batch(zone, zone->pageset_high_min,
						  zone->pageset_high_max, settings->batch);
}

static void kernel_log(struct os *os, uint64_t reclaimed)
{
	shim.os = os;
	shim.reclaimed = reclaimed;
}

/*
 * The flags of a call are those of the header that the model's are taken from. Reports of failure are not
 * compared, and would count as damage; pages have no contents that could be cleared.
 */
static gfp_t gfp_of(uint32_t gfp)
{
	BUILD_BUG_ON(___GFP_MOVABLE != BUDDY_GFP_MOVABLE || ___GFP_HIGH != BUDDY_GFP_HIGH ||
		     ___GFP_DIRECT_RECLAIM != BUDDY_GFP_DIRECT ||
		     ___GFP_KSWAPD_RECLAIM != BUDDY_GFP_KSWAPD ||
		     ___GFP_RETRY_MAYFAIL != BUDDY_GFP_RETRY_MAYFAIL ||
		     ___GFP_NORETRY != BUDDY_GFP_NORETRY || ___GFP_MEMALLOC != BUDDY_GFP_MEMALLOC ||
		     ___GFP_NOMEMALLOC != BUDDY_GFP_NOMEMALLOC || ___GFP_COMP != BUDDY_GFP_COMP);
	return (gfp | __GFP_NOWARN) & ~__GFP_ZERO;
}

static uint64_t kernel_alloc(uint32_t order, uint32_t gfp)
{
	struct page *page = __alloc_pages_noprof(gfp_of(gfp), order, 0, NULL);

	return page ? page_to_pfn(page) : KERNEL_NO_PFN;
}

/* The array of a bulk of any count: more pages than any zone has are never had. All NULL between calls. */
static struct page *bulk_pages[ZONE_PAGES_MAX + 1] __attribute__((section("shim_kept")));

static uint64_t kernel_bulk(uint32_t count, uint32_t gfp, uint64_t *pfn, uint32_t room)
{
	unsigned long got =
	    alloc_pages_bulk_noprof(gfp_of(gfp), 0, NULL, (int)count, NULL, bulk_pages);

	for (unsigned long i = 0; i < got; i++) {
		if (i < room)
			pfn[i] = page_to_pfn(bulk_pages[i]);
		bulk_pages[i] = NULL;
	}
	return got;
}

static bool marked; /* since the case began, a page has been */

static void kernel_mark_lru(uint64_t pfn, uint32_t order, bool on)
{
	struct page *page = pfn_to_page(pfn);

	for (uint32_t i = 0; i < 1u << order; i++) {
		if (on)
			SetPageLRU(page + i);
		else
			ClearPageLRU(page + i);
	}
	marked |= on;
}

static void kernel_free(uint64_t pfn, uint32_t order)
{
	if (marked)
		kernel_mark_lru(pfn, order, false);
	__free_pages(pfn_to_page(pfn), order);
}

static void kernel_split(uint64_t pfn, uint32_t order)
{
	split_page(pfn_to_page(pfn), order);
}

static void kernel_drain(void)
{
	drain_all_pages(NULL);
}

static uint64_t kernel_trouble(void)
{
	return shim_trouble;
}

/* ---- looking into the state */

static struct list_head *list_of(uint32_t node)
{
	struct zone *zone = zone_real();

	if (node >= page_first && node < page_end)
		return &pfn_to_page(node)->lru;
	if (node >= NODE_PCP && node < NODE_PCP + NR_PCP_LISTS)
		return &pcp_real()->lists[node - NODE_PCP];
	if (node >= NODE_FREE && node < NODE_FREE + NR_PAGE_ORDERS * MIGRATE_TYPES) {
		node -= NODE_FREE;
		return &zone->free_area[node / MIGRATE_TYPES].free_list[node % MIGRATE_TYPES];
	}
	return NULL;
}

/* The node whose links lie at @list; CELL_ABSENT if nothing that the view knows lies there. */
static uint64_t node_of(const struct list_head *list)
{
	uint64_t page =
	    (uint64_t)list - offsetof(struct page, lru) - (uint64_t)(mem_map + page_first);
	uint64_t free = (uint64_t)list - (uint64_t)zone_real()->free_area;
	uint64_t pcp = (uint64_t)list - (uint64_t)pcp_real()->lists;

	if (page < (page_end - page_first) * sizeof(struct page))
		return page % sizeof(struct page) ? CELL_ABSENT
						  : page_first + page / sizeof(struct page);
	if (free < sizeof(zone_real()->free_area)) {
		uint64_t order = free / sizeof(struct free_area);
		uint64_t type = free % sizeof(struct free_area) / sizeof(struct list_head);

		return type < MIGRATE_TYPES ? NODE_FREE + order * MIGRATE_TYPES + type
					    : CELL_ABSENT;
	}
	if (pcp < sizeof(pcp_real()->lists))
		return NODE_PCP + pcp / sizeof(struct list_head);
	return CELL_ABSENT;
}

/* The type of the pageblock that begins at @pfn, which may lie before the zone. */
static uint64_t block_type(unsigned long pfn)
{
	const struct zone *zone = zone_real();

	if (pfn < zone->zone_start_pfn && pfn + pageblock_nr_pages > zone->zone_start_pfn)
		pfn = zone->zone_start_pfn;
	if (!zone_spans_pfn(zone, pfn))
		return CELL_ABSENT;
	return (uint64_t)get_pageblock_migratetype(pfn_to_page(pfn));
}

static uint64_t free_order(uint32_t pfn)
{
	if (pfn < page_first || pfn >= page_end || !PageBuddy(pfn_to_page(pfn)))
		return CELL_ABSENT;
	return buddy_order(pfn_to_page(pfn));
}

static uint64_t node_next(uint32_t node)
{
	const struct list_head *list = list_of(node);

	return list ? node_of(list->next) : CELL_ABSENT;
}

static uint64_t node_prev(uint32_t node)
{
	const struct list_head *list = list_of(node);

	return list ? node_of(list->prev) : CELL_ABSENT;
}

static uint64_t cell_value(uint32_t field, uint32_t key)
{
	const struct zone *zone = zone_real();
	const struct per_cpu_pages *pcp = pcp_real();

	switch (field) {
	case BUDDY_FIELD_next:
		return node_next(key);
	case BUDDY_FIELD_prev:
		return node_prev(key);
	case BUDDY_FIELD_order:
		return free_order(key);
	case BUDDY_FIELD_block_type:
		return block_type(key);
	case BUDDY_FIELD_nr_free:
		return key < NR_PAGE_ORDERS ? zone->free_area[key].nr_free : CELL_ABSENT;
	case BUDDY_FIELD_nr_free_pages:
		return (uint64_t)atomic_long_read(&zone->vm_stat[NR_FREE_PAGES]);
	case BUDDY_FIELD_nr_free_highatomic:
		return zone->nr_free_highatomic;
	case BUDDY_FIELD_nr_reserved_highatomic:
		return zone->nr_reserved_highatomic;
	case BUDDY_FIELD_watermark_boost:
		return zone->watermark_boost;
	case BUDDY_FIELD_zone_flags:
		return zone->flags;
	case BUDDY_FIELD_pcp_count:
		return (uint64_t)pcp->count;
	case BUDDY_FIELD_pcp_high:
		return (uint64_t)pcp->high;
	case BUDDY_FIELD_pcp_alloc_factor:
		return pcp->alloc_factor;
	case BUDDY_FIELD_pcp_free_count:
		return (uint64_t)pcp->free_count;
	case BUDDY_FIELD_pcp_flags:
		return pcp->flags;
	case BUDDY_FIELD_pcp_high_min:
		return (uint64_t)pcp->high_min;
	case BUDDY_FIELD_pcp_high_max:
		return (uint64_t)pcp->high_max;
	case BUDDY_FIELD_pcp_batch:
		return (uint64_t)pcp->batch;
	case BUDDY_FIELD_watermark:
		return key <= WMARK_HIGH ? zone->_watermark[key] : CELL_ABSENT;
	case BUDDY_FIELD_managed_pages:
		return (uint64_t)atomic_long_read(&zone->managed_pages);
	default:
		return CELL_ABSENT;
	}
}

static void kernel_observe(const struct cell *cell, uint32_t count, uint64_t *seen)
{
	for (uint32_t i = 0; i < count; i++)
		seen[i] = cell_value(cell[i].field, cell[i].key);
}

const struct kernel SHIM_KERNEL = {
	.max_order = MAX_PAGE_ORDER,
	.block_order = pageblock_order,
	.type_count = MIGRATE_TYPES,
	.pcp_lists = NR_PCP_LISTS,
	.images = kernel_images,
	.init = kernel_init,
	.set = kernel_set,
	.log = kernel_log,
	.alloc = kernel_alloc,
	.bulk = kernel_bulk,
	.free = kernel_free,
	.split = kernel_split,
	.mark_lru = kernel_mark_lru,
	.drain = kernel_drain,
	.observe = kernel_observe,
	.trouble = kernel_trouble,
};
