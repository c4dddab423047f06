/* Which ops are applied. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_ADMIT_H
#define MEMORACLE_BUDDY_ADMIT_H

#include "../env.h"

/*
 * buddy_admit() - resolves @op.
 * Returns: SKIP_NO, or why the op is not applied: it names nothing, its blocks would find no place, or its flags are not modelled.
 */
/*@ BUDDY_ADMIT_SPEC(b); */
enum skip buddy_admit(const struct buddy *b, struct op *op);

#endif
