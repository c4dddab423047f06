/* Fuzz entry: glibc's own machine code, in process; outcomes per op, state at the end. */
/* SPDX-License-Identifier: MIT */
#define ENTRY_TARGET "ptmalloc/shipped"
#define ENTRY_STATE STATE_END
#include "entry.inc"
