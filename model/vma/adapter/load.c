/* An address space out of a full view that was read from the real side. */
/* SPDX-License-Identifier: MIT */
#include "load.h"
#include "../state/insert.h"

/* The fields of the VMA that begins at @v->start, from cell @i on. */
/*@
  requires seen:  \valid_read(seen) && \valid_read(seen->cell + (0 .. seen->count - 1));
  requires valid: \valid(v) && \separated(v, seen, seen->cell + (0 .. seen->count - 1));
  TOTAL;
  assigns         v->end, v->flags, v->pgoff, v->file;
*/
static void vma_fill(struct vma *v, const struct view *seen, uint32_t i)
{
	/*@
	  loop assigns i, v->end, v->flags, v->pgoff, v->file;
	  loop variant seen->count - i;
	*/
	for (; i < seen->count && cell_page(seen->cell[i].space, seen->cell[i].key) == v->start;
	     i++) {
		uint64_t value = seen->cell[i].value;

		switch (seen->cell[i].field) {
		case VMA_FIELD_end:
			v->end = value;
			break;
		case VMA_FIELD_perms:
			v->flags = value;
			break;
		case VMA_FIELD_pgoff:
			v->pgoff = value;
			break;
		case VMA_FIELD_object:
			v->file = (uint32_t)(value % 0x100000000);
			break;
		default:
			break;
		}
	}
	if (v->file == OBJECT_NONE)
		v->pgoff = v->start;
}

/* Adds @v above all others. Returns: false where it does not fit there. */
/*@
  REQUIRES_MM;
  requires new:  \valid_read(v) && \separated(v, mm);
  TOTAL;
  assigns        *mm;
  ENSURES_MM;
  ensures count: mm->map_count == \old(mm->map_count) + (\result == true ? 1 : 0);
*/
static bool mm_append(struct mm *mm, const struct vma *v)
{
	uint32_t n = mm->map_count;

	if (n >= VMA_CAP || v->end <= v->start || v->end > SPACE_HIGH ||
	    v->end - v->start > VMA_PGOFF_MAX - v->pgoff ||
	    (n > 0 && mm->vma[n - 1].end > v->start))
		return false;
	vma_insert(mm, n, v);
	return true;
}

/* The VMAs of @seen, in order of address. Returns: false where they are no address space. */
/*@
  REQUIRES_MM;
  requires seen:  \valid_read(seen) && \valid_read(seen->cell + (0 .. seen->count - 1));
  requires apart: \separated(mm, seen, seen->cell + (0 .. seen->count - 1));
  TOTAL;
  assigns         *mm;
  ENSURES_MM;
*/
static bool mm_load(struct mm *mm, const struct view *seen)
{
	struct vma v;

	/*@
	  loop invariant counted: counted(*mm);
	  loop invariant sorted:  sorted(*mm);
	  loop invariant bounded: bounded(*mm);
	  loop invariant index:   0 <= i <= seen->count;
	  loop assigns i, v, *mm;
	  loop variant seen->count - i;
	*/
	for (uint32_t i = 0; i < seen->count; i++) {
		if (seen->cell[i].field != VMA_FIELD_end)
			continue;
		v.start = cell_page(seen->cell[i].space, seen->cell[i].key);
		v.end = 0;
		v.pgoff = 0;
		v.flags = 0;
		v.file = OBJECT_NONE;
		v.anon_vma = 0;
		vma_fill(&v, seen, i);
		if (!mm_append(mm, &v))
			return false;
	}
	return true;
}

bool vma_load(struct vma_state *state, const struct view *seen)
{
	return mm_load(&state->space.mm, seen);
}
