/* Fuzz entry: the running libc, in a worker of its own. */
/* SPDX-License-Identifier: MIT */
#define ENTRY_TARGET "ptmalloc/live"
#define ENTRY_STATE STATE_END
#include "entry.inc"
