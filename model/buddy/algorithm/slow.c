/* Allocation below the low mark. */
/* SPDX-License-Identifier: MIT */
#include "slow.h"
#include "alloc.h"

#define RECLAIM_RETRIES_MAX 16u /* MAX_RECLAIM_RETRIES */
#define TRIES_MAX 64u /* more than retries, blocks of the reserve and reports of progress allow */

/* Source: mm/page_alloc.c:gfp_to_alloc_flags. */
/*@
  TOTAL;
  assigns        \nothing;
  ensures least: (\result & ALLOC_WMARK_MASK) == ALLOC_WMARK_MIN && (\result & ALLOC_NO_WATERMARKS) == 0;
  ensures wake:  (\result & ALLOC_KSWAPD) != 0 <==> (gfp & BUDDY_GFP_KSWAPD) != 0;
  ensures high:  (\result & ALLOC_MIN_RESERVE) != 0 <==> (gfp & BUDDY_GFP_HIGH) != 0;
  ensures block: (\result & ALLOC_NON_BLOCK) != 0 <==> (gfp & (BUDDY_GFP_DIRECT | BUDDY_GFP_NOMEMALLOC)) == 0;
  ensures atom:  (\result & ALLOC_HIGHATOMIC) != 0 <==> (gfp & (BUDDY_GFP_DIRECT | BUDDY_GFP_NOMEMALLOC)) == 0 && order > 0 && (gfp & BUDDY_GFP_HIGH) != 0;
*/
static uint32_t slow_flags(uint32_t order, uint32_t gfp)
{
	uint32_t flags = ALLOC_WMARK_MIN;

	if ((gfp & BUDDY_GFP_HIGH) != 0)
		flags |= ALLOC_MIN_RESERVE;
	if ((gfp & BUDDY_GFP_KSWAPD) != 0)
		flags |= ALLOC_KSWAPD;
	if ((gfp & (BUDDY_GFP_DIRECT | BUDDY_GFP_NOMEMALLOC)) == 0) {
		flags |= ALLOC_NON_BLOCK;
		if (order > 0 && (gfp & BUDDY_GFP_HIGH) != 0)
			flags |= ALLOC_HIGHATOMIC;
	}
	return flags;
}

/* What is set aside is given back: a pageblock of the reserve, and the per-cpu lists. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  REQUIRES_LIMITS;
  requires ok:    PCP_OK(l->pcp) && MARKS_OK(l->marks);
  requires in:    type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x40100000;
  TOTAL;
  assigns         ALLOC_FIELDS(t), l->marks.reserved_highatomic;
  ENSURES_WF;
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC);
  ensures marks:  MARKS_OK(l->marks);
  ensures lists:  \old(l->marks.reserved_highatomic) <= z->pageblock_pages && \old(pcp_on(*z, 0)) ==> ST(*z, \old(PV(*z, pcp_head(0)))) != NODE_PCP;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x10100000;
*/
static void reserves_release(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t type)
{
	FIRE(t, reclaim_drains);
	(void)buddy_unreserve_highatomic(z, t, l, type, false);
	pcp_drain_all(z, t, l->pcp.batch);
}

/* After reclaim that got somewhere, which @progress says: once more, and once more without what is set aside. */
/*@
  REQUIRES_ALLOC;
  requires out:   \valid(progress) && \separated(z, t, l, os, lru + (0 .. BUDDY_PAGES - 1), progress);
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x180000000;
  TOTAL;
  assigns         ALLOC_FIELDS(t), *l, OS_FIELDS, *progress;
  ENSURES_FRESH(order);
  ensures ok:     PCP_OK(l->pcp) && MARKS_OK(l->marks);
  ensures os:     os_ok(*os);
  ensures asked:  os->want_count >= \old(os->want_count);
  ensures vain:   *progress == false ==> \result == 0;
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0xc0000000;
*/
static uint32_t reclaim_alloc(struct zone *z, struct trace *t, struct buddy_limits *l,
			      const uint8_t *lru, struct os *os, uint32_t order, uint32_t type,
			      uint32_t alloc_flags, bool *progress)
{
	int32_t err;
	uint32_t i;

	*progress = os_request(os, OS_RECLAIM, order, 0, 0, &err) != 0;
	if (!*progress)
		return 0;
	FIRE(t, reclaim);
	i = buddy_from_freelist(z, t, l, lru, os, order, type, alloc_flags);
	if (i != 0)
		return i;
	reserves_release(z, t, l, type);
	return buddy_from_freelist(z, t, l, lru, os, order, type, alloc_flags);
}

/* May the caller ignore the watermarks? */
/*@
  TOTAL;
  assigns      \nothing;
  ensures may: \result == true <==> (gfp & BUDDY_GFP_MEMALLOC) != 0 && (gfp & BUDDY_GFP_NOMEMALLOC) == 0;
*/
static bool reserves_open(uint32_t gfp)
{
	return (gfp & BUDDY_GFP_MEMALLOC) != 0 && (gfp & BUDDY_GFP_NOMEMALLOC) == 0;
}

