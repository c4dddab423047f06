/* Allocation of several single pages at once. */
/* SPDX-License-Identifier: MIT */
#include "bulk.h"
#include "alloc.h"
#include "slow.h"

/* May @count pages be taken from the lists? There are never more free than the zone has. */
/*@
  requires valid: \valid_read(z) && \valid_read(marks) && \valid(t) && \separated(z, t, marks);
  requires wf:    zone_wf(*z);
  requires marks: MARKS_OK(*marks);
  TOTAL;
  assigns         t->last, t->hits[0 .. RULES_MAX - 1];
  ensures may:    \result == true <==> 1 < count <= BUDDY_PAGES && met_fast(*z, 0, marks->mark[1] + count, marks->mark[0], marks->boost, ALLOC_WMARK_LOW);
*/
static bool bulk_may(const struct zone *z, struct trace *t, const struct buddy_marks *marks,
		     uint32_t count)
{
	return count > 1 && count <= BUDDY_PAGES &&
	       buddy_watermark_fast(z, t, marks, 0, marks->mark[1] + count, ALLOC_WMARK_LOW);
}

/* Single pages from the lists, as long as there are any. */
/*@
  REQUIRES_LISTS;
  requires block: \valid(block + (0 .. BUDDY_PAGES - 1)) && \separated(z, t, l, lru + (0 .. BUDDY_PAGES - 1), block + (0 .. BUDDY_PAGES - 1));
  requires in:    count <= BUDDY_PAGES && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x90000000000;
  TOTAL;
  assigns         ALLOC_FIELDS(t), *l, block[0 .. BUDDY_PAGES - 1];
  ENSURES_WF;
  ensures few:    \result <= count;
  ensures blocks: BULK_BLOCKS(\result);
  ensures ok:     PCP_OK(l->pcp) && MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x80000000000;
*/
static uint32_t bulk_take(struct zone *z, struct trace *t, struct buddy_limits *l,
			  const uint8_t *lru, uint32_t count, uint32_t type,
			  uint32_t block[BUDDY_PAGES])
{
	uint32_t got = 0;

	/*@
	  loop invariant in:     got <= count;
	  LOOP_WF;
	  loop invariant ok:     PCP_OK(l->pcp) && MARKS_OK(l->marks);
	  loop invariant blocks: BULK_BLOCKS(got);
	  loop invariant clock:  \at(z->clock, Pre) <= z->clock <= \at(z->clock, Pre) + 0x10000000 * got;
	  loop assigns           got, ALLOC_FIELDS(t), *l, block[0 .. BUDDY_PAGES - 1];
	  loop variant           count - got;
	*/
	while (got < count) {
		uint32_t i = pcp_alloc(z, t, l, lru, 0, type, ALLOC_WMARK_LOW);

		if (i == 0)
			break;
		block[got] = i;
		got++;
	}
	return got;
}

uint32_t buddy_alloc_bulk(struct zone *z, struct trace *t, struct buddy_limits *l,
			  const uint8_t *lru, struct os *os, uint32_t count, uint32_t most,
			  uint32_t gfp, uint32_t block[BUDDY_PAGES])
{
	uint32_t got = 0, i;

	if (count == 0 || count > INT32_MAX)
		return 0;
	if (bulk_may(z, t, &l->marks, count)) {
		FIRE(t, bulk);
		got = bulk_take(z, t, l, lru, count < most ? count : most, buddy_gfp_type(gfp),
				block);
	}
	if (got == 0) {
		FIRE(t, bulk_single);
		i = buddy_alloc_pages(z, t, l, lru, os, 0, gfp);
		if (i != 0) {
			block[0] = i;
			got = 1;
		}
	}
	return got;
}
