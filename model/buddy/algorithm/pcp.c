/* Allocation and freeing through the per-cpu lists. */
/* SPDX-License-Identifier: MIT */
#include "pcp.h"
#include "../state/count.h"
#include "merge.h"

#define PCP_LISTS 12u /* order * 3 + type */

/*@ ghost
/@ requires valid: \valid_read(z);
     requires wf: zone_wf(*z);
     requires in: BUDDY_ROOT <= i < BUDDY_NODES;
     terminates \true; exits \false; assigns \nothing;
     ensures p: \forall integer q; pages(z->t, q, BUDDY_NODES) >= inq(z->t, i, q); @/
void lem_part(const struct zone *z, uint32_t i)
{
    uint32_t k = BUDDY_ROOT;
    /@ loop invariant b: BUDDY_ROOT <= k <= BUDDY_NODES;
       loop invariant p: \forall integer q; pages(z->t, q, k) >= (i < k ? inq(z->t, i, q) : 0);
       loop assigns k; loop variant BUDDY_NODES - k; @/
    while (k < BUDDY_NODES) k++;
}
/@ requires valid: \valid_read(z);
     requires wf: zone_wf(*z);
     requires in: k < PCP_LISTS;
     terminates \true; exits \false; assigns \nothing;
     ensures on: pcp_on(*z, k) ==> z->pages[8] + z->pages[9] + z->pages[10] > 0;
     ensures is: pcp_on(*z, k) ==> BUDDY_ROOT <= PV(*z, pcp_head(k)) < BUDDY_NODES && ST(*z, PV(*z, pcp_head(k))) == NODE_PCP; @/
void lem_held(const struct zone *z, uint32_t k)
{
    uint32_t h = BUDDY_NODES + LIST(1u, k / BUDDY_PCPTYPES, k % BUDDY_PCPTYPES), i = z->prev[h], q = 8 + k % BUDDY_PCPTYPES;
    /@ assert list: LS(*z, h) == h - BUDDY_NODES && 128 <= LS(*z, h) < 256; @/
    if (i < BUDDY_NODES) {
        /@ assert on: on(*z, i) && LS(*z, i) == LS(*z, h) && ST(*z, i) == NODE_PCP; @/
        /@ assert list: LS(*z, i) == 128 + 8 * (k / 3) + k % 3 && 0 <= k / 3 <= 3 && 0 <= k % 3 <= 2; @/
        /@ assert group: LS(*z, i) / 128 == 1 && LS(*z, i) % 8 == k % 3 && (q == 8 || q == 9 || q == 10); @/
        /@ assert group: LS(*z, i) / 128 * 8 + LS(*z, i) % 8 == q; @/
        lem_part(z, i);
        /@ assert size: inq(z->t, i, q) >= 1; @/
        /@ assert least: pages(z->t, q, BUDDY_NODES) >= inq(z->t, i, q); @/
        /@ assert exact: z->pages[q] == pages(z->t, q, BUDDY_NODES); @/
        /@ assert sum: z->pages[q] >= 1; @/
    }
}
*/

/*@
  requires valid: \valid_read(z);
  requires wf:    zone_wf(*z);
  requires in:    list < PCP_LISTS;
  TOTAL;
  assigns         \nothing;
  ensures none:   \result == 0 <==> !pcp_on(*z, list);
  ensures block:  \result != 0 ==> BUDDY_ROOT <= \result < BUDDY_NODES && ST(*z, \result) == NODE_PCP && \result == PV(*z, pcp_head(list));
*/
static uint32_t list_last(const struct zone *z, uint32_t list)
{
	/*@ ghost uint32_t h = BUDDY_NODES + LIST(1u, list / BUDDY_PCPTYPES, list % BUDDY_PCPTYPES); */
	/*@ assert head: BUDDY_NODES <= h < BUDDY_LINKS && h == pcp_head(list) && LS(*z, h) == h - BUDDY_NODES; */
	/*@ assert back: node(*z, PV(*z, h)) && NX(*z, PV(*z, h)) == h && LS(*z, PV(*z, h)) == LS(*z, h); */
	/*@ assert own: PV(*z, h) >= BUDDY_NODES ==> PV(*z, h) == h; */
	/*@ assert none: NX(*z, h) == h ==> PV(*z, h) == h; */
	return buddy_pcp_last(z, 0, list / BUDDY_PCPTYPES, list % BUDDY_PCPTYPES);
}

