/* Where free room is. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_GAP_H
#define MEMORACLE_MODEL_VMA_GAP_H

#include "../state.h"

/*
 * gap_end() - end of the gap below VMA @i (mm->map_count: above all), cut off at @limit.
 */
/*@
  requires valid: \valid_read(mm);
  requires inv:   wf(*mm);
  requires index: 0 <= i <= mm->map_count;
  TOTAL;
  assigns         \nothing;
  ensures end:    \result == (i < mm->map_count && mm->vma[i].start < limit ? mm->vma[i].start : limit);
*/
uint64_t gap_end(const struct mm *mm, uint32_t i, uint64_t limit);

/*
 * mm_gap_below() - the highest room for @len pages in [low, limit).
 * The room is [e - len, e) where e = gap_end(mm, result, limit).
 * Returns: index of the VMA above that room (mm->map_count: none above), or VMA_NONE if there is no room.
 * Source: mm/vma.c:unmapped_area_topdown; the guard below a stack is the caller's.
 */
/*@
  requires valid: \valid_read(mm);
  requires inv:   wf(*mm);
  requires len:   0 < len;
  requires range: low <= limit <= VMA_PAGES;
  TOTAL;
  assigns         \nothing;
  ensures bound:  \result == VMA_NONE || 0 <= \result <= mm->map_count;
  ensures start:  \forall integer e; \result != VMA_NONE &&
                    e == (\result < mm->map_count && mm->vma[\result].start < limit ? mm->vma[\result].start : limit) ==>
                    low + len <= e && unmapped(*mm, e - len, e);
  ensures best:   \forall integer e, x; \result != VMA_NONE &&
                    e == (\result < mm->map_count && mm->vma[\result].start < limit ? mm->vma[\result].start : limit) &&
                    e < x + len <= limit ==> blocked(*mm, x, len);
  ensures none:   \result == VMA_NONE ==> \forall integer x; low <= x && x + len <= limit ==> blocked(*mm, x, len);
*/
uint32_t mm_gap_below(const struct mm *mm, uint64_t low, uint64_t limit, uint64_t len);

#endif
