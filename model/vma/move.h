/* Moving a mapping: what mremap() does once it knows where to. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MOVE_H
#define MEMORACLE_MODEL_VMA_MOVE_H

#include "mremap.h"

/*
 * vma_move() - the pages [r->page, r->page + r->old) of one VMA appear at r->to, r->len pages long, where nothing
 * is mapped; the source goes, or stays under REMAP_DONTUNMAP.
 * Source: mm/mremap.c:move_vma, mm/vma.c:copy_vma.
 */
void vma_move(struct space *s, const struct remap *r);

#endif
