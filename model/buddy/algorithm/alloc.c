/* Allocation from the free lists, through the per-cpu lists and past them. */
/* SPDX-License-Identifier: MIT */
#include "alloc.h"
#include "expand.h"

void buddy_wake_kswapd(struct os *os, uint32_t order)
{
	int32_t err;

	(void)os_request(os, OS_WAKE_KSWAPD, order, 0, 0, &err);
}

/* From the zone's lists: the reserve first for those it is kept for, and last for those who cannot wait. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  REQUIRES_LIMITS;
  REQUIRES_LRU;
  requires marks: MARKS_OK(l->marks);
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x100000;
  TOTAL;
  assigns         ALLOC_FIELDS(t), l->marks.boost, l->marks.flags;
  ENSURES_WF;
  ENSURES_BLOCK(order);
  ENSURES_ALLOC(0, \result);
  ensures fresh:  \result != 0 ==> \old(ST(*z, \result)) != NODE_ALLOC;
  ensures first:  (alloc_flags & ALLOC_HIGHATOMIC) != 0 && !(\forall integer m; order <= m <= z->max_order ==> vacant(\old(*z), m, HIGHATOMIC)) ==>
    \result != 0 && \exists integer k; chosen(\old(*z), order, HIGHATOMIC, k, \result);
  ensures own:    (alloc_flags & ALLOC_HIGHATOMIC) == 0 && !(\forall integer m; order <= m <= z->max_order ==> vacant(\old(*z), m, type)) ==>
    \result != 0 && \exists integer k; chosen(\old(*z), order, type, k, \result);
  ensures marks:  MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x20000;
*/
static uint32_t rmqueue_zone(struct zone *z, struct trace *t, struct buddy_limits *l,
			     const uint8_t *lru, uint32_t order, uint32_t type,
			     uint32_t alloc_flags)
{
	enum buddy_mode mode = BUDDY_MODE_NORMAL;
	uint32_t i = 0;

	if ((alloc_flags & ALLOC_HIGHATOMIC) != 0) {
		i = buddy_rmqueue_smallest(z, t, order, HIGHATOMIC);
		if (i != 0)
			FIRE(t, highatomic_first);
	}
	if (i == 0)
		i = buddy_rmqueue_any(z, t, l, lru, order, type, alloc_flags, &mode);
	/*@ ghost uint32_t any = i; */
	if (i == 0 && (alloc_flags & ALLOC_NON_BLOCK) != 0) {
		i = buddy_rmqueue_smallest(z, t, order, HIGHATOMIC);
		if (i != 0)
			FIRE(t, highatomic_last);
	}
	/*@ assert spared: (alloc_flags & (ALLOC_HIGHATOMIC | ALLOC_NON_BLOCK)) == 0 ==> i == any; */
	return i;
}

/* A boost that a claim left wakes kswapd with the next allocation that may. */
/*@
  requires valid: \valid(t) && \valid(marks) && \valid(os) && \separated(t, marks, os);
  requires os:    os_ok(*os);
  TOTAL;
  assigns         t->last, t->hits[0 .. RULES_MAX - 1], marks->flags, OS_FIELDS;
  ensures os:     os_ok(*os);
  ensures calm:   (alloc_flags & ALLOC_KSWAPD) == 0 || (\old(marks->flags) & BUDDY_BOOSTED) == 0 ==>
    marks->flags == \old(marks->flags) && os->want_count == \old(os->want_count);
  ensures wakes:  (alloc_flags & ALLOC_KSWAPD) != 0 && (\old(marks->flags) & BUDDY_BOOSTED) != 0 ==> (marks->flags & BUDDY_BOOSTED) == 0
    && os->want_count == (\old(os->want_count) < OS_EVENTS_MAX ? \old(os->want_count) + 1 : OS_EVENTS_MAX);
*/
static void boost_wake(struct trace *t, struct buddy_marks *marks, struct os *os,
		       uint32_t alloc_flags)
{
	if ((alloc_flags & ALLOC_KSWAPD) != 0 && (marks->flags & BUDDY_BOOSTED) != 0) {
		marks->flags &= ~BUDDY_BOOSTED;
		FIRE(t, boost_wakes);
		buddy_wake_kswapd(os, 0);
	}
}

/* Small orders through the per-cpu lists. */
/*@
  REQUIRES_ALLOC;
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x30000000;
  ENSURES_TAKEN(order);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x18000000;
*/
static uint32_t rmqueue(struct zone *z, struct trace *t, struct buddy_limits *l, const uint8_t *lru,
			struct os *os, uint32_t order, uint32_t type, uint32_t alloc_flags)
{
	uint32_t i = 0;

	if (order <= BUDDY_PCP_ORDER) {
		l->pcp.free_count /= 2;
		i = pcp_alloc(z, t, l, lru, order, type, alloc_flags);
	}
	if (i == 0)
		i = rmqueue_zone(z, t, l, lru, order, type, alloc_flags);
	boost_wake(t, &l->marks, os, alloc_flags);
	return i;
}

/* Is the zone good for this allocation? Notes when it falls below its high mark. */
/*@
  requires valid: \valid_read(z) && \valid(t) && \valid(marks) && \separated(z, t, marks);
  requires wf:    zone_wf(*z);
  requires marks: MARKS_OK(*marks);
  requires in:    order <= z->max_order;
  TOTAL;
  assigns         t->last, t->hits[0 .. RULES_MAX - 1], marks->flags;
  ensures marks:  MARKS_OK(*marks);
  ensures suits:  \result == true <==> allowed(*z, order, \old(*marks), alloc_flags);
  ensures below:  (\old(marks->flags) & BUDDY_BELOW_HIGH) == 0 && !suits(*z, order, marks->mark[2], \old(*marks), alloc_flags) ==>
    marks->flags == (\old(marks->flags) | BUDDY_BELOW_HIGH);
  ensures as_was: (\old(marks->flags) & BUDDY_BELOW_HIGH) != 0 || suits(*z, order, marks->mark[2], \old(*marks), alloc_flags) ==>
    marks->flags == \old(marks->flags);
*/
static bool zone_suits(const struct zone *z, struct trace *t, struct buddy_marks *marks,
		       uint32_t order, uint32_t alloc_flags)
{
	uint32_t which = alloc_flags & ALLOC_WMARK_MASK, mark;

	if ((marks->flags & BUDDY_BELOW_HIGH) == 0) {
		if (buddy_watermark_fast(z, t, marks, order, marks->mark[2], alloc_flags))
			return true;
		marks->flags |= BUDDY_BELOW_HIGH;
		FIRE(t, below_high);
	}
	mark = which == ALLOC_WMARK_MIN   ? marks->mark[0]
	       : which == ALLOC_WMARK_LOW ? marks->mark[1]
					  : marks->mark[2];
	if (buddy_watermark_fast(z, t, marks, order, mark, alloc_flags))
		return true;
	if ((alloc_flags & ALLOC_NO_WATERMARKS) != 0) {
		FIRE(t, no_watermarks);
		return true;
	}
	FIRE(t, watermark);
	return false;
}

uint32_t buddy_from_freelist(struct zone *z, struct trace *t, struct buddy_limits *l,
			     const uint8_t *lru, struct os *os, uint32_t order, uint32_t type,
			     uint32_t alloc_flags)
{
	uint32_t i;

	if (!zone_suits(z, t, &l->marks, order, alloc_flags))
		return 0;
	i = rmqueue(z, t, l, lru, os, order, type, alloc_flags);
	if (i != 0 && (alloc_flags & ALLOC_HIGHATOMIC) != 0)
		buddy_reserve_highatomic(z, t, l, i);
	return i;
}
