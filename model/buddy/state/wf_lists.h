/* The invariant of a zone's lists at run time. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_WF_LISTS_H
#define MEMORACLE_BUDDY_WF_LISTS_H

#include "../state.h"

/* zone_lists_ok() - the invariant's part about lists. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> wfl(*z);
*/
bool zone_lists_ok(const struct zone *z);

#endif
