/* The state of an address space as cells. */
/* SPDX-License-Identifier: MIT */
#include "view.h"
#include "../state/count.h"
#include "../state/find.h"

/*@
  requires view:  \valid(view) && view->count <= view->capacity;
  requires cells: \valid(view->cell + (0 .. view->capacity - 1)) && \separated(view, view->cell + (0 .. view->capacity - 1));
  TOTAL;
  ENSURES_CELLS;
*/
static void cell_add(struct view *view, uint16_t field, uint64_t page, uint64_t value)
{
	view_add(view, field, page_space(page), page_key(page), value);
}

/*@
  requires valid: \valid_read(s) && \separated(s, view, view->cell + (0 .. view->capacity - 1));
  requires inv:   wf(s->mm);
  requires index: 0 <= i < s->mm.map_count;
  REQUIRES_CELLS(view);
  TOTAL;
  ENSURES_CELLS;
*/
static void vma_cells(const struct space *s, uint32_t i, bool flags, struct view *view)
{
	const struct vma v = s->mm.vma[i];

	cell_add(view, VMA_FIELD_end, v.start, v.end);
	cell_add(view, VMA_FIELD_perms, v.start, v.flags & (VMA_ACCESS | VMA_SHARED));
	cell_add(view, VMA_FIELD_pgoff, v.start, v.file == OBJECT_NONE ? 0 : v.pgoff);
	cell_add(view, VMA_FIELD_object, v.start, v.file);
	if (flags)
		cell_add(view, VMA_FIELD_vm_flags, v.start, v.flags);
}

/* The chain from the first VMA that ends after @page to the one that reaches @end, or begins there or above. */
/*@
  requires valid: \valid_read(s) && \separated(s, view, view->cell + (0 .. view->capacity - 1));
  requires inv:   wf(s->mm);
  REQUIRES_CELLS(view);
  TOTAL;
  ENSURES_CELLS;
*/
static void chain_cells(const struct space *s, uint64_t page, uint64_t end, bool flags,
			struct view *view)
{
	uint32_t i = vma_find(&s->mm, page);
	uint32_t n = s->mm.map_count;

	/*@
	  loop invariant index: 0 <= i <= n;
	  loop invariant fits:  view->count <= view->capacity;
	  loop assigns i, page, view->count, view->overflow, view->cell[0 .. view->capacity - 1];
	  loop variant n - i;
	*/
	while (i < n && s->mm.vma[i].start <= end) {
		cell_add(view, VMA_FIELD_next, page, s->mm.vma[i].start);
		vma_cells(s, i, flags, view);
		page = s->mm.vma[i].end;
		if (page >= end)
			return;
		i++;
	}
	cell_add(view, VMA_FIELD_next, page, i < n ? s->mm.vma[i].start : CELL_ABSENT);
}

/*@
  TOTAL;
  assigns        \nothing;
  ensures data:  \result == true <==> (flags & VMA_GROWSDOWN) != 0 || (flags & (VMA_WRITE | VMA_SHARED)) == VMA_WRITE;
*/
static bool counts_as_data(uint64_t flags)
{
	if ((flags & VMA_GROWSDOWN) != 0)
		return true;
	return (flags & (VMA_WRITE | VMA_SHARED)) == VMA_WRITE;
}

/*@
  requires valid: \valid_read(s) && \separated(s, view, view->cell + (0 .. view->capacity - 1));
  requires inv:   wf(s->mm);
  REQUIRES_CELLS(view);
  TOTAL;
  ENSURES_CELLS;
*/
static void scalar_cells(const struct space *s, bool locks, struct view *view)
{
	uint64_t total = 0, data = 0, locked = s->locked_leak, pages;

	/*@
	  loop invariant index: 0 <= i <= s->mm.map_count;
	  loop invariant total: total <= (i > 0 ? s->mm.vma[i - 1].end : 0);
	  loop invariant data:  data <= total;
	  loop assigns i, total, data, locked, pages;
	  loop variant s->mm.map_count - i;
	*/
	for (uint32_t i = 0; i < s->mm.map_count; i++) {
		/*@ assert at: placed_at(s->mm, i); */
		pages = s->mm.vma[i].end - s->mm.vma[i].start;
		total += pages;
		if (counts_as_data(s->mm.vma[i].flags))
			data += pages;
		if ((s->mm.vma[i].flags & VMA_LOCKED) != 0)
			locked = count_add(locked, pages);
	}
	cell_add(view, VMA_FIELD_map_count, 0, s->mm.map_count);
	cell_add(view, VMA_FIELD_total_vm, 0, total);
	cell_add(view, VMA_FIELD_data_vm, 0, data);
	if (locks)
		cell_add(view, VMA_FIELD_locked_vm, 0, locked % LOCKED_MODULO);
}

/* Windows are pairs of touched nodes. */
/*@
  requires valid: \valid_read(s) && \separated(s, view, view->cell + (0 .. view->capacity - 1));
  requires inv:   wf(s->mm);
  REQUIRES_CELLS(view);
  TOTAL;
  ENSURES_CELLS;
*/
static void window_cells(const struct space *s, bool flags, struct view *view)
{
	uint32_t count = s->trace.touched_count;
	uint64_t page, end;

	if (count > TOUCHED_MAX)
		count = TOUCHED_MAX;
	/*@
	  loop invariant index: 0 <= i <= count + 1;
	  loop invariant fits:  view->count <= view->capacity;
	  loop assigns i, page, end, view->count, view->overflow, view->cell[0 .. view->capacity - 1];
	  loop variant count + 1 - i;
	*/
	for (uint32_t i = 0; i + 1 < count; i += 2) {
		page = key_page(s->trace.touched[i]);
		end = key_page(s->trace.touched[i + 1]);
		chain_cells(s, page, end, flags, view);
	}
}

void vma_view(const struct vma_state *state, enum view_scope scope, struct view *view)
{
	uint64_t smaps = state->space.rules.smaps;

	if (scope == VIEW_FULL) {
		chain_cells(&state->space, SPACE_LOW, SPACE_HIGH, smaps != 0, view);
		scalar_cells(&state->space, state->locks, view);
	} else {
		window_cells(&state->space, smaps != 0 && state->steps % smaps == 0, view);
	}
}
