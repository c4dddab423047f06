/* The invariant of a zone at run time. */
/* SPDX-License-Identifier: MIT */
#include "wf_ok.h"
#include "wf_counts.h"
#include "wf_lists.h"
#include "wf_tree.h"

bool zone_wf_ok(const struct zone *z)
{
	return zone_tree_ok(z) && zone_lists_ok(z) && zone_counts_ok(z);
}
