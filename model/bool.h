/* bool, for files with contracts: true and false are no macros when Frama-C reads \true and \false. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_BOOL_H
#define MEMORACLE_MODEL_BOOL_H

#include <stdbool.h>

#ifdef __FRAMAC__
#undef true
#undef false
enum { false = 0, true = 1 };
#endif

#endif
