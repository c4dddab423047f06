/* Counts of locked pages, which the kernel keeps modulo 2^64. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_COUNT_H
#define MEMORACLE_MODEL_VMA_COUNT_H

#include "../state.h"

/* count_add() - @count + @more modulo 2^64. */
/*@
  TOTAL;
  assigns      \nothing;
  ensures sum: \result == (count + more <= UINT64_MAX ? count + more : count + more - 0x10000000000000000);
*/
static inline uint64_t count_add(uint64_t count, uint64_t more)
{
	if (more <= UINT64_MAX - count)
		return count + more;
	return more - (UINT64_MAX - count) - 1;
}

/* count_sub() - @count - @less modulo 2^64. */
/*@
  TOTAL;
  assigns       \nothing;
  ensures rest: \result == (count >= less ? count - less : count + 0x10000000000000000 - less);
*/
static inline uint64_t count_sub(uint64_t count, uint64_t less)
{
	if (count >= less)
		return count - less;
	return UINT64_MAX - (less - count) + 1;
}

#endif
