/* Where the mappings of a case lie: at the same addresses on every target and in every run. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_GLIBC_PLACEMENT_H
#define MEMORACLE_SHIM_GLIBC_PLACEMENT_H

#include "../../../model/ptmalloc/region.h"
#include <stdbool.h>

/*
 * Mapping k has the k-th stride from PLACE_BASE on for itself. Neither AddressSanitizer's shadow nor the loader nor
 * the kernel's own choice comes here.
 */
#define PLACE_BASE 0x110000000000ul
#define PLACE_STRIDE_BITS 30
#define PLACE_STRIDE (1ul << PLACE_STRIDE_BITS)
#define PLACE_REGIONS 256u
#define PLACE_SLACK (1ul << 20) /* a mapping begins anywhere in the first 1 MiB of its region */

/* place_new() - address of mapping @number of @bytes; 0: refused. */
static inline uint64_t place_new(uint32_t number, uint64_t bytes)
{
	if (bytes == 0 || bytes > PLACE_STRIDE - PLACE_SLACK || number >= PLACE_REGIONS)
		return 0;
	return PLACE_BASE + number * PLACE_STRIDE + ptm_region_start(number);
}

/* place_stays() - is there room for mapping @number to become so large where it is? Every other one cannot grow. */
static inline bool place_stays(uint32_t number, uint64_t bytes_old, uint64_t bytes)
{
	return bytes <= bytes_old || (number % 2 == 0 && bytes <= PLACE_STRIDE - PLACE_SLACK);
}

#endif