/* The first list from @list on, in a round, that holds a block; PCP_LISTS if none does. */
/*@
  requires valid: \valid_read(z);
  requires wf:    zone_wf(*z);
  requires in:    list < PCP_LISTS;
  TOTAL;
  assigns         \nothing;
  ensures in:     \result <= PCP_LISTS;
  ensures held:   \result < PCP_LISTS ==> pcp_on(*z, \result);
  ensures here:   pcp_on(*z, list) ==> \result == list;
*/
static uint32_t list_next(const struct zone *z, uint32_t list)
{
	uint32_t tried = 0;

	/*@
	  loop invariant in:   list < PCP_LISTS && tried <= PCP_LISTS;
	  loop invariant here: pcp_on(*z, \at(list, Pre)) ==> list == \at(list, Pre) && tried == 0;
	  loop assigns         list, tried;
	  loop variant         PCP_LISTS - tried;
	*/
	while (tried < PCP_LISTS) {
		if (list_last(z, list) != 0)
			return list;
		list = list + 1 < PCP_LISTS ? list + 1 : 0;
		tried++;
	}
	return PCP_LISTS;
}

/* Gives one block of the lists back. Returns: its size in pages. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_PCP;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  TOTAL;
  assigns         ALLOC_FIELDS(t);
  ENSURES_WF;
  ensures size:   \result == siz(LV(*z, i));
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC);
  ensures percpu: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_PCP <==> \old(ST(*z, n)) == NODE_PCP && n != i);
  ensures clock:  z->clock == \old(z->clock) + 1;
*/
static uint32_t drain_one(struct zone *z, struct trace *t, uint32_t i)
{
	uint32_t page = buddy_page(z, i), size = buddy_size(LV(*z, i));

	FIRE(t, pcp_drain);
	hand_pcp_take(z, t, i);
	(void)buddy_free_one(z, t, i, buddy_type(z, page), false);
	return size;
}

void pcp_drain(struct zone *z, struct trace *t, uint32_t count, uint32_t first)
{
	uint32_t list = first, held = buddy_pcp_pages(z), left = count < held ? count : held;
	/*@ ghost uint32_t all = left; */
	/*@ ghost lem_held(z, first); */
	/*@ assert held: count > 0 && pcp_on(*z, first) ==> all > 0; */

	/*@
	  loop invariant in:    list < PCP_LISTS && left <= all;
	  loop invariant start: left == all ==> list == first && PV(*z, pcp_head(first)) == \at(PV(*z, pcp_head(first)), Pre);
	  loop invariant last:  left < all && \at(pcp_on(*z, first), Pre) ==> ST(*z, \at(PV(*z, pcp_head(first)), Pre)) != NODE_PCP;
	  loop invariant pcp:   \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES && ST(*z, n) == NODE_PCP ==> \at(ST(*z, n), Pre) == NODE_PCP;
	  LOOP_WF;
	  loop invariant alloc: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \at(ST(*z, n), Pre) == NODE_ALLOC);
	  loop invariant clock: \at(z->clock, Pre) <= z->clock <= \at(z->clock, Pre) + (all - left);
	  loop assigns          list, left, ALLOC_FIELDS(t);
	  loop variant          left;
	*/
	while (left > 0) {
		uint32_t i, size;

		list = list_next(z, list);
		if (list == PCP_LISTS)
			break;
		i = list_last(z, list);
		size = drain_one(z, t, i);
		left = left > size ? left - size : 0;
	}
}

void pcp_drain_all(struct zone *z, struct trace *t, uint32_t batch)
{
	uint32_t left = buddy_pcp_pages(z), round = batch * (1u << BUDDY_SCALE_MAX);
	/*@ ghost uint32_t all = left; */

	/*@ ghost lem_held(z, 0); */
	/*@ assert round: 32 <= round <= 2016; */
	/*@
	  loop invariant in:    left <= all;
	  loop invariant start: left == all ==> PV(*z, pcp_head(0)) == \at(PV(*z, pcp_head(0)), Pre);
	  loop invariant last:  left < all && \at(pcp_on(*z, 0), Pre) ==> ST(*z, \at(PV(*z, pcp_head(0)), Pre)) != NODE_PCP;
	  LOOP_WF;
	  loop invariant alloc: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \at(ST(*z, n), Pre) == NODE_ALLOC);
	  loop invariant clock: \at(z->clock, Pre) <= z->clock <= \at(z->clock, Pre) + (all - left);
	  loop assigns          left, ALLOC_FIELDS(t);
	  loop variant          left;
	*/
	while (left > 0) {
		uint32_t count = left < round ? left : round;

		pcp_drain(z, t, count, 0);
		left -= count;
	}
}

