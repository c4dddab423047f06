/* Moving a mapping: what mremap() does once it knows where to. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MOVE_H
#define MEMORACLE_MODEL_VMA_MOVE_H

#include "remap.h"

/*
 * vma_move() - the pages [r->page, r->page + r->old) of one VMA appear at r->to, r->len pages long, where nothing
 * is mapped; the source goes, or stays under REMAP_DONTUNMAP.
 * Source: mm/mremap.c:move_vma, mm/vma.c:copy_vma.
 */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(r) && \separated(s, r) && remap_ok(*r);
  requires room:  s->mm.map_count + 4 <= VMA_CAP;
  requires in:    mapped(s->mm, r->page);
  requires to:    0 < r->len && r->to + r->len <= SPACE_HIGH;
  requires free:  vacant(s->mm, r->to, r->to + r->len);
  requires pgoff: \forall integer fl, file, off; maps(s->mm, r->page, fl, file, off) ==> off + r->len <= VMA_PGOFF_MAX;
  TOTAL;
  assigns         s->mm, s->locked_leak, s->trace;
  ENSURES_SPACE;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 3;
*/
void vma_move(struct space *s, const struct remap *r);

#endif
