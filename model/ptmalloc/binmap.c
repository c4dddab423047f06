/* The binmap and the last remainder. */
/* SPDX-License-Identifier: MIT */
#include "binmap.h"

/*@
  requires bit:   j < 32;
  PTM_TOTAL;
  assigns         \nothing;
  ensures set:    bit(\result, j);
  ensures others: \forall integer k; 0 <= k < 32 && k != j ==> (bit(\result, k) <==> bit(w, k));
*/
static uint32_t word_set(uint32_t w, uint32_t j)
{
	return w | (UINT32_C(1) << j);
}

/*@
  requires bit:   j < 32;
  PTM_TOTAL;
  assigns         \nothing;
  ensures clear:  !bit(\result, j);
  ensures others: \forall integer k; 0 <= k < 32 && k != j ==> (bit(\result, k) <==> bit(w, k));
*/
static uint32_t word_clear(uint32_t w, uint32_t j)
{
	return w & ~(UINT32_C(1) << j);
}

/*@
  requires bit:   j < 32;
  PTM_TOTAL;
  assigns         \nothing;
  ensures bit:    \result == 1 <==> bit(w, j);
  ensures range:  \result == 0 || \result == 1;
*/
static uint32_t word_bit(uint32_t w, uint32_t j)
{
	return (w & (UINT32_C(1) << j)) != 0;
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

	while (k < e) {
		if (k % 32 == 0 && h->binmap[k / 32] == 0) {
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
