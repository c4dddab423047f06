/* The per-cpu lists: how many blocks to fetch and to give back. */
/* SPDX-License-Identifier: MIT */
#include "pcp_size.h"
#include "../state/block.h"

/*@
  TOTAL;
  assigns      \nothing;
  ensures is:  \result == (a < b ? a : b);
*/
static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/*@
  TOTAL;
  assigns      \nothing;
  ensures is:  \result == (a > b ? a : b);
*/
static uint32_t most(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* a - b, or 0. */
/*@
  TOTAL;
  assigns      \nothing;
  ensures is:  \result == (a > b ? a - b : 0);
*/
static uint32_t less(uint32_t a, uint32_t b)
{
	return a > b ? a - b : 0;
}

/* @value within @lo .. @hi; the upper bound wins where they cross and @value reaches it. */
/*@
  TOTAL;
  assigns      \nothing;
  ensures is:  \result == (value >= hi ? hi : value <= lo ? lo : value);
*/
static uint32_t within(uint32_t value, uint32_t lo, uint32_t hi)
{
	return value >= hi ? hi : most(value, lo);
}

/* Single pages come in doubling batches, as far as the lists have room. */
/*@
  requires valid: \valid(pcp);
  requires ok:    PCP_OK(*pcp);
  requires in:    count <= 0x10000000 && high <= 0x100000 && 1 <= batch <= 2016;
  TOTAL;
  assigns         pcp->alloc_factor;
  ensures ok:     PCP_OK(*pcp);
  ensures few:    1 <= \result <= 2016;
  ensures fit:    \result == smaller(batch, batch_room(pcp->batch, high, count));
  ensures factor: pcp->alloc_factor == \old(pcp->alloc_factor)
    + (\old(pcp->alloc_factor) < BUDDY_SCALE_MAX && batch <= batch_room(pcp->batch, high, count) ? 1 : 0);
*/
static uint32_t single_batch(struct buddy_pcp *pcp, uint32_t count, uint32_t high, uint32_t batch)
{
	uint32_t room = most(less(less(high, count), pcp->batch), pcp->batch);

	if (batch <= room && pcp->alloc_factor < BUDDY_SCALE_MAX)
		pcp->alloc_factor++;
	return least(batch, room);
}

uint32_t pcp_refill_count(struct buddy_pcp *pcp, uint32_t order, uint32_t count, bool below_high)
{
	uint32_t batch = pcp->batch;

	pcp->high = within(pcp->high, pcp->high_min, pcp->high_max);
	if (pcp->high < batch)
		return 1;
	if (order == 0) {
		uint32_t times = buddy_size(pcp->alloc_factor);

		/*@ assert times: times == 1 || times == 2 || times == 4 || times == 8 || times == 16 || times == 32; */
		/*@ assert most: 1 <= batch * times <= 2016; */
		batch *= times;
	}
	if (pcp->high_min != pcp->high_max && !below_high)
		pcp->high = least(pcp->high + batch, pcp->high_max);
	if (order == 0)
		batch = single_batch(pcp, count, pcp->high, batch);
	return batch > 1 ? most(batch / buddy_size(order), 2) : batch;
}

uint32_t pcp_high_limit(struct buddy_pcp *pcp, uint32_t count, bool below_high, bool flush)
{
	uint32_t high = within(pcp->high, pcp->high_min, pcp->high_max);
	uint32_t need = pcp->free_count + pcp->batch;

	pcp->high = high;
	if (high == 0)
		return 0;
	if (flush) {
		pcp->high = most(less(high, pcp->batch * (1u << BUDDY_SCALE_MAX)), pcp->high_min);
		return 0;
	}
	if (pcp->high_min == pcp->high_max)
		return high;
	if (below_high) {
		pcp->high = most(less(high, most(pcp->free_count, pcp->batch)), pcp->high_min);
		return most(count, pcp->high_min);
	}
	if (count >= high && high < need)
		pcp->high = within(need, pcp->high_min, pcp->high_max);
	return high;
}

uint32_t pcp_free_count(const struct buddy_pcp *pcp, uint32_t count, uint32_t high, bool flush)
{
	if (flush)
		return least(count, pcp->batch * (1u << BUDDY_SCALE_MAX));
	if (high < pcp->batch)
		return 1;
	return within(pcp->free_count, pcp->batch, high - pcp->batch);
}
