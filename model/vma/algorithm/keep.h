/* The source of a move that stays mapped: MREMAP_DONTUNMAP. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_KEEP_H
#define MEMORACLE_MODEL_VMA_KEEP_H

#include "remap.h"

/*
 * source_keep() - the source stays, but without what it had: its locks, and, where it is a VMA of its own, its anon_vma.
 * Source: mm/mremap.c:dontunmap_complete.
 */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(r) && \separated(s, r) && remap_ok(*r);
  requires in:    mapped(s->mm, r->page);
  TOTAL;
  assigns         s->mm, s->locked_leak, s->trace;
  ENSURES_SPACE;
  ensures count:  s->mm.map_count == \old(s->mm.map_count);
*/
void source_keep(struct space *s, const struct remap *r);

#endif