/* Fetches a block from the zone to the tail of the list. */
/*@
  REQUIRES_LISTS;
  requires mode:  \valid(mode) && \separated(z, t, l, mode, lru + (0 .. BUDDY_PAGES - 1));
  requires in:    order <= BUDDY_PCP_ORDER && order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x20000;
  TOTAL;
  assigns         ALLOC_FIELDS(t), l->marks.boost, l->marks.flags, *mode;
  ENSURES_WF;
  ensures last:   \result == true ==> \let i = PV(*z, BUDDY_NODES + LIST(1, order, type));
    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_PCP && \old(ST(*z, i)) != NODE_PCP;
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC);
  ensures marks:  MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 65537;
*/
static bool refill_one(struct zone *z, struct trace *t, struct buddy_limits *l, const uint8_t *lru,
		       uint32_t order, uint32_t type, uint32_t alloc_flags, enum buddy_mode *mode)
{
	uint32_t i = buddy_rmqueue_any(z, t, l, lru, order, type, alloc_flags, mode);

	if (i == 0)
		return false;
	hand_pcp(z, t, i, type, true);
	return true;
}

/* Fetches as many blocks as are due. */
/*@
  REQUIRES_LISTS;
  requires in:    order <= BUDDY_PCP_ORDER && order <= z->max_order && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x20000000;
  TOTAL;
  assigns         ALLOC_FIELDS(t), *l;
  ENSURES_WF;
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC);
  ensures ok:     PCP_OK(l->pcp) && MARKS_OK(l->marks);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x10000000;
*/
static void refill(struct zone *z, struct trace *t, struct buddy_limits *l, const uint8_t *lru,
		   uint32_t order, uint32_t type, uint32_t alloc_flags)
{
	bool below_high = (l->marks.flags & BUDDY_BELOW_HIGH) != 0;
	uint32_t count = pcp_refill_count(&l->pcp, order, buddy_pcp_pages(z), below_high), k = 0;
	enum buddy_mode mode = BUDDY_MODE_NORMAL;

	FIRE(t, pcp_refill);
	/*@
	  loop invariant in:    0 <= k <= count <= 2016;
	  LOOP_WF;
	  loop invariant ok:    PCP_OK(l->pcp) && MARKS_OK(l->marks);
	  loop invariant alloc: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \at(ST(*z, n), Pre) == NODE_ALLOC);
	  loop invariant clock: \at(z->clock, Pre) <= z->clock <= \at(z->clock, Pre) + 65537 * k;
	  loop assigns          k, mode, ALLOC_FIELDS(t), l->marks.boost, l->marks.flags;
	  loop variant          count - k;
	*/
	while (k < count) {
		if (!refill_one(z, t, l, lru, order, type, alloc_flags, &mode))
			break;
		k++;
	}
}

uint32_t pcp_alloc(struct zone *z, struct trace *t, struct buddy_limits *l, const uint8_t *lru,
		   uint32_t order, uint32_t type, uint32_t alloc_flags)
{
	uint32_t i;

	if (buddy_pcp_first(z, 0, order, type) == 0)
		refill(z, t, l, lru, order, type, alloc_flags);
	i = buddy_pcp_first(z, 0, order, type);
	if (i != 0) {
		FIRE(t, pcp_alloc);
		hand_pcp_take(z, t, i);
	}
	return i;
}

/* Are large blocks being freed in a row, so that all lists had better be emptied? Notes this one. */
/*@
  requires valid: \valid(pcp);
  TOTAL;
  assigns         pcp->flags;
  ensures due:    \let f = \old(pcp->flags); \result == true <==> order != 0 && pcp->free_count >= pcp->batch && (f & BUDDY_PREV_FREE_HIGH_ORDER) != 0
    && ((f & BUDDY_FREE_HIGH_BATCH) == 0 || count >= pcp->batch);
  ensures noted:  (pcp->flags & BUDDY_PREV_FREE_HIGH_ORDER) != 0 <==> order != 0;
*/
static bool flush_due(struct buddy_pcp *pcp, uint32_t order, uint32_t count)
{
	bool due;

	if (order == 0) {
		pcp->flags &= ~BUDDY_PREV_FREE_HIGH_ORDER;
		return false;
	}
	due = pcp->free_count >= pcp->batch && (pcp->flags & BUDDY_PREV_FREE_HIGH_ORDER) != 0 &&
	      ((pcp->flags & BUDDY_FREE_HIGH_BATCH) == 0 || count >= pcp->batch);
	pcp->flags |= BUDDY_PREV_FREE_HIGH_ORDER;
	return due;
}

