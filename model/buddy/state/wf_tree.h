/* The invariant of a zone's tree at run time. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_WF_TREE_H
#define MEMORACLE_BUDDY_WF_TREE_H

#include "../state.h"

/* zone_tree_ok() - the invariant's part about blocks and pageblock types. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> wft(*z);
*/
bool zone_tree_ok(const struct zone *z);

#endif
