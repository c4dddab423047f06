/* A state of the model from what was read from the real side. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_LOAD_H
#define MEMORACLE_BUDDY_LOAD_H

#include "../../view.h"
#include "../env.h"

/*
 * buddy_load() - the zone that a full view describes: its lists in order, the other pages allocated.
 * @b: after a reset under the same rules.
 * Returns: false if the cells describe no zone: lists that do not end, blocks that overlap, stand askew or unmerged.
 * Departs: links back are not read, they were compared.
 */
/*@ BUDDY_LOAD_SPEC(b); */
bool buddy_load(struct buddy *b, const struct view *seen);

#endif