/* Gives pages back, those of @order and @type first; the zone may have enough again. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  REQUIRES_LIMITS;
  requires ok:    MARKS_OK(l->marks);
  requires in:    order <= BUDDY_PCP_ORDER && type < BUDDY_PCPTYPES && count <= 0x10000000;
  requires clock: z->clock < BUDDY_CLOCK_MAX - 0x20000000;
  TOTAL;
  assigns         ALLOC_FIELDS(t), l->marks.flags;
  ENSURES_WF;
  ensures allocated: \forall integer n; BUDDY_ROOT <= n < BUDDY_NODES ==> (ST(*z, n) == NODE_ALLOC <==> \old(ST(*z, n)) == NODE_ALLOC);
  ensures first:  \let h = BUDDY_NODES + LIST(1, order, type); count > 0 && \old(PV(*z, h)) < BUDDY_NODES ==> ST(*z, \old(PV(*z, h))) != NODE_PCP;
  ensures clear:  (\old(l->marks.flags) & BUDDY_BELOW_HIGH) != 0 && met(*z, 0, l->marks.mark[2] + l->marks.boost, 0) ==> (l->marks.flags & BUDDY_BELOW_HIGH) == 0;
  ensures stays:  !met(*z, 0, l->marks.mark[2] + l->marks.boost, 0) ==> l->marks.flags == \old(l->marks.flags);
  ensures clock:  \old(z->clock) <= z->clock <= \old(z->clock) + 0x10000000;
*/
static void give_back(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t count,
		      uint32_t order, uint32_t type)
{
	uint32_t list = order * BUDDY_PCPTYPES + type;

	/*@ assert list: list < PCP_LISTS && list / BUDDY_PCPTYPES == order && list % BUDDY_PCPTYPES == type; */
	pcp_drain(z, t, count, list);
	if ((l->marks.flags & BUDDY_BELOW_HIGH) != 0 &&
	    buddy_watermark_ok(z, 0, l->marks.mark[2] + l->marks.boost, 0)) {
		l->marks.flags &= ~BUDDY_BELOW_HIGH;
		FIRE(t, below_high_clear);
	}
}

/* Block @i goes to the head of its list; batches to come are smaller again. */
/*@
  REQUIRES_WF;
  REQUIRES_TRACE(t);
  REQUIRES_LIMITS;
  requires ok:    PCP_OK(l->pcp);
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && type < BUDDY_PCPTYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  TOTAL;
  assigns         ON_FIELDS, TRACE_FIELDS(t), l->pcp.alloc_factor;
  ENSURES_WF;
  ENSURES_ONLY(i);
  ensures head:   ST(*z, i) == NODE_PCP && NX(*z, BUDDY_NODES + LIST(1, LV(*z, i), type)) == i;
  ensures factor: l->pcp.alloc_factor == \old(l->pcp.alloc_factor) / 2;
  ensures clock:  z->clock == \old(z->clock) + 1;
*/
static void pcp_put(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i,
		    uint32_t type)
{
	FIRE(t, pcp_free);
	l->pcp.alloc_factor /= 2;
	hand_pcp(z, t, i, type, false);
}

/* Another block of @order was freed. Returns: whether all lists had better be emptied. */
/*@
  requires valid: \valid(t) && \valid(pcp) && \separated(t, pcp);
  requires ok:    PCP_OK(*pcp);
  requires in:    order <= BUDDY_PCP_ORDER;
  TOTAL;
  assigns         t->last, t->hits[0 .. RULES_MAX - 1], pcp->flags, pcp->free_count;
  ensures ok:     PCP_OK(*pcp);
  ensures count:  \let n = \old(pcp->free_count); pcp->free_count == n + (n < 32 * pcp->batch ? siz(order) : 0);
*/
static bool free_note(struct trace *t, struct buddy_pcp *pcp, uint32_t order, uint32_t count)
{
	bool flush = flush_due(pcp, order, count);

	if (flush)
		FIRE(t, pcp_flush);
	if (pcp->free_count < pcp->batch * (1u << BUDDY_SCALE_MAX))
		pcp->free_count += buddy_size(order);
	return flush;
}

void pcp_free(struct zone *z, struct trace *t, struct buddy_limits *l, uint32_t i, uint32_t type)
{
	struct buddy_pcp *pcp = &l->pcp;
	bool below_high = (l->marks.flags & BUDDY_BELOW_HIGH) != 0, flush;
	uint32_t order = LV(*z, i), count, high;

	pcp_put(z, t, l, i, type);
	count = buddy_pcp_pages(z);
	flush = free_note(t, pcp, order, count);
	high = pcp_high_limit(pcp, count, below_high, flush);
	if (count >= high)
		give_back(z, t, l, pcp_free_count(pcp, count, high, flush), order, type);
}
