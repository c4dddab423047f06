/* Where the mappings of a case lie in their regions. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_REGION_H
#define MEMORACLE_MODEL_PTMALLOC_REGION_H

#include <stdint.h>

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
