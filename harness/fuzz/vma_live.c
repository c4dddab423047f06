/* Fuzz entry: the running kernel, from a clean worker; a window after every op. */
/* SPDX-License-Identifier: MIT */
#define ENTRY_TARGET "vma/live"
#define ENTRY_STATE STATE_TOUCHED
#include "entry.inc"
