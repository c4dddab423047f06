/* What memory there is below the allocator, and where the mappings of a case lie in their regions. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_REGION_H
#define MEMORACLE_MODEL_PTMALLOC_REGION_H

#include <stdint.h>

/*
 * What the system of every target has, whatever the host has: the break moves within PTM_BREAK_BYTES; a mapping has at
 * most PTM_MAPPING_MAX bytes, of which the first begins anywhere in 1 MiB. All else is refused with ENOMEM.
 */
#define PTM_BREAK_BYTES 0x60000000ull
#define PTM_MAPPING_SLACK 0x100000ull
#define PTM_MAPPING_MAX (0x1000000000ull - PTM_MAPPING_SLACK)

/*
 * ptm_region_start() - offset in its region at which mapping @number begins, bytes; region 0 is the break's.
 * Every target places mappings so, and text counts from there. It differs from one to the next, so that alignments
 * are not given.
 */
/*@
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures page:   \result % 4096 == 0;
  ensures low:    \result < 0x100000;
  ensures break:  number == 0 ==> \result == 0;
*/
static inline uint64_t ptm_region_start(uint64_t number)
{
	return number == 0 ? 0 : (number % 256 * 151 + 17) % 256 * 4096;
}

#endif
