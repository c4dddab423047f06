/* Faulting in whole ranges. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_POPULATE_H
#define MEMORACLE_MODEL_VMA_POPULATE_H

#include "../env.h"

/*
 * space_populate() - faults in all pages of [start, end), as mlock and MAP_POPULATE do.
 * @stop: whether the first failure ends it.
 * Returns: 0, or ENOMEM if it was ended.
 * Source: mm/gup.c:__mm_populate, populate_vma_page_range.
 */
/*@
  REQUIRES_SPACE;
  requires ids:   s->anon_vma_last + s->mm.map_count < UINT32_MAX;
  TOTAL;
  assigns         s->mm.vma[0 .. VMA_CAP - 1].anon_vma, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures err:    \result == 0 || \result == MODEL_ENOMEM;
  ensures on:     stop == false ==> \result == 0;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + s->mm.map_count;
  ENSURES_ALIKE;
*/
int32_t space_populate(struct space *s, uint64_t start, uint64_t end, bool stop);

#endif
