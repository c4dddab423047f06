/* The model's state as cells. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_VIEW_H
#define MEMORACLE_BUDDY_VIEW_H

#include "../../view.h"
#include "../env.h"

/* buddy_view() - appends what the last op touched and the scalars, or everything; notes are reduced, they only lie beside the model. */
/*@ BUDDY_VIEW_SPEC(b); */
void buddy_view(struct buddy *b, enum view_scope scope, struct view *view);

#endif
