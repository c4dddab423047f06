/* The invariant of a zone at run time. */
/* SPDX-License-Identifier: MIT */
#include "wf_ok.h"

bool zone_wf_ok(const struct zone *z)
{
	return z->max_order <= BUDDY_ORDER_MAX;
}