/* Does the caller rather fail than wait for reclaim? Large orders that might be compacted do, if told so. */
/*@
  TOTAL;
  assigns       \nothing;
  ensures fail: \result == true <==> (gfp & BUDDY_GFP_DIRECT) != 0 && !((gfp & BUDDY_GFP_MEMALLOC) != 0 && (gfp & BUDDY_GFP_NOMEMALLOC) == 0)
    && order > BUDDY_PCP_ORDER && (gfp & BUDDY_GFP_IO) != 0 && (gfp & BUDDY_GFP_NORETRY) != 0;
*/
static bool order_costly(uint32_t order, uint32_t gfp)
{
	return (gfp & BUDDY_GFP_DIRECT) != 0 && !reserves_open(gfp) && order > BUDDY_PCP_ORDER &&
	       (gfp & BUDDY_GFP_IO) != 0 && (gfp & BUDDY_GFP_NORETRY) != 0;
}

/* Is reclaim tried but once? Large orders must ask for more, and only compaction makes it worth it. */
/*@
  TOTAL;
  assigns       \nothing;
  ensures once: \result == true <==> (gfp & BUDDY_GFP_NORETRY) != 0
    || (order > BUDDY_PCP_ORDER && ((gfp & BUDDY_GFP_IO) == 0 || (gfp & BUDDY_GFP_RETRY_MAYFAIL) == 0));
*/
static bool gives_up(uint32_t order, uint32_t gfp)
{
	return (gfp & BUDDY_GFP_NORETRY) != 0 ||
	       (order > BUDDY_PCP_ORDER &&
		((gfp & BUDDY_GFP_IO) == 0 || (gfp & BUDDY_GFP_RETRY_MAYFAIL) == 0));
}

/* The flags of the next attempt: it ignores the watermarks if the caller may. */
/*@
  TOTAL;
  assigns       \nothing;
  ensures open: (gfp & BUDDY_GFP_MEMALLOC) != 0 && (gfp & BUDDY_GFP_NOMEMALLOC) == 0 ==> (\result & ALLOC_NO_WATERMARKS) != 0;
  ensures not:  !((gfp & BUDDY_GFP_MEMALLOC) != 0 && (gfp & BUDDY_GFP_NOMEMALLOC) == 0) ==> \result == flags;
  ensures wake: (\result & ALLOC_KSWAPD) != 0 <==> (flags & ALLOC_KSWAPD) != 0;
*/
static uint32_t retry_flags(uint32_t flags, uint32_t gfp)
{
	return reserves_open(gfp) ? ALLOC_NO_WATERMARKS | (flags & ALLOC_KSWAPD) : flags;
}

/* An attempt that wakes kswapd first, if it may. */
/*@
  REQUIRES_ALLOC;
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x40000000;
  ENSURES_TAKEN(order);
  ensures wakes:  (alloc_flags & ALLOC_KSWAPD) != 0 && \old(os->want_count) < OS_EVENTS_MAX ==> os->want_count > \old(os->want_count);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x20000000;
*/
static uint32_t woken_alloc(struct zone *z, struct trace *t, struct buddy_limits *l,
			    const uint8_t *lru, struct os *os, uint32_t order, uint32_t type,
			    uint32_t alloc_flags)
{
	if ((alloc_flags & ALLOC_KSWAPD) != 0)
		buddy_wake_kswapd(os, order);
	return buddy_from_freelist(z, t, l, lru, os, order, type, alloc_flags);
}

/*
 * After @vain rounds of reclaim without progress: would the zone do as it is, or with a block of the reserve?
 * Source: mm/page_alloc.c:should_reclaim_retry, Linux 6.12, where nothing is reclaimable.
 */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  REQUIRES_LIMITS;
  requires marks: MARKS_OK(l->marks);
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 32768;
  TOTAL;
  assigns         ALLOC_FIELDS(t), l->marks.reserved_highatomic;
  ENSURES_WF;
  ensures states: \forall integer n; 0 <= n < BUDDY_NODES ==> ST(*z, n) == \old(ST(*z, n));
  ensures marks:  MARKS_OK(l->marks);
  ensures met:    vain <= RECLAIM_RETRIES_MAX && met(\old(*z), order, \old(l->marks.mark[0]) + \old(l->marks.boost), alloc_flags) ==>
    \result == true && l->marks.reserved_highatomic == \old(l->marks.reserved_highatomic);
  ensures last:   \result == false ==> \forall integer m; z->pageblock_order <= m <= z->max_order ==> vacant(*z, m, HIGHATOMIC);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 16384;
