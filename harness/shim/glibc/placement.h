/* Where the break and the mappings of a case lie: at the same addresses on every target and in every run. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_GLIBC_PLACEMENT_H
#define MEMORACLE_SHIM_GLIBC_PLACEMENT_H

#include "../../../model/ptmalloc/region.h"
#include <stdbool.h>

/*
 * Three zones: the break's; that of small mappings, of which the k-th of a case has the k-th stride for itself; that of
 * large ones, which take the first stride that is free. Neither AddressSanitizer's shadow nor the loader nor the
 * kernel's own choice comes here. Between the zones lies what it takes where the stack has no limit: 0x15... down, or
 * 0x2a... up.
 */
#define PLACE_BASE 0x110000000000ul
#define PLACE_BREAK_END (PLACE_BASE + PTM_BREAK_BYTES + PTM_MAPPING_SLACK)
#define PLACE_SMALL 0x160000000000ul
#define PLACE_SMALL_BITS 28
#define PLACE_SMALL_END (PLACE_SMALL + ((uint64_t)PLACE_REGIONS << PLACE_SMALL_BITS))
#define PLACE_LARGE 0x300000000000ul
#define PLACE_LARGE_BITS 36
#define PLACE_LARGE_COUNT 512u
#define PLACE_LARGE_END (PLACE_LARGE + ((uint64_t)PLACE_LARGE_COUNT << PLACE_LARGE_BITS))
#define PLACE_REGIONS                                                                              \
	65536u /* mappings of a case, and the break; cells have 16 bits for the number */

/* place_small() - does a mapping of @bytes fit into a small stride? */
static inline bool place_small(uint64_t bytes)
{
	return bytes <= (1ul << PLACE_SMALL_BITS) - PTM_MAPPING_SLACK;
}

/* place_zone_end() - end of the zone that @at lies in; @at if it lies in none. */
static inline uint64_t place_zone_end(uint64_t at)
{
	const uint64_t zone[][2] = { { PLACE_BASE, PLACE_BREAK_END },
				     { PLACE_SMALL, PLACE_SMALL_END },
				     { PLACE_LARGE, PLACE_LARGE_END } };

	for (uint32_t i = 0; i < sizeof(zone) / sizeof(zone[0]); i++)
		if (zone[i][0] <= at && at < zone[i][1])
			return zone[i][1];
	return at;
}

/* place_stays() - is there room for mapping @number to become so large where it is? Every other one cannot grow. */
static inline bool place_stays(uint32_t number, uint64_t bytes_old, uint64_t bytes)
{
	return bytes <= bytes_old || (number % 2 == 0 && bytes <= PTM_MAPPING_MAX &&
				      place_small(bytes) == place_small(bytes_old));
}

#endif
