/* The model's state as cells. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_VIEW_CELLS_H
#define MEMORACLE_BUDDY_VIEW_CELLS_H

#include "../../view.h"
#include "../buddy.h"
#include "../state/pageblock.h"

/*@
  // a note of the trace names something of the zone
  predicate note(integer touched) = \let kind = touched / 0x10000000; \let what = touched % 0x10000000; kind == 1 ? BUDDY_ROOT <= what < BUDDY_LINKS
    : kind == 2 ? BUDDY_ROOT <= what < BUDDY_NODES : kind == 3 ? what < BUDDY_PAGES : what <= BUDDY_ORDER_MAX;
@*/

/* buddy_view() - appends what the last op touched and the scalars, or everything. */
/*@
  REQUIRES_SHOWN;
  requires notes: \forall integer k; 0 <= k < b->trace.touched_count && k < TOUCHED_MAX ==> note(b->trace.touched[k]);
  ENSURES_CELLS;
*/
void buddy_view(const struct buddy *b, enum view_scope scope, struct view *view);

#endif
