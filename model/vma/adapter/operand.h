/* What single operand values mean: protection, advice, lengths, flags. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_OPERAND_H
#define MEMORACLE_MODEL_VMA_OPERAND_H

#include "../env.h"

#define ODD_BYTES 0x123ull
#define BEYOND_BYTES 0x800000000000ull
#define VALUE_MAX 65535ull /* no operand is above */

/* Values of operand.def. */
enum how {
	HOW_FIXED,
	HOW_NOREPLACE,
	HOW_HINT,
	HOW_FREE,
	HOW_FREE_HUGE,
	HOW_FREE_HUGE_ODD,
	HOW_HINT_HUGE,
	HOW_FIXED_EMPTY,
	HOW_FREE_BEYOND
};
enum kind {
	KIND_PRIVATE,
	KIND_SHARED,
	KIND_A_PRIVATE,
	KIND_A_SHARED,
	KIND_B_PRIVATE,
	KIND_B_SHARED
};
/* Bits of the operand extra. */
enum extra {
	EXTRA_NORESERVE = 1,
	EXTRA_STACK = 2,
	EXTRA_LOCKED = 4,
	EXTRA_POPULATE = 8,
	EXTRA_GROWSDOWN = 16,
	EXTRA_ODD_ADDRESS = 32,
	EXTRA_ODD_LENGTH = 64,
	EXTRA_SHIFTED = 128,
};
enum skew { SKEW_EVEN, SKEW_ODD_LENGTH, SKEW_ODD_ADDRESS, SKEW_EMPTY, SKEW_BEYOND, SKEW_WRAP };

/* prot_of() - PROT_*, the bits of VMA_ACCESS. */
/*@
  TOTAL;
  assigns         \nothing;
  ensures access: 0 <= \result <= 7;
*/
uint64_t prot_of(uint64_t arg);

/* advice_of() - MADV_*. */
/*@
  TOTAL;
  assigns        \nothing;
  ensures known: 0 <= \result <= 23;
*/
uint64_t advice_of(uint64_t arg);

/* length_skewed() - bytes of a range of @pages, spoiled as @skew says. */
/*@
  requires pages: pages <= VALUE_MAX;
  TOTAL;
  assigns         \nothing;
  ensures empty:  skew == SKEW_EMPTY ==> \result == 0;
  ensures odd:    skew == SKEW_ODD_LENGTH && pages > 0 ==> \result == pages * PAGE_BYTES - ODD_BYTES;
  ensures beyond: skew == SKEW_BEYOND ==> \result == pages * PAGE_BYTES + BEYOND_BYTES;
  ensures wrap:   skew == SKEW_WRAP ==> \result == UINT64_MAX - pages * PAGE_BYTES;
  ensures even:   skew == SKEW_EVEN || skew == SKEW_ODD_ADDRESS || skew > SKEW_WRAP ==> \result == pages * PAGE_BYTES;
*/
uint64_t length_skewed(uint64_t pages, uint64_t skew);

/* is_huge() - does the length count in 2 MiB? */
/*@
  TOTAL;
  assigns       \nothing;
  ensures huge: \result == true <==> how == HOW_FREE_HUGE || how == HOW_FREE_HUGE_ODD || how == HOW_HINT_HUGE;
*/
bool is_huge(uint64_t how);

/* mmap_length() - bytes to map. */
/*@
  requires pages: pages <= VALUE_MAX;
  TOTAL;
  assigns         \nothing;
  ensures bound:  \result <= VALUE_MAX * HUGE_PAGES * PAGE_BYTES + BEYOND_BYTES + PAGE_BYTES;
  ensures empty:  how == HOW_FIXED_EMPTY ==> \result == 0;
*/
uint64_t mmap_length(uint64_t pages, uint64_t how, uint64_t extra);

/* mmap_flags() - MAP_*. */
/*@
  TOTAL;
  assigns \nothing;
*/
uint64_t mmap_flags(uint64_t kind, uint64_t how, uint64_t extra);

#endif
