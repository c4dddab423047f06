/* What an op does, and what its caller sees. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_STEP_H
#define MEMORACLE_BUDDY_STEP_H

#include "../env.h"

/* buddy_step() - the effect of @op, with what the view needs: the limits before it, whether it touched more than could be noted. */
/*@ BUDDY_STEP_SPEC(b); */
void buddy_step(struct buddy *b, const struct op *op, struct os *os, struct outcome *want);

#endif
