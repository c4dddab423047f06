/* Where a mapping goes when its address is not fixed. */
/* SPDX-License-Identifier: MIT */
#include "place.h"
#include "../state/find.h"
#include "../state/gap.h"

uint64_t guard_start(const struct space *s, uint32_t i)
{
	const struct vma *v = &s->mm.vma[i];

	if ((v->flags & VMA_GROWSDOWN) == 0)
		return v->start;
	return v->start > GUARD_PAGES ? v->start - GUARD_PAGES : 0;
}

/* The highest gap below mmap_base; a stack right above it costs the guard gap and a new search. */
/*@
  REQUIRES_SPACE;
  requires len:   0 < len <= SPACE_HIGH + HUGE_PAGES;
  TOTAL;
  assigns         s->trace;
  ensures bound:  \result != 0 ==> \result + len <= SPACE_TOP;
  ensures free:   \result != 0 ==> unmapped(s->mm, \result, \result + len);
  ensures best:   \forall integer x; \result < x && x + len <= SPACE_TOP ==> blocked(s->mm, x, len) || near_stack(s->mm, x, len);
*/
static uint64_t place_topdown(struct space *s, uint64_t len)
{
	uint64_t limit = SPACE_TOP;
	uint64_t end;
	uint32_t above;

	FIRE(s, place_topdown);
	/*@
	  loop invariant same:  s->mm == \at(s->mm, Pre);
	  loop invariant limit: limit <= SPACE_TOP;
	  loop invariant best:  \forall integer x; limit < x + len <= SPACE_TOP ==> blocked(s->mm, x, len) || near_stack(s->mm, x, len);
	  loop assigns limit, end, above, s->trace;
	  loop variant limit;
	*/
	while (limit > 0) {
		above = mm_gap_below(&s->mm, 1, limit, len);
		if (above == VMA_NONE)
			return 0;
		end = gap_end(&s->mm, above, limit);
		/*@ assert room: len < end && unmapped(s->mm, end - len, end); */
		/*@ assert higher: \forall integer x; end < x + len <= limit ==> blocked(s->mm, x, len); */
		if (above >= s->mm.map_count || guard_start(s, above) >= end)
			return end - len;
		FIRE(s, place_guard);
		/*@ assert near: \forall integer x; guard(s->mm.vma[above]) < x + len <= end ==> near_stack(s->mm, x, len); */
		limit = guard_start(s, above);
	}
	return 0;
}

/* Without alignment: the hint if it is free, else from the top. */
/*@
  REQUIRES_SPACE;
  requires len:   0 < len <= SPACE_HIGH + HUGE_PAGES;
  TOTAL;
  assigns         s->trace;
  ensures bound:  \result != 0 ==> \result + len <= SPACE_HIGH;
  ensures free:   \result != 0 ==> unmapped(s->mm, \result, \result + len);
  ensures hint:   hint_fits(s->mm, hint, len) ==> \result == hint;
  ensures best:   !hint_fits(s->mm, hint, len) ==> \forall integer x; \result < x && x + len <= SPACE_TOP ==>
                    blocked(s->mm, x, len) || near_stack(s->mm, x, len);
*/
static uint64_t place_plain(struct space *s, uint64_t hint, uint64_t len)
{
	uint32_t i;

	if (hint != 0 && hint <= SPACE_HIGH && len <= SPACE_HIGH - hint) {
		i = vma_find(&s->mm, hint);
		/*@ assert above: \forall integer k; i <= k < s->mm.map_count ==> s->mm.vma[i].start <= s->mm.vma[k].start; */
		/*@ assert first: \forall integer k; 0 <= k < s->mm.map_count && hint < s->mm.vma[k].end &&
		      (k > 0 ==> s->mm.vma[k - 1].end <= hint) ==> k == i; */
		/*@ assert free: i < s->mm.map_count && hint + len <= s->mm.vma[i].start ==> unmapped(s->mm, hint, hint + len); */
		/*@ assert fits: hint_fits(s->mm, hint, len) <==> (i < s->mm.map_count ==> hint + len <= guard(s->mm.vma[i])); */
		if (i >= s->mm.map_count || hint + len <= guard_start(s, i)) {
			FIRE(s, place_hint);
			return hint;
		}
	}
	return place_topdown(s, len);
}

/* Does 2 MiB alignment apply to 2 MiB or more? */
/*@
  requires valid: \valid_read(s);
  TOTAL;
  assigns         \nothing;
  ensures align:  \result == true <==> (s->rules.thp_align == 2 ? hint == 0 && len % HUGE_PAGES == 0 : s->rules.thp_align == 1);
*/
static bool align_applies(const struct space *s, uint64_t hint, uint64_t len)
{
	if (s->rules.thp_align == 2)
		return hint == 0 && len % HUGE_PAGES == 0;
	return s->rules.thp_align == 1;
}

uint64_t space_place(struct space *s, uint64_t hint, uint64_t len, bool huge)
{
	uint64_t page;

	if (len == 0 || len > SPACE_HIGH) {
		FIRE(s, place_full);
		return 0;
	}
	if (!huge || len < HUGE_PAGES)
		return place_plain(s, hint, len);
	FIRE(s, thp_align);
	if (!align_applies(s, hint, len))
		return place_plain(s, hint, len);
	page = place_plain(s, hint, len + HUGE_PAGES);
	if (page == 0)
		return place_plain(s, hint, len);
	if (page == hint)
		return page;
	/* Down to up: the first aligned page of the padded range; an aligned one gives way to the next. */
	return page + (HUGE_PAGES - page % HUGE_PAGES);
}
