/* The binmap and the last remainder. */
/* SPDX-License-Identifier: MIT */
#include "binmap.h"

/* A shift by a variable has an overflow alarm that no prover here decides; by constants it is computed. */
#define BIT(j)                                                                                     \
	case j:                                                                                    \
		return 1u << j;

/*@
  requires bit:   j < 32;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result == (1 << j);
*/
static uint32_t word_mask(uint32_t j)
{
	/* clang-format off */
	switch (j) {
		BIT(0) BIT(1) BIT(2) BIT(3) BIT(4) BIT(5) BIT(6) BIT(7)
		BIT(8) BIT(9) BIT(10) BIT(11) BIT(12) BIT(13) BIT(14) BIT(15)
		BIT(16) BIT(17) BIT(18) BIT(19) BIT(20) BIT(21) BIT(22) BIT(23)
		BIT(24) BIT(25) BIT(26) BIT(27) BIT(28) BIT(29) BIT(30)
	default:
		return 1u << 31;
	}
	/* clang-format on */
}

/*@
  requires bit:   j < 32;
  TOTAL;
  assigns         \nothing;
  ensures set:    bit(\result, j);
  ensures others: \forall integer k; 0 <= k < 32 && k != j ==> (bit(\result, k) <==> bit(w, k));
*/
static uint32_t word_set(uint32_t w, uint32_t j)
{
	return w | word_mask(j);
}

/*@
  requires bit:   j < 32;
  TOTAL;
  assigns         \nothing;
  ensures clear:  !bit(\result, j);
  ensures others: \forall integer k; 0 <= k < 32 && k != j ==> (bit(\result, k) <==> bit(w, k));
*/
static uint32_t word_clear(uint32_t w, uint32_t j)
{
	return w & ~word_mask(j);
}

/*@
  requires bit:   j < 32;
  TOTAL;
  assigns         \nothing;
  ensures bit:    \result == 1 <==> bit(w, j);
  ensures range:  \result == 0 || \result == 1;
*/
static uint32_t word_bit(uint32_t w, uint32_t j)
{
	return (w & word_mask(j)) != 0;
}

void ptm_bin_mark(struct ptm_heap *h, uint32_t a, uint32_t b)
{
	uint32_t k = PTM_BINS * a + b, i = k / 32;

	h->binmap[i] = word_set(h->binmap[i], k % 32);
}

void ptm_bin_unmark(struct ptm_heap *h, uint32_t a, uint32_t b)
{
	uint32_t k = PTM_BINS * a + b, i = k / 32;

	h->binmap[i] = word_clear(h->binmap[i], k % 32);
}

uint32_t ptm_bin_marked(const struct ptm_heap *h, uint32_t a, uint32_t b)
{
	uint32_t k = PTM_BINS * a + b;

	return word_bit(h->binmap[k / 32], k % 32);
}

uint32_t ptm_bin_next(const struct ptm_heap *h, uint32_t a, uint32_t b)
{
	uint32_t k = PTM_BINS * a + b, e = PTM_BINS * a + PTM_BINS;

	/*@ loop invariant range: PTM_BINS * a + b <= k <= e;
	    loop invariant none: \forall integer j; PTM_BINS * a + b <= j < k ==> !marked(*h, j);
	    loop assigns k;
	    loop variant e - k; */
	while (k < e) {
		if (k % 32 == 0 && h->binmap[k / 32] == 0) {
			/*@ assert w: \forall integer j; k <= j < k + 32 ==> j / 32 == k / 32; */
			/*@ assert z: \forall integer j; k <= j < k + 32 ==> !marked(*h, j); */
			k += 32;
		} else {
			if (word_bit(h->binmap[k / 32], k % 32))
				return k - PTM_BINS * a;
			k++;
		}
	}
	return PTM_BINS;
}

void ptm_last_remainder_set(struct ptm_heap *h, uint32_t a, uint32_t u)
{
	h->last_remainder[a] = u;
}
