/* The parts of mremap(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_REMAP_H
#define MEMORACLE_MODEL_VMA_REMAP_H

#include "mremap.h"

/* has_target() - does the call name a target? */
bool has_target(uint32_t flags);

/* page_lookup() - is @page in a VMA? *i is it then. Source: include/linux/mm.h:vma_lookup. */
bool page_lookup(const struct space *s, uint64_t page, uint32_t *i);

/* flags_valid() - do flags and lengths fit together? Source: mm/mremap.c:check_mremap_params. */
bool flags_valid(struct space *s, const struct mremap_args *a, const struct remap *r);

/* target_valid() - may the target be where it is? Source: mm/mremap.c:check_mremap_params, vrm_overlaps. */
bool target_valid(const struct mremap_args *a, const struct remap *r);

/*
 * source_check() - source VMA @i against the lengths.
 * Returns: 0, EINVAL or EFAULT.
 * Source: mm/mremap.c:check_prep_vma.
 */
int32_t source_check(struct space *s, uint32_t i, const struct remap *r);

/* target_find() - where it goes: r->to is fixed, a hint, or to be found. Returns: false if there is no room. */
bool target_find(struct space *s, uint32_t i, struct remap *r, bool hint);

/* grown_populate() - faults in what is new of locked memory, which is at page @to now. */
void grown_populate(struct space *s, const struct remap *r, uint64_t to, bool locked);

/* source_shrink() - unmaps the tail of a source that becomes shorter. Returns: 0 or EINVAL. */
int32_t source_shrink(struct space *s, struct remap *r);

/* remap_to() - to a named target, from one VMA. Source: mm/mremap.c:mremap_to. */
int32_t remap_to(struct space *s, struct remap *r, uint64_t *at);

/* remap_multi() - several VMAs, with the gaps between them. Source: mm/mremap.c:remap_move. */
int32_t remap_multi(struct space *s, const struct remap *r, uint64_t *at);

/* remap_grow() - VMA @i gets longer: in place, or wherever there is room. Source: mm/mremap.c:expand_vma. */
int32_t remap_grow(struct space *s, uint32_t i, struct remap *r, uint64_t *at);

#endif