*/
static bool retry_worth(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t order,
			uint32_t type, uint32_t alloc_flags, uint32_t vain)
{
	if (vain <= RECLAIM_RETRIES_MAX &&
	    buddy_watermark_ok(z, order, l->marks.mark[0] + l->marks.boost, alloc_flags)) {
		FIRE(t, retry);
		return true;
	}
	FIRE(t, retry_unreserve);
	return buddy_unreserve_highatomic(z, t, l, type, true);
}

/* The last attempt, before the OOM killer: it asks for the high mark. */
/*@
  REQUIRES_ALLOC;
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x40000000;
  ENSURES_TAKEN(order);
  ensures high:   \result != 0 ==> allowed(\old(*z), order, \old(l->marks), ALLOC_WMARK_HIGH);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x20000000;
*/
static uint32_t last_alloc(struct zone *z, struct trace *t, struct buddy_limits *l,
			   const uint8_t *lru, struct os *os, uint32_t order, uint32_t type)
{
	FIRE(t, oom);
	return buddy_from_freelist(z, t, l, lru, os, order, type, ALLOC_WMARK_HIGH);
}

/* Attempts with reclaim between them, as long as they are worth it, and a last one. */
/*@
  REQUIRES_ALLOC;
  requires in:    order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x8000000000;
  ENSURES_TAKEN(order);
  ensures wakes:  (alloc_flags & ALLOC_KSWAPD) != 0 && \old(os->want_count) < OS_EVENTS_MAX ==> os->want_count > \old(os->want_count);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x4100000000;
*/
static uint32_t retry_alloc(struct zone *z, struct trace *t, struct buddy_limits *l,
			    const uint8_t *lru, struct os *os, uint32_t order, uint32_t type,
			    uint32_t alloc_flags, uint32_t gfp)
{
	uint32_t vain = 0, tries = 0, i;
	bool progress = false;

	/*@
	  loop invariant in:        tries <= TRIES_MAX && vain <= tries;
	  LOOP_WF;
	  loop invariant ok:        PCP_OK(l->pcp) && MARKS_OK(l->marks);
	  loop invariant os:        os_ok(*os);
	  loop invariant asked:     os->want_count >= \at(os->want_count, Pre);
	  loop invariant wakes:     tries > 0 && (alloc_flags & ALLOC_KSWAPD) != 0 && \at(os->want_count, Pre) < OS_EVENTS_MAX ==> os->want_count > \at(os->want_count, Pre);
	  loop invariant allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \at(ST(*z, n), Pre) == NODE_ALLOC);
	  loop invariant clock:     \at(z->clock, Pre) <= z->clock <= \at(z->clock, Pre) + 0x100000000 * tries;
	  loop assigns              tries, vain, progress, i, ALLOC_FIELDS(t), *l, OS_FIELDS;
	  loop variant              TRIES_MAX - tries;
	*/
	while (tries < TRIES_MAX) {
		i = woken_alloc(z, t, l, lru, os, order, type, alloc_flags);
		if (i != 0 || (gfp & BUDDY_GFP_DIRECT) == 0)
			return i;
		i = reclaim_alloc(z, t, l, lru, os, order, type, alloc_flags, &progress);
		if (i != 0)
			return i;
		if (gives_up(order, gfp)) {
			FIRE(t, no_retry);
			return 0;
		}
		vain = progress && order <= BUDDY_PCP_ORDER ? 0 : vain + 1;
		tries++;
		if (!retry_worth(z, t, l, order, type, alloc_flags, vain))
			break;
	}
	/*@ assert same: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \at(ST(*z, n), Pre) == NODE_ALLOC); */
	return last_alloc(z, t, l, lru, os, order, type);
}

uint32_t buddy_slow_path(struct zone *z, struct trace *t, struct buddy_limits *l,
			 const uint8_t *lru, struct os *os, uint32_t order, uint32_t gfp)
{
	uint32_t flags = slow_flags(order, gfp), type = buddy_gfp_type(gfp), i;

	FIRE(t, slow_path);
	i = woken_alloc(z, t, l, lru, os, order, type, flags);
	if (i != 0)
		return i;
	if (order_costly(order, gfp)) {
		FIRE(t, costly);
		return 0;
	}
	return retry_alloc(z, t, l, lru, os, order, type, retry_flags(flags, gfp), gfp);
}

uint32_t buddy_alloc_pages(struct zone *z, struct trace *t, struct buddy_limits *l,
			   const uint8_t *lru, struct os *os, uint32_t order, uint32_t gfp)
{
	uint32_t flags = ALLOC_WMARK_LOW, i;

	if (order > z->max_order) {
		FIRE(t, order_limit);
		return 0;
	}
	if ((gfp & BUDDY_GFP_KSWAPD) != 0)
		flags |= ALLOC_KSWAPD;
	i = buddy_from_freelist(z, t, l, lru, os, order, buddy_gfp_type(gfp), flags);
	return i != 0 ? i : buddy_slow_path(z, t, l, lru, os, order, gfp);
}
