/* The invariant of a zone at run time. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_WF_OK_H
#define MEMORACLE_BUDDY_WF_OK_H

#include "../state.h"

/* zone_wf_ok() - whether @z, any memory, satisfies zone_wf. */
/*@
  requires valid: \valid_read(z);
  TOTAL;
  assigns      \nothing;
  ensures iff: \result == true <==> zone_wf(*z);
*/
bool zone_wf_ok(const struct zone *z);

#endif
