/* Allocation of several single pages at once. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_BULK_H
#define MEMORACLE_BUDDY_BULK_H

#include "../env.h"

/*
 * buddy_alloc_bulk() - up to @count single pages from the per-cpu list; none if an int of as many bits were not positive.
 * @most: no more than so many; at least as many as there are free pages.
 * @gfp: BUDDY_GFP bits.
 * @block: receives them.
 * Returns: how many.
 * Source: mm/page_alloc.c:alloc_pages_bulk_noprof, Linux 6.12.
 */
/*@
  REQUIRES_ALLOC;
  requires block: \valid(block + (0 .. BUDDY_PAGES - 1)) && \separated(z, t, l, os, lru + (0 .. BUDDY_PAGES - 1), block + (0 .. BUDDY_PAGES - 1));
  requires in:    1 <= most <= BUDDY_PAGES && (gfp / 8) % 4 < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x100000000000;
  TOTAL;
  assigns         ALLOC_FIELDS(t), *l, OS_FIELDS, block[0 .. BUDDY_PAGES - 1];
  ENSURES_WF;
  ensures few:    \result <= most && \result <= count;
  ensures blocks: BULK_BLOCKS(\result);
  ensures ok:     PCP_OK(l->pcp) && MARKS_OK(l->marks);
  ensures os:     os_ok(*os);
  ensures asked:  os->want_count >= \old(os->want_count);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x88000000000;
*/
uint32_t buddy_alloc_bulk(struct zone *z, struct trace *t, struct buddy_limits *l,
			  const uint8_t *lru, struct os *os, uint32_t count, uint32_t most,
			  uint32_t gfp, uint32_t block[BUDDY_PAGES]);

#endif
