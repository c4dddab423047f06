/* The VMAs of one address space: a sorted array of records, on which the primitives work. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_STATE_H
#define MEMORACLE_MODEL_VMA_STATE_H

#include <stdint.h>
#include "../bool.h"
#include "../contract.acsl"

#ifndef VMA_CAP
#define VMA_CAP 1024u /* VMAs of an address space */
#endif
#define VMA_PAGES 0x7ffffffffull /* user address space: 2^47 bytes less a page */
#define VMA_PGOFF_MAX                                                                              \
	0xffffffffffffffffull /* no range ends above it in its object: mmap and mremap refuse */
#define VMA_NONE 0xffffffffu  /* no index */

/*
 * struct vma - a mapped range of pages.
 * @start, @end: first page, and the page after the last.
 * @pgoff:       page of the object at @start; for anonymous memory whatever rmap goes by.
 * @flags:       VMA_* bits.
 * @file:        the object mapped, 0 for private anonymous memory.
 * @anon_vma:    0 for none.
 *
 * Invariant: placed (specs/vma.acsl).
 */
struct vma {
	uint64_t start;
	uint64_t end;
	uint64_t pgoff;
	uint64_t flags;
	uint32_t file;
	uint32_t anon_vma;
};

/*
 * struct mm - the VMAs of an address space, in order of address.
 * @map_count: how many; @vma[map_count] and above have no meaning.
 * Neighbours that could be merged may stay unmerged: the kernel leaves such.
 *
 * Invariant: wf (specs/vma.acsl).
 */
struct mm {
	uint32_t map_count;
	struct vma vma[VMA_CAP];
};

#include "../../specs/vma.acsl"

#endif
