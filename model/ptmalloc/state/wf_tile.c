/* The invariant as a function: the tiling. */
/* SPDX-License-Identifier: MIT */
#include "wf_tile.h"

/*@
  requires valid: \valid_read(h);
  requires range: i < PTM_UNITS;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> inuse(*h, i);
*/
static bool in_use(const struct ptm_heap *h, uint32_t i)
{
	return h->st[i] == PTM_USED || h->st[i] == PTM_FAST || h->st[i] == PTM_TCACHE ||
	       h->st[i] == PTM_HOLE;
}

/* Most units lie in gaps: without an early exit the compiler can take many at a time. */
/*@
  requires valid: \valid_read(h);
  requires range: from <= to <= PTM_UNITS;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> \forall integer k; from <= k < to ==> h->st[k] == PTM_INNER;
*/
static bool units_ok(const struct ptm_heap *h, uint32_t from, uint32_t to)
{
	uint32_t starts = 0;

	/*@ loop invariant range: from <= k <= to && starts <= k - from;
	    loop invariant none: starts == 0 ==> \forall integer m; from <= m < k ==> h->st[m] == PTM_INNER;
	    loop invariant some: starts > 0 ==> \exists integer m; from <= m < k && h->st[m] != PTM_INNER;
	    loop assigns k, starts;
	    loop variant to - k; */
	for (uint32_t k = from; k < to; k++)
		starts += h->st[k] != PTM_INNER;
	return starts == 0;
}

/* What is untouched need not be looked at. */
/*@
  requires valid: \valid_read(h);
  requires range: from <= to <= PTM_UNITS;
  requires rest:  untouched(*h);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> \forall integer k; from <= k < to ==> h->st[k] == PTM_INNER;
*/
static bool gap_ok(const struct ptm_heap *h, uint32_t from, uint32_t to)
{
	if (h->reach < from || h->reach >= h->floor || h->floor > to)
		return units_ok(h, from, to);
	/*@ assert rest: \forall integer k; h->reach <= k < h->floor ==> h->st[k] == PTM_INNER; */
	return units_ok(h, from, h->reach) && units_ok(h, h->floor, to);
}

/* What the chunk at @i demands of the one at @j after it. */
/*@
  requires valid: \valid_read(h);
  requires range: i < j < PTM_UNITS && j == h->next[i] && h->arena[i] < PTM_ARENAS;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> h->st[j] != PTM_INNER && h->prev[j] == i &&
                  (h->st[i] != PTM_HOLE && h->st[j] != PTM_HOLE ==> h->arena[j] == h->arena[i]) &&
                  (h->st[i] == PTM_TOP ==> h->st[j] == PTM_HOLE) && (h->st[i] == PTM_FREE ==> inuse(*h, j)) &&
                  (h->st[i] == PTM_TOP ==> h->top[h->arena[i]] == i);
*/
static bool pair_ok(const struct ptm_heap *h, uint32_t i, uint32_t j)
{
	if (h->st[j] == PTM_INNER || h->prev[j] != i)
		return false;
	if (h->st[i] != PTM_HOLE && h->st[j] != PTM_HOLE && h->arena[j] != h->arena[i])
		return false;
	if (h->st[i] == PTM_TOP)
		return h->top[h->arena[i]] == i && h->st[j] == PTM_HOLE;
	return h->st[i] != PTM_FREE || in_use(h, j);
}

/*@
  requires valid: \valid_read(h);
  requires chunk: chunk(*h, i);
  requires rest:  untouched(*h);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> tile_at(*h, i);
*/
static bool tile_ok(const struct ptm_heap *h, uint32_t i)
{
	uint32_t j = h->next[i];

	if (h->st[i] > PTM_HOLE || h->arena[i] >= PTM_ARENAS || j <= i || j > PTM_UNITS)
		return false;
	if (h->st[i] != PTM_HOLE && (j == i + 1 || j == PTM_UNITS))
		return false;
	return gap_ok(h, i + 1, j) && (j == PTM_UNITS || pair_ok(h, i, j));
}

/*@
  requires valid: \valid_read(h);
  requires range: a < PTM_ARENAS;
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> top_at(*h, a);
*/
static bool top_ok(const struct ptm_heap *h, uint32_t a)
{
	uint32_t t = h->top[a];

	return t == PTM_NIL || (t < PTM_UNITS && h->st[t] == PTM_TOP && h->arena[t] == a);
}

bool ptm_tiles_ok(const struct ptm_heap *h)
{
	uint32_t i = 0;

	if (h->st[0] != PTM_HOLE)
		return false;
	/*@ loop invariant range: 0 <= i <= PTM_UNITS;
	    loop invariant start: i < PTM_UNITS ==> h->st[i] != PTM_INNER;
	    loop invariant tiles: \forall integer k; 0 <= k < i && h->st[k] != PTM_INNER ==> tile_at(*h, k) && h->next[k] <= i;
	    loop invariant prevs: \forall integer k, j; 0 < k <= i && chunk(*h, k) && j == h->prev[k] ==>
	      0 <= j < k && h->st[j] != PTM_INNER && h->next[j] == k;
	    loop assigns i;
	    loop variant PTM_UNITS - i; */
	while (i < PTM_UNITS) {
		if (!tile_ok(h, i)) {
			/*@ assert no: !tiled(*h); */
			return false;
		}
		i = h->next[i];
	}
	/*@ assert st: \forall integer k; 0 <= k < PTM_UNITS && h->st[k] != PTM_INNER ==> 0 <= h->st[k] <= PTM_HOLE; */
	/*@ assert st_all: \forall integer k; 0 <= k < PTM_UNITS ==> 0 <= h->st[k] <= PTM_HOLE; */
	/*@ assert arena: \forall integer k; chunk(*h, k) ==> 0 <= h->arena[k] < PTM_ARENAS; */
	/*@ assert states: states(*h); */
	/*@ assert ends: ends(*h) && arenas(*h) && sizes(*h); */
	/*@ assert fwd: fwd(*h) && bwd(*h); */
	/*@ assert inner: inner(*h) && noadj(*h); */
	/*@ loop invariant range: 0 <= a <= PTM_ARENAS;
	    loop invariant tops: \forall integer k; 0 <= k < a ==> top_at(*h, k);
	    loop assigns a;
	    loop variant PTM_ARENAS - a; */
	for (uint32_t a = 0; a < PTM_ARENAS; a++)
		if (!top_ok(h, a))
			return false;
	/*@ assert tops: tops(*h); */
	return true;
}
