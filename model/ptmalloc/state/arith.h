/* Sizes and indexes: requests to chunks, chunks to classes and bins. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_ARITH_H
#define MEMORACLE_MODEL_PTMALLOC_ARITH_H

#include "../state.h"

#define PTM_REQUEST_MAX 0x7fffffffffffffffu /* PTRDIFF_MAX: larger requests fail at once */

/*
 * ptm_request_units() - units of the chunk that serves a request of @bytes.
 * @bytes: at most PTM_REQUEST_MAX.
 * Source: malloc/malloc.c:checked_request2size, glibc 2.36.
 */
/*@
  requires max:   bytes <= PTM_REQUEST_MAX;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == (bytes + 8 <= 32 ? 2 : (bytes + 23) / 16);
  ensures min:    2 <= \result <= 0x800000000000001;
  ensures room:   bytes + 8 <= 16 * \result;
  ensures tight:  \result > 2 ==> 16 * \result < bytes + 24;
*/
uint64_t ptm_request_units(uint64_t bytes);

/*
 * ptm_bin_index() - the bin of FREE chunks of @n units, once they leave the unsorted bin.
 * Source: malloc/malloc.c:bin_index, glibc 2.36.
 */
/*@
  requires min:   2 <= n;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == bin_of(n);
  ensures range:  2 <= \result <= 126;
  ensures small:  n < 64 <==> \result < PTM_LARGE;
  ensures small_exact: n < 64 ==> \result == n;
  ensures mono:   \forall integer m; 0 <= m && \result < bin_of(m) ==> n < m;
*/
uint32_t ptm_bin_index(uint64_t n);

/* ptm_add(), ptm_sub() - sums modulo 2^64, as the real code's unsigned arithmetic has them. */
/*@
  TOTAL;
  assigns         \nothing;
  ensures sum:    \result == (x + y <= UINT64_MAX ? x + y : x + y - UINT64_MAX - 1);
*/
static inline uint64_t ptm_add(uint64_t x, uint64_t y)
{
	return y <= UINT64_MAX - x ? x + y : y - (UINT64_MAX - x) - 1;
}

/*@
  TOTAL;
  assigns         \nothing;
  ensures difference: \result == (y <= x ? x - y : x - y + UINT64_MAX + 1);
*/
static inline uint64_t ptm_sub(uint64_t x, uint64_t y)
{
	return y <= x ? x - y : UINT64_MAX - (y - x) + 1;
}

/* ptm_extend() - Returns: an int of the C interface as 64 bits, sign-extended. */
/*@
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == (value >= 0 ? value : 0x10000000000000000 + value);
*/
static inline uint64_t ptm_extend(int32_t value)
{
	if (value >= 0)
		return (uint64_t)value;
	return UINT64_MAX - (uint64_t)(-1 - (int64_t)value);
}

#endif
