/* The view of an address space under test, from what /proc, or the kernel in process, tells of it. */
/* SPDX-License-Identifier: MIT */
#include "observe.h"

static struct proc_list list;  /* of the last sweep */
static struct proc_list flags; /* of the last reading of smaps */

const struct proc_list *space_sweep(void)
{
	proc_maps(SPACE_LOW, &list);
	return &list;
}

/* An inode as the number of its object. */
static uint64_t inode_object(const struct objects *objects, uint64_t inode)
{
	if (inode == 0)
		return OBJECT_NONE;
	for (uint32_t i = objects->last; i >= OBJECT_A; i--)
		if (objects->inode[i] == inode)
			return i;
	return CELL_ABSENT;
}

/* What a cell says of the VMA that starts at its key. */
static uint64_t cell_value(const struct objects *objects, uint16_t field,
			   const struct proc_vma *vma)
{
	switch (field) {
	case VMA_FIELD_end:
		return vma->end;
	case VMA_FIELD_perms:
		return vma->flags & (VMA_ACCESS | VMA_SHARED);
	case VMA_FIELD_pgoff:
		return vma->inode == 0 ? 0 : vma->pgoff;
	case VMA_FIELD_object:
		return inode_object(objects, vma->inode);
	default:
		return CELL_ABSENT;
	}
}

static uint64_t flags_value(uint64_t page)
{
	uint32_t i = proc_list_find(&flags, page);

	if (i >= flags.count || flags.vma[i].start != page)
		return CELL_ABSENT;
	return flags.vma[i].flags;
}

/* The first VMA that ends after @page: from the last sweep, or by asking. */
static bool vma_after(uint64_t page, bool swept, struct proc_vma *vma)
{
	uint32_t i;

	if (!swept)
		return proc_query(page, vma);
	i = proc_list_find(&list, page);
	if (i < list.count)
		*vma = list.vma[i];
	return i < list.count;
}

static void scalars_observe(const struct counters_base *base, const struct cell *cell,
			    uint32_t count, uint64_t *seen)
{
	struct proc_counters now;

	proc_counters(&now);
	for (uint32_t i = 0; i < count; i++) {
		if (cell[i].field == VMA_FIELD_map_count)
			seen[i] = list.count;
		else if (cell[i].field == VMA_FIELD_total_vm)
			seen[i] = now.total_vm - base->counters.total_vm;
		else if (cell[i].field == VMA_FIELD_data_vm)
			seen[i] = now.data_vm - base->counters.data_vm;
		else if (cell[i].field == VMA_FIELD_locked_vm)
			seen[i] = (proc_locked() - base->locked) % LOCKED_MODULO;
	}
}

static bool has_field(const struct cell *cell, uint32_t count, uint16_t field)
{
	for (uint32_t i = 0; i < count; i++)
		if (cell[i].field == field)
			return true;
	return false;
}

void space_observe(const struct objects *objects, const struct counters_base *base,
		   const struct cell *cell, uint32_t count, uint64_t *seen)
{
	bool whole = count > 0 && cell[count - 1].field >= VMA_FIELD_map_count;
	bool swept = whole || !proc_has_query();
	struct proc_vma vma = { 0 };
	bool found = false;

	if (swept)
		(void)space_sweep();
	if (has_field(cell, count, VMA_FIELD_vm_flags))
		proc_smaps(SPACE_LOW, &flags);
	for (uint32_t i = 0; i < count; i++) {
		uint64_t page = cell_page(cell[i].space, cell[i].key);

		seen[i] = CELL_ABSENT;
		if (cell[i].field == VMA_FIELD_next) {
			found = vma_after(page, swept, &vma);
			seen[i] = found ? vma.start : CELL_ABSENT;
		} else if (cell[i].field == VMA_FIELD_vm_flags) {
			seen[i] = flags_value(page);
		} else if (cell[i].field < VMA_FIELD_vm_flags) {
			if (!found || vma.start != page)
				found = vma_after(page, swept, &vma);
			if (found && vma.start == page)
				seen[i] = cell_value(objects, cell[i].field, &vma);
		}
	}
	if (whole)
		scalars_observe(base, cell, count, seen);
}
