/* The invariant of a zone at run time. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_WF_OK_H
#define MEMORACLE_BUDDY_WF_OK_H

#include "../state.h"

/* zone_tree_ok() - the invariant's part about blocks and pageblock types. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> wft(*z);
*/
bool zone_tree_ok(const struct zone *z);

/* zone_counts_ok() - the invariant's part about counts. */
/*@
  requires valid: \valid_read(z);
  requires li:    lists(*z) && levels(*z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> counts(*z) && sums(*z);
*/
bool zone_counts_ok(const struct zone *z);

/* zone_wf_ok() - whether @z, any memory, satisfies zone_wf. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> zone_wf(*z);
*/
bool zone_wf_ok(const struct zone *z);

#endif
