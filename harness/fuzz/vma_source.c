/* Fuzz entry: the kernel's mm/, in process; a window after every op. */
/* SPDX-License-Identifier: MIT */
#define ENTRY_TARGET "vma/source"
#define ENTRY_STATE STATE_TOUCHED
#include "entry.inc"
