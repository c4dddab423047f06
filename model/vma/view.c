/* The state of an address space as cells, and back. */
/* SPDX-License-Identifier: MIT */
#include "view.h"
#include "find.h"
#include "insert.h"

static void cell_add(struct view *view, uint16_t field, uint32_t key, uint64_t value)
{
	view_add(view, field, 0, key, value);
}

static void vma_cells(const struct space *s, uint32_t i, bool flags, struct view *view)
{
	const struct vma *v = &s->mm.vma[i];
	uint32_t key = page_key(v->start);

	cell_add(view, VMA_FIELD_end, key, v->end);
	cell_add(view, VMA_FIELD_perms, key, v->flags & (VMA_ACCESS | VMA_SHARED));
	cell_add(view, VMA_FIELD_pgoff, key, v->file == OBJECT_NONE ? 0 : v->pgoff);
	cell_add(view, VMA_FIELD_object, key, v->file);
	if (flags)
		cell_add(view, VMA_FIELD_vm_flags, key, v->flags);
}

/* The chain from the first VMA that ends after @page to the one that reaches @end, or begins there or above. */
static void chain_cells(const struct space *s, uint64_t page, uint64_t end, bool flags,
			struct view *view)
{
	uint32_t i = vma_find(&s->mm, page);
	uint32_t n = s->mm.map_count;

	for (;;) {
		cell_add(view, VMA_FIELD_next, page_key(page),
			 i < n ? s->mm.vma[i].start : CELL_ABSENT);
		if (i >= n || s->mm.vma[i].start > end)
			return;
		vma_cells(s, i, flags, view);
		page = s->mm.vma[i].end;
		if (page >= end)
			return;
		i++;
	}
}

static bool counts_as_data(uint64_t flags)
{
	if ((flags & VMA_GROWSDOWN) != 0)
		return true;
	return (flags & (VMA_WRITE | VMA_SHARED)) == VMA_WRITE;
}

static void scalar_cells(const struct space *s, bool locks, struct view *view)
{
	uint64_t total = 0, data = 0, locked = s->locked_leak;

	for (uint32_t i = 0; i < s->mm.map_count; i++) {
		const struct vma *v = &s->mm.vma[i];
		uint64_t pages = v->end - v->start;

		total += pages;
		if (counts_as_data(v->flags))
			data += pages;
		if ((v->flags & VMA_LOCKED) != 0)
			locked += pages;
	}
	cell_add(view, VMA_FIELD_map_count, 0, s->mm.map_count);
	cell_add(view, VMA_FIELD_total_vm, 0, total);
	cell_add(view, VMA_FIELD_data_vm, 0, data);
	if (locks)
		cell_add(view, VMA_FIELD_locked_vm, 0, locked);
}

/* Windows are pairs of touched nodes. */
static void window_cells(const struct space *s, bool flags, struct view *view)
{
	const struct trace *trace = &s->trace;

	for (uint32_t i = 0; i + 1 < trace->touched_count && i + 1 < TOUCHED_MAX; i += 2) {
		uint64_t page = key_page(trace->touched[i]);

		chain_cells(s, page, key_page(trace->touched[i + 1]), flags, view);
	}
}

void vma_view(const void *memory, enum view_scope scope, struct view *view)
{
	const struct vma_state *state = memory;
	const struct space *s = &state->space;
	uint64_t smaps = s->rules.smaps;

	if (scope == VIEW_FULL) {
		chain_cells(s, SPACE_LOW, SPACE_HIGH, smaps != 0, view);
		scalar_cells(s, state->locks, view);
	} else {
		window_cells(s, smaps != 0 && state->steps % smaps == 0, view);
	}
}

/* The fields of the VMA that begins at @key, from the cells after @i. */
static void vma_fill(struct vma *v, uint32_t key, const struct view *seen, uint32_t i)
{
	for (; i < seen->count && seen->cell[i].key == key; i++) {
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
			v->file = (uint32_t)value;
			break;
		default:
			break;
		}
	}
	if (v->file == OBJECT_NONE)
		v->pgoff = v->start;
}

bool vma_load(void *memory, const struct view *seen)
{
	struct vma_state *state = memory;
	struct mm *mm = &state->space.mm;

	for (uint32_t i = 0; i < seen->count; i++) {
		const struct cell *cell = &seen->cell[i];
		struct vma v = { .start = key_page(cell->key) };

		if (cell->field != VMA_FIELD_end)
			continue;
		vma_fill(&v, cell->key, seen, i);
		if (mm->map_count >= VMA_CAP || v.end <= v.start || v.end > SPACE_HIGH)
			return false;
		vma_insert(mm, mm->map_count, &v);
	}
	return true;
}
