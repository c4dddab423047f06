/* Merging of neighbours: new ranges, and changed parts of a VMA. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MERGE_H
#define MEMORACLE_MODEL_VMA_MERGE_H

#include "space.h"

/*
 * vma_map() - maps a new range, joining neighbours where the rules allow.
 * @v: the range, free in s->mm; its anon_vma is the one it brings along.
 * @right: whether it may join the VMA above.
 * Returns: index of the VMA that holds it now.
 * Source: mm/vma.c:vma_merge_new_range, Linux 6.18.
 */
uint32_t vma_map(struct space *s, const struct vma *v, bool right);

/*
 * vma_modify() - the pages [start, end) of VMA @i get @flags: joins neighbours or splits.
 * Returns: index of the VMA that holds start now.
 * Source: mm/vma.c:vma_modify, vma_merge_existing_range.
 */
uint32_t vma_modify(struct space *s, uint32_t i, uint64_t start, uint64_t end, uint64_t flags);

#endif
