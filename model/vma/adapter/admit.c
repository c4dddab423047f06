/* Which ops are applied. */
/* SPDX-License-Identifier: MIT */
#include "admit.h"
#include "../algorithm/advice.h"
#include "../algorithm/mmap.h"
#include "../state/find.h"
#include "budget.h"
#include "cover.h"
#include "resolve.h"

/* Could a read fault in VMA @i find a huge page, and give an anon_vma or not by what the page tables hold? Without a zero
 * page there is nothing to find in a VMA that has none, and it gives one. */
/*@
  requires valid:  \valid_read(s);
  requires inv:    wf(s->mm);
  requires index:  0 <= i < s->mm.map_count;
  TOTAL;
  assigns          \nothing;
  ensures unclear: \result == true <==> s->rules.zero_page != 0 && s->mm.vma[i].file == OBJECT_NONE && s->mm.vma[i].anon_vma == 0 &&
                     s->mm.vma[i].end - s->mm.vma[i].start >= HUGE_PAGES && (s->mm.vma[i].flags & VMA_NOHUGEPAGE) == 0 &&
                     (s->rules.thp == 2 || (s->mm.vma[i].flags & VMA_HUGEPAGE) != 0);
*/
static bool huge_unclear(const struct space *s, uint32_t i)
{
	const struct vma *v = &s->mm.vma[i];

	/*@ assert at: placed_at(s->mm, i); */
	if (s->rules.zero_page == 0 || v->file != OBJECT_NONE || v->anon_vma != 0 ||
	    v->end - v->start < HUGE_PAGES || (v->flags & VMA_NOHUGEPAGE) != 0)
		return false;
	return s->rules.thp == 2 || (v->flags & VMA_HUGEPAGE) != 0;
}

/* Would VMA @i, if it moves, keep an offset that the model does not know? */
/*@
  requires valid:  \valid_read(s);
  requires index:  0 <= i < s->mm.map_count <= VMA_CAP;
  TOTAL;
  assigns          \nothing;
  ensures bool:    \result == true || \result == false;
*/
static bool move_unclear(const struct space *s, uint32_t i)
{
	const struct vma *v = &s->mm.vma[i];

	return s->rules.anon_pgoff != 0 && v->file != OBJECT_NONE && v->anon_vma != 0;
}

/* @moves: asked of what moves, otherwise of what is faulted in. */
/*@
  requires valid: \valid_read(s);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures bool:   \result == true || \result == false;
*/
static bool range_unclear(const struct space *s, uint64_t start, uint64_t end, bool moves)
{
	uint32_t i = vma_find(&s->mm, start);

	/*@
	  loop invariant index: 0 <= i <= s->mm.map_count;
	  loop assigns i;
	  loop variant s->mm.map_count - i;
	*/
	while (i < s->mm.map_count && s->mm.vma[i].start < end) {
		if (moves ? move_unclear(s, i) : huge_unclear(s, i))
			return true;
		i++;
	}
	return false;
}

/* mmap() that populates huge pages, places by an object's alignment, or makes a protection key. */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  TOTAL;
  assigns         \nothing;
  ensures bool:   \result == true || \result == false;
*/
static bool mmap_unmodelled(const struct space *s, const struct op *op)
{
	uint64_t pages = pages_up(op->ref[1]);

	if ((op->ref[3] & (MMAP_LOCKED | MMAP_POPULATE)) != 0 && s->rules.thp == 2 &&
	    pages >= HUGE_PAGES)
		return true;
	if (s->rules.shared_align != 0 && pages >= HUGE_PAGES &&
	    ((op->ref[3] & MMAP_SHARED) != 0 || op->ref[4] != OBJECT_NONE))
		return true;
	return s->rules.exec_only_pkey != 0 && op->ref[2] == VMA_EXEC;
}

