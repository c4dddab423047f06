/* Fuzz entry: the kernel's page allocator, in process; touched state after every op. */
/* SPDX-License-Identifier: MIT */
#define ENTRY_TARGET "buddy/source"
#define ENTRY_STATE STATE_TOUCHED
#include "entry.inc"
