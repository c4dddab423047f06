/* Watermarks and sizes of the per-cpu lists, from the zone's size and the settings. */
/* SPDX-License-Identifier: MIT */
#include "setup.h"

#define KBYTES_MIN 128u
#define HIGH_FRACTION_MIN 8u

/* The largest r with r * r <= x. */
/*@
  requires in: x <= 0x1000000;
  TOTAL;
  assigns      \nothing;
  ensures root: \result * \result <= x < (\result + 1) * (\result + 1);
  ensures few:  \result <= 4096;
*/
static uint32_t square_root(uint32_t x)
{
	uint32_t r = 0;

	/*@
	  loop invariant low: r * r <= x && r <= 4096;
	  loop assigns        r;
	  loop variant        4097 - r;
	*/
	while ((r + 1) * (r + 1) <= x) {
		/*@ assert few: r + 1 <= 4096; */
		r++;
	}
	return r;
}

/*
 * vm.min_free_kbytes as the kernel works it out; its upper bound, 256 MiB, would take a zone of 4 TiB.
 * Source: mm/page_alloc.c:calculate_min_free_kbytes.
 */
/*@
  requires in: managed <= 0x8000;
  TOTAL;
  assigns      \nothing;
  ensures in:  KBYTES_MIN <= \result <= 4096;
*/
static uint32_t min_kbytes(uint32_t managed)
{
	uint32_t kbytes = square_root(managed * 4 * 16);

	return kbytes < KBYTES_MIN ? KBYTES_MIN : kbytes;
}

/*@
  requires valid: \valid(marks) && \valid_read(rules) && \separated(marks, rules);
  requires in:    RULES_IN(*rules) && managed <= BUDDY_PAGES;
  TOTAL;
  assigns         *marks;
  ensures ok:     MARKS_OK(*marks);
  ensures marks:  marks->boost == 0 && marks->managed == managed && marks->reserved_highatomic == 0 && marks->flags == 0;
  ensures rising: marks->mark[0] <= marks->mark[1] <= marks->mark[2];
  ensures min:    rules->min_free_kbytes != 0 ==> marks->mark[0] == rules->min_free_kbytes / 4;
  ensures steps:  \let share = managed / 10000 * rules->watermark_scale_factor + managed % 10000 * rules->watermark_scale_factor / 10000;
    \let step = marks->mark[0] / 4 < share ? share : marks->mark[0] / 4; marks->mark[1] == marks->mark[0] + step && marks->mark[2] == marks->mark[1] + step;
*/
static void marks_init(struct buddy_marks *marks, const struct buddy_rules *rules, uint32_t managed)
{
	uint32_t kbytes = (uint32_t)rules->min_free_kbytes;
	uint32_t scale = (uint32_t)rules->watermark_scale_factor;
	uint32_t low = (kbytes != 0 ? kbytes : min_kbytes(managed)) / 4, step = low / 4;
	uint32_t share = managed / 10000 * scale + managed % 10000 * scale / 10000;

	/*@ assert low: low <= 0x10000 && step <= 0x4000; */
	/*@ assert whole: managed / 10000 <= 3 && managed / 10000 * scale <= 9000; */
	/*@ assert part: managed % 10000 * scale <= 30000000 && managed % 10000 * scale / 10000 <= 3000; */
	/*@ assert share: share <= 12000; */
	if (step < share)
		step = share;
	marks->mark[0] = low;
	marks->mark[1] = low + step;
	marks->mark[2] = low + 2 * step;
	marks->boost = 0;
	marks->boost_factor = (uint32_t)rules->watermark_boost_factor;
	marks->managed = managed;
	marks->reserved_highatomic = 0;
	marks->flags = 0;
}

/* Source: mm/page_alloc.c:zone_batchsize. */
/*@
  TOTAL;
  assigns      \nothing;
  ensures in:  1 <= \result <= 63;
*/
static uint32_t batch_size(uint32_t managed)
{
	uint32_t pages = managed / 1024, power = 1;

	if (pages > 256)
		pages = 256;
	pages = pages < 4 ? 1 : pages / 4;
	pages += pages / 2;
	/*@
	  loop invariant in: power == 1 || power == 2 || power == 4 || power == 8 || power == 16 || power == 32 || power == 64;
	  loop assigns       power;
	  loop variant       128 - power;
	*/
	while (power * 2 <= pages)
		power *= 2;
	return power > 1 ? power - 1 : 1;
}

/*@
  TOTAL;
  assigns      \nothing;
  ensures is:  \result == (value > least ? value : least);
*/
static uint32_t at_least(uint32_t value, uint32_t least)
{
	return value > least ? value : least;
}

/*@
  requires valid: \valid(pcp) && \valid_read(rules) && \valid_read(marks) && \separated(pcp, rules, marks);
  requires in:    RULES_IN(*rules) && MARKS_OK(*marks);
  TOTAL;
  assigns         *pcp;
  ensures ok:     PCP_OK(*pcp);
*/
static void pcp_init(struct buddy_pcp *pcp, const struct buddy_rules *rules,
		     const struct buddy_marks *marks)
{
	uint32_t batch = batch_size(marks->managed), fraction = (uint32_t)rules->high_fraction;

	if (fraction < HIGH_FRACTION_MIN) {
		pcp->high_min = at_least(marks->mark[1], batch * 4);
		pcp->high_max = at_least(marks->managed / HIGH_FRACTION_MIN, batch * 4);
	} else {
		pcp->high_min = at_least(marks->managed / fraction, batch * 4);
		pcp->high_max = pcp->high_min;
	}
	pcp->batch = rules->batch != 0 ? (uint32_t)rules->batch : batch;
	pcp->high = 0;
	pcp->alloc_factor = 0;
	pcp->free_count = 0;
	pcp->flags = 0;
}

void buddy_limits_init(struct buddy_limits *l, const struct buddy_rules *rules, uint32_t managed)
{
	marks_init(&l->marks, rules, managed);
	pcp_init(&l->pcp, rules, &l->marks);
}
