/* Whether the kernel has reported trouble: its taint and its log. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_TARGET_VMA_TROUBLE_H
#define MEMORACLE_TARGET_VMA_TROUBLE_H

#include "../../target.h"

/*
 * trouble_read() - struct target.trouble: grows with every warning, bug or oops in the kernel's log, and with taint.
 * @text: receives the last such line, or the taint.
 */
uint64_t trouble_read(char text[TARGET_TEXT_MAX]);

#endif
