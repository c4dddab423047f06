/* The zone as boot leaves it. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_BOOT_H
#define MEMORACLE_BUDDY_BOOT_H

#include "../env.h"

/* buddy_shape() - geometry @number, modulo how many there are. */
/*@
  TOTAL;
  assigns         \nothing;
  ensures orders: \result.block_order <= \result.max_order <= BUDDY_ORDER_MAX;
  ensures pages:  \result.pages <= BUDDY_PAGES && \result.start_pfn % siz(\result.max_order) + \result.pages <= BUDDY_PAGES;
  ensures pfn:    1024 <= \result.start_pfn <= 0x40000000;
*/
struct buddy_geometry buddy_shape(uint64_t number);

/*
 * buddy_boot() - the zone as boot leaves it: whole pageblocks are movable, all pages are free.
 * @fresh: the memory has never been a zone.
 * Source: mm/page_alloc.c:__free_pages_core, mm/memblock.c:__free_pages_memory, Linux 6.12.
 */
/*@
  requires valid: \valid(z) && \valid(t) && \valid_read(shape) && \separated(z, t, shape);
  requires wf:    !fresh ==> zone_wf(*z);
  requires shape: shape->block_order <= shape->max_order <= BUDDY_ORDER_MAX && shape->pages <= BUDDY_PAGES
    && shape->start_pfn % siz(shape->max_order) + shape->pages <= BUDDY_PAGES;
  TOTAL;
  assigns         *z, TRACE_FIELDS(t);
  ENSURES_WF;
  ensures geo:    z->max_order == shape->max_order && z->pageblock_order == shape->block_order
    && z->start == shape->start_pfn % siz(shape->max_order) && z->end == z->start + shape->pages;
  ensures clock:  z->clock <= 0x2000000;
*/
void buddy_boot(struct zone *z, struct trace *t, const struct buddy_geometry *shape, bool fresh);

#endif
