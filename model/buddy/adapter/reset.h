/* The state of the model as a case begins. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_RESET_H
#define MEMORACLE_BUDDY_RESET_H

#include "../env.h"

/* buddy_reset() - the zone after boot under @rules. @b is a state, or zeroes. */
/*@ BUDDY_RESET_SPEC(b, rules); */
void buddy_reset(struct buddy *b, const struct buddy_rules *rules);

#endif
