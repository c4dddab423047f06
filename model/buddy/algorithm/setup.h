/* How a zone begins: watermarks, sizes of the per-cpu lists. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_SETUP_H
#define MEMORACLE_BUDDY_SETUP_H

#include "../env.h"

/*
 * buddy_limits_init() - watermarks and sizes of the per-cpu lists, from the zone's size and the settings.
 * Source: mm/page_alloc.c:__setup_per_zone_wmarks, zone_set_pageset_high_and_batch, Linux 6.12.
 */
/*@
  requires valid: \valid(l) && \valid_read(rules) && \separated(l, rules);
  requires in:    RULES_IN(*rules) && managed <= BUDDY_PAGES;
  TOTAL;
  assigns         *l;
  ensures ok:     PCP_OK(l->pcp) && MARKS_OK(l->marks);
*/
void buddy_limits_init(struct buddy_limits *l, const struct buddy_rules *rules, uint32_t managed);

#endif
