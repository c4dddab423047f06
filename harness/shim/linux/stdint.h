/* The C library's fixed-width types, from the kernel's own, for headers that both sides include. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_STDINT_H
#define MEMORACLE_SHIM_STDINT_H

#include <linux/types.h>
#include <linux/limits.h>

#define UINT32_MAX 0xffffffffu
#define UINT64_MAX 0xffffffffffffffffu

#endif
