/* mm/ in this process: its memory, saved and restored, and its calls. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_TARGET_VMA_INSIDE_H
#define MEMORACLE_TARGET_VMA_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#define INSIDE_FD 3 /* of the first memfd */

/* inside_open() - boots the kernel, and keeps its memory as it is then. Returns: false if memory is short. */
bool inside_open(void);

/* inside_restore() - makes the memory what it was after boot. */
void inside_restore(void);

/* inside_finish() - ends this process with a message unless all pages come back. */
void inside_finish(void);

#endif
