/* The counts of a zone, at run time. */
/* SPDX-License-Identifier: MIT */
#include "wf_counts.h"
#include "block.h"

/* What the lists hold, counted anew. */
struct tally {
	uint32_t count[BUDDY_LISTS], pages[BUDDY_GROUPS];
};

/*@
  requires valid: \valid(tally);
  TOTAL;
  assigns         tally->count[0 .. BUDDY_LISTS - 1], tally->pages[0 .. BUDDY_GROUPS - 1];
  ensures count:  \forall integer l; 0 <= l < BUDDY_LISTS ==> tally->count[l] == 0;
  ensures pages:  \forall integer q; 0 <= q < BUDDY_GROUPS ==> tally->pages[q] == 0;
*/
static void tally_clear(struct tally *tally)
{
	uint32_t l = 0, q = 0;

	/*@
	  loop invariant in:   0 <= l <= BUDDY_LISTS;
	  loop invariant zero: \forall integer k; 0 <= k < l ==> tally->count[k] == 0;
	  loop assigns         l, tally->count[0 .. BUDDY_LISTS - 1];
	  loop variant         BUDDY_LISTS - l;
	*/
	while (l < BUDDY_LISTS) {
		tally->count[l] = 0;
		l++;
	}
	/*@
	  loop invariant in:   0 <= q <= BUDDY_GROUPS;
	  loop invariant zero: \forall integer k; 0 <= k < q ==> tally->pages[k] == 0;
	  loop assigns         q, tally->pages[0 .. BUDDY_GROUPS - 1];
	  loop variant         BUDDY_GROUPS - q;
	*/
	while (q < BUDDY_GROUPS) {
		tally->pages[q] = 0;
		q++;
	}
}

/*@
  requires valid: \valid_read(z) && \valid(tally) && \separated(z, tally);
  requires li:    lists(*z) && levels(*z);
  TOTAL;
  assigns         tally->count[0 .. BUDDY_LISTS - 1], tally->pages[0 .. BUDDY_GROUPS - 1];
  ensures count:  \forall integer l; 0 <= l < BUDDY_LISTS ==> tally->count[l] == count(z->t, l, BUDDY_NODES);
  ensures pages:  \forall integer q; 0 <= q < BUDDY_GROUPS ==> tally->pages[q] == pages(z->t, q, BUDDY_NODES);
*/
static void tally_take(const struct zone *z, struct tally *tally)
{
	uint32_t i = BUDDY_ROOT;

	tally_clear(tally);
	/*@
	  loop invariant in:     BUDDY_ROOT <= i <= BUDDY_NODES;
	  loop invariant count:  \forall integer l; 0 <= l < BUDDY_LISTS ==> tally->count[l] == count(z->t, l, i);
	  loop invariant pages:  \forall integer q; 0 <= q < BUDDY_GROUPS ==> tally->pages[q] == pages(z->t, q, i);
	  loop invariant countb: \forall integer l; 0 <= l < BUDDY_LISTS ==> tally->count[l] <= i;
	  loop invariant pagesb: \forall integer q; 0 <= q < BUDDY_GROUPS ==> tally->pages[q] <= 1024 * i;
	  loop assigns           i, tally->count[0 .. BUDDY_LISTS - 1], tally->pages[0 .. BUDDY_GROUPS - 1];
	  loop variant           BUDDY_NODES - i;
	*/
	while (i < BUDDY_NODES) {
		if (ST(*z, i) == NODE_FREE || ST(*z, i) == NODE_PCP) {
			uint32_t l = LS(*z, i), q = GROUP(l);

			/*@ assert on: on(*z, i) && l < BUDDY_LISTS && q < BUDDY_GROUPS; */
			tally->count[l]++;
			tally->pages[q] += buddy_size(LV(*z, i));
		}
		i++;
	}
}

bool zone_counts_ok(const struct zone *z)
{
	struct tally tally;
	uint32_t l = 0, q = 0;

	tally_take(z, &tally);
	/*@
	  loop invariant in:    0 <= l <= BUDDY_LISTS;
	  loop invariant equal: \forall integer k; 0 <= k < l ==> z->count[k] == count(z->t, k, BUDDY_NODES);
	  loop assigns          l;
	  loop variant          BUDDY_LISTS - l;
	*/
	while (l < BUDDY_LISTS) {
		if (z->count[l] != tally.count[l]) {
			/*@ assert no: !counts(*z); */
			return false;
		}
		l++;
	}
	/*@
	  loop invariant in:    0 <= q <= BUDDY_GROUPS;
	  loop invariant equal: \forall integer k; 0 <= k < q ==> z->pages[k] == pages(z->t, k, BUDDY_NODES);
	  loop assigns          q;
	  loop variant          BUDDY_GROUPS - q;
	*/
	while (q < BUDDY_GROUPS) {
		if (z->pages[q] != tally.pages[q]) {
			/*@ assert no: !sums(*z); */
			return false;
		}
		q++;
	}
	return true;
}
