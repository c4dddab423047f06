/* Which ops are applied. */
/* SPDX-License-Identifier: MIT */
#include "admit.h"
#include "../algorithm/mmap.h"
#include "../state/find.h"
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

/*@
  requires valid: \valid_read(s);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures bool:   \result == true || \result == false;
*/
static bool range_unclear(const struct space *s, uint64_t start, uint64_t end)
{
	uint32_t i = vma_find(&s->mm, start);

	/*@
	  loop invariant index: 0 <= i <= s->mm.map_count;
	  loop assigns i;
	  loop variant s->mm.map_count - i;
	*/
	while (i < s->mm.map_count && s->mm.vma[i].start < end) {
		if (huge_unclear(s, i))
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
		return op->ref[2] == 0 && range_unclear(s, page, page + 1);
	case VMA_OP_mlock:
	case VMA_OP_mlock2:
		return range_unclear(s, page, end);
	case VMA_OP_mmap:
	case VMA_OP_mmap_object:
		return mmap_unmodelled(s, op);
	case VMA_OP_mprotect:
		return s->rules.exec_only_pkey != 0 && op->ref[2] == VMA_EXEC;
	default:
		return false;
	}
}

/* Pages by which a fault at @page grows a stack. */
/*@
  requires valid: \valid_read(s);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
*/
static uint64_t stack_grows(const struct space *s, uint64_t page)
{
	uint32_t i = vma_find(&s->mm, page);

	if (i >= s->mm.map_count || s->mm.vma[i].start <= page ||
	    (s->mm.vma[i].flags & VMA_GROWSDOWN) == 0)
		return 0;
	return s->mm.vma[i].start - page;
}

/* Pages that @op adds at most, or that become data. */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
*/
static uint64_t op_grows(const struct space *s, const struct op *op)
{
	switch (op->kind) {
	case VMA_OP_mmap:
	case VMA_OP_mmap_object:
	case VMA_OP_mprotect:
		return pages_up(op->ref[1]);
	case VMA_OP_mremap:
		return pages_up(op->ref[2]);
	case VMA_OP_brk:
		return op->ref[0] > s->brk ? pages_up(op->ref[0]) - pages_up(s->brk) : 0;
	case VMA_OP_fault:
		return stack_grows(s, op->ref[0] / PAGE_BYTES);
	default:
		return 0;
	}
}

/* Would @more pages beside all that are mapped, or with @data beside those of data, be above @limit? */
/*@
  requires valid: \valid_read(s);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures none:   limit >= PAGES_ALL - 1 ==> \result == false;
  ensures single: limit < PAGES_ALL - 1 && more > limit ==> \result == true;
*/
static bool pages_exceed(const struct space *s, bool data, uint64_t limit, uint64_t more)
{
	uint64_t pages;

	if (limit >= PAGES_ALL - 1)
		return false;
	/*@
	  loop invariant index: 0 <= i <= s->mm.map_count;
	  loop invariant left:  limit <= \at(limit, Pre);
	  loop assigns i, pages, limit;
	  loop variant s->mm.map_count - i;
	*/
	for (uint32_t i = 0; i < s->mm.map_count; i++) {
		if (data && (s->mm.vma[i].flags & (VMA_WRITE | VMA_SHARED)) != VMA_WRITE)
			continue;
		/*@ assert at: placed_at(s->mm, i); */
		pages = s->mm.vma[i].end - s->mm.vma[i].start;
		if (pages > limit)
			return true;
		limit -= pages;
	}
	return more > limit;
}

/* Might the op meet a limit of the process? What the kernel does then is not modelled. mprotect() adds nothing but data. */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures none:   s->rules.as_pages >= PAGES_ALL - 1 && s->rules.data_pages >= PAGES_ALL - 1 ==> \result == false;
*/
static bool is_limited(const struct space *s, const struct op *op)
{
	uint64_t more = op_grows(s, op);

	if (more == 0)
		return false;
	return (op->kind != VMA_OP_mprotect && pages_exceed(s, false, s->rules.as_pages, more)) ||
	       pages_exceed(s, true, s->rules.data_pages, more);
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

enum skip vma_admit(const struct vma_state *state, struct op *op)
{
	enum skip skip = vma_resolve(state, op);

	if (skip != SKIP_NO)
		return skip;
	if (!has_room(&state->space))
		return SKIP_CAPACITY;
	if (is_limited(&state->space, op))
		return SKIP_LIMIT;
	return is_unmodelled(&state->space, op) ? SKIP_UNMODELLED : SKIP_NO;
}
