/* The counts of a zone, at run time. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_WF_COUNTS_H
#define MEMORACLE_BUDDY_WF_COUNTS_H

#include "../state.h"

/* zone_counts_ok() - the invariant's part about counts. */
/*@
  requires valid: \valid_read(z);
  requires li:    lists(*z) && levels(*z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> counts(*z) && sums(*z);
*/
bool zone_counts_ok(const struct zone *z);

#endif
