/* bool, true and false, from the kernel's own headers. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_STDBOOL_H
#define MEMORACLE_SHIM_STDBOOL_H

#include <linux/stddef.h>
#include <linux/types.h>

#endif
