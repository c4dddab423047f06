/* Sizes and indexes. */
/* SPDX-License-Identifier: MIT */
#include "arith.h"

uint64_t ptm_request_units(uint64_t bytes)
{
	uint64_t n = (bytes + 23) / 16;

	return n < 2 ? 2 : n;
}

uint32_t ptm_bin_index(uint64_t n)
{
	if (n < 64)
		return (uint32_t)n;
	if (n / 4 <= 48)
		return 48 + (uint32_t)(n / 4);
	if (n / 32 <= 20)
		return 91 + (uint32_t)(n / 32);
	if (n / 256 <= 10)
		return 110 + (uint32_t)(n / 256);
	if (n / 2048 <= 4)
		return 119 + (uint32_t)(n / 2048);
	if (n / 16384 <= 2)
		return 124 + (uint32_t)(n / 16384);
	return 126;
}
