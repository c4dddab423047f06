/* What an op costs: pages that it faults in, and pages that it may add or account. */
/* SPDX-License-Identifier: MIT */
#include "budget.h"
#include "../algorithm/advice.h"
#include "../algorithm/mmap_args.h"
#include "../algorithm/mprotect.h"
#include "../state/find.h"

/* Pages of [start, end) in VMAs that have all of @flags. */
/*@
  requires valid: \valid_read(s);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures bound:  \result <= SPACE_HIGH;
*/
static uint64_t range_pages(const struct space *s, uint64_t start, uint64_t end, uint64_t flags)
{
	uint32_t i = vma_find(&s->mm, start);
	uint64_t sum = 0, from, to;

	/*@
	  loop invariant index: 0 <= i <= s->mm.map_count;
	  loop invariant sum:   sum <= (i > 0 ? s->mm.vma[i - 1].end : 0);
	  loop assigns i, sum, from, to;
	  loop variant s->mm.map_count - i;
	*/
	for (; i < s->mm.map_count && s->mm.vma[i].start < end; i++) {
		/*@ assert at: placed_at(s->mm, i); */
		if ((s->mm.vma[i].flags & flags) != flags)
			continue;
		from = s->mm.vma[i].start > start ? s->mm.vma[i].start : start;
		to = s->mm.vma[i].end < end ? s->mm.vma[i].end : end;
		if (from < to)
			sum += to - from;
	}
	return sum;
}

/* The page where @op begins: PROT_GROWSDOWN reaches down to the start of the VMA. */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures below:  \result <= op->ref[0] / PAGE_BYTES;
*/
static uint64_t op_first(const struct space *s, const struct op *op)
{
	uint64_t page = op->ref[0] / PAGE_BYTES;
	uint32_t i;

	if (op->kind != VMA_OP_mprotect || (op->ref[2] & PROTECT_GROWSDOWN) == 0)
		return page;
	i = vma_find(&s->mm, page);
	return i < s->mm.map_count && s->mm.vma[i].start < page ? s->mm.vma[i].start : page;
}

/* The range of @op, with the page that an unaligned start may add. */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures bound:  \result <= SPACE_HIGH;
*/
static uint64_t op_pages(const struct space *s, const struct op *op, uint64_t flags)
{
	uint64_t page = op->ref[0] / PAGE_BYTES;

	return range_pages(s, op_first(s, op), page + pages_up(op->ref[1]) + 1, flags);
}

/* mremap() faults in what locked memory gains: at most all of its new length. */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
*/
static uint64_t mremap_populates(const struct space *s, const struct op *op)
{
	uint64_t page = op->ref[0] / PAGE_BYTES, pages = pages_up(op->ref[2]);

	if (pages > SPACE_HIGH || pages <= pages_up(op->ref[1]))
		return 0;
	return range_pages(s, page, page + 1, VMA_LOCKED) != 0 ? pages : 0;
}

/* Advice that faults pages in; the number is an int. */
/*@
  TOTAL;
  assigns       \nothing;
  ensures bool: \result == true || \result == false;
*/
static bool is_populate(uint64_t advice)
{
	return advice % 0x100000000 == ADVICE_POPULATE_READ ||
	       advice % 0x100000000 == ADVICE_POPULATE_WRITE;
}

uint64_t op_populates(const struct space *s, const struct op *op)
{
	uint64_t pages = pages_up(op->ref[1]);

	switch (op->kind) {
	case VMA_OP_mmap:
	case VMA_OP_mmap_object:
		return populates(op->ref[3]) && pages <= SPACE_HIGH ? pages : 0;
	case VMA_OP_mprotect:
		return (op->ref[2] & VMA_WRITE) != 0 ? op_pages(s, op, VMA_LOCKED) : 0;
	case VMA_OP_mremap:
		return mremap_populates(s, op);
	case VMA_OP_madvise:
		return is_populate(op->ref[2]) ? op_pages(s, op, 0) : 0;
	case VMA_OP_mlock:
		return op_pages(s, op, 0);
	case VMA_OP_mlock2:
		return op->ref[2] % 2 == 0 ? op_pages(s, op, 0) : 0;
	case VMA_OP_fault:
		return s->rules.thp == 2 ? HUGE_PAGES : 1;
	default:
		return 0;
	}
}

bool is_costly(const struct space *s, uint64_t populated, const struct op *op)
{
	uint64_t more = op_populates(s, op);

	if (more == 0)
		return false;
	if (more > POPULATE_MAX)
		return true;
	/* What was faulted in is still there at most where something is mapped. */
	return populated > POPULATED_MAX - more &&
	       range_pages(s, 0, SPACE_HIGH, 0) > POPULATED_MAX - more;
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
		return pages_up(op->ref[1]);
	case VMA_OP_mprotect:
		return pages_up(op->ref[1]) + (op->ref[0] / PAGE_BYTES - op_first(s, op));
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

/* May the new mapping be accounted? Shared anonymous memory is when it is made, whatever its access. */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  TOTAL;
  assigns         \nothing;
  ensures bool:   \result == true || \result == false;
*/
static bool mmap_accounts(const struct space *s, const struct op *op)
{
	if ((op->ref[3] & MMAP_NORESERVE) != 0 && s->rules.noreserve_flag != 0)
		return false;
	if ((op->ref[3] & MMAP_SHARED) != 0)
		return (op->ref[3] & MMAP_ANONYMOUS) != 0;
	return (op->ref[2] & VMA_WRITE) != 0;
}

/* Pages that @op may account at once. */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
*/
static uint64_t op_accounts(const struct space *s, const struct op *op)
{
	uint64_t pages = op_grows(s, op);

	switch (op->kind) {
	case VMA_OP_mprotect:
		return (op->ref[2] & VMA_WRITE) != 0 ? op_pages(s, op, 0) : 0;
	case VMA_OP_mmap:
	case VMA_OP_mmap_object:
		if (!mmap_accounts(s, op))
			return 0;
		break;
	case VMA_OP_mremap:
		/* A move that makes shorter accounts what goes away. */
		if (pages_up(op->ref[1]) > pages)
			pages = pages_up(op->ref[1]);
		if (op_pages(s, op, VMA_ACCOUNT) == 0)
			return 0;
		break;
	case VMA_OP_brk:
		return pages_up(op->ref[0]) <= SPACE_HIGH ? pages : 0;
	default:
		break;
	}
	return pages <= SPACE_HIGH ? pages : 0;
}

/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures none:   s->rules.commit_pages >= PAGES_ALL - 1 ==> \result == false;
*/
static bool commit_exceeds(const struct space *s, const struct op *op)
{
	return s->rules.commit_pages < PAGES_ALL - 1 && op_accounts(s, op) > s->rules.commit_pages;
}

bool is_limited(const struct space *s, const struct op *op)
{
	uint64_t more = op_grows(s, op);

	if (more == 0)
		return false;
	return (op->kind != VMA_OP_mprotect && pages_exceed(s, false, s->rules.as_pages, more)) ||
	       pages_exceed(s, true, s->rules.data_pages, more) || commit_exceeds(s, op);
}
