/* The model's state as cells. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_VIEW_CELLS_H
#define MEMORACLE_BUDDY_VIEW_CELLS_H

#include "../view.h"
#include "buddy.h"
#include "pageblock.h"

/* buddy_view() - appends what the last op touched and the scalars, or everything. */
void buddy_view(const struct buddy *b, enum view_scope scope, struct view *view);

#endif