/* Ops whose effect hangs on page tables or hardware that the model does not have. */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures bool:   \result == true || \result == false;
*/
static bool is_unmodelled(const struct space *s, const struct op *op)
{
	uint64_t page = op->ref[0] / PAGE_BYTES, pages = pages_up(op->ref[1]);
	uint64_t end = pages < SPACE_HIGH ? page + pages + 1 : SPACE_HIGH;

	switch (op->kind) {
	case VMA_OP_fault:
		return op->ref[2] == 0 && range_unclear(s, page, page + 1, false);
	case VMA_OP_mlock2:
		return op->ref[2] % 2 == 0 && range_unclear(s, page, end, false);
	case VMA_OP_mlock:
		return range_unclear(s, page, end, false);
	case VMA_OP_madvise:
		return op->ref[2] % 0x100000000 == ADVICE_POPULATE_READ &&
		       range_unclear(s, page, end, false);
	case VMA_OP_mremap:
		return range_unclear(s, page, end, true);
	case VMA_OP_mmap:
	case VMA_OP_mmap_object:
		return mmap_unmodelled(s, op);
	case VMA_OP_mprotect:
		return s->rules.exec_only_pkey != 0 && op->ref[2] == VMA_EXEC;
	default:
		return false;
	}
}

/* Is there room for whatever an op may add? */
/*@
  requires valid: \valid_read(s);
  TOTAL;
  assigns         \nothing;
  ensures ready:  \result == true <==> ready(*s);
*/
static bool has_room(const struct space *s)
{
	return s->mm.map_count <= VMA_CAP - VMA_ROOM &&
	       s->anon_vma_last <= UINT32_MAX - 2 * VMA_CAP && s->object_last < OBJECTS_MAX - 1;
}

/* Is there room for all VMAs that an mremap() of several may split? */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  requires room:  s->mm.map_count <= VMA_CAP - VMA_ROOM;
  TOTAL;
  assigns         \nothing;
  ensures fits:   \result == true ==> pages_of(op->ref[1]) == pages_of(op->ref[2]) && pages_of(op->ref[1]) <= SPACE_HIGH ==>
                    fits_multi(s->mm, op->ref[0] / PAGE_BYTES, op->ref[0] / PAGE_BYTES + pages_of(op->ref[1]));
*/
static bool multi_fits(const struct space *s, const struct op *op)
{
	uint64_t page = op->ref[0] / PAGE_BYTES, pages = pages_up(op->ref[1]);
	uint32_t first, last;

	if (pages == 0 || pages > SPACE_HIGH || pages != pages_up(op->ref[2]))
		return true;
	first = vma_find(&s->mm, page);
	last = vma_find(&s->mm, page + pages - 1);
	/*@ assert low: \forall integer i; 0 <= i < s->mm.map_count && page < s->mm.vma[i].end ==> first <= i; */
	/*@ assert there: last < s->mm.map_count ==> page < s->mm.vma[last].end; */
	/*@ assert order: first <= last; */
	/*@ assert high: \forall integer j; last < j < s->mm.map_count ==>
	      page + pages <= s->mm.vma[last].end && s->mm.vma[last].end <= s->mm.vma[j].start; */
	/*@ assert most: \forall integer j; 0 <= j < s->mm.map_count && s->mm.vma[j].start < page + pages ==> j <= last; */
	/* The last of them is the one that holds the last page, or the one before. */
	return 4 * (last - first + 1) + 2 <= VMA_CAP - s->mm.map_count;
}

enum skip vma_admit(const struct vma_state *state, struct op *op)
{
	enum skip skip = vma_resolve(state, op);

	if (skip != SKIP_NO)
		return skip;
	if (!has_room(&state->space))
		return SKIP_CAPACITY;
	if (op->kind == VMA_OP_mremap && !multi_fits(&state->space, op))
		return SKIP_CAPACITY;
	op->blamed = (uint8_t)arg_uncovered(&state->space, op);
	if (op->blamed != 0 || is_unmodelled(&state->space, op))
		return SKIP_UNMODELLED;
	if (is_limited(&state->space, op))
		return SKIP_LIMIT;
	return is_costly(&state->space, state->populated, op) ? SKIP_CAPACITY : SKIP_NO;
}
