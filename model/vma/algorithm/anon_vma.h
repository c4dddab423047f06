/* Which anon_vma a VMA gets when it is first written to. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_ANON_VMA_H
#define MEMORACLE_MODEL_VMA_ANON_VMA_H

#include "../env.h"

/*
 * anon_vma_prepare() - VMA @i gets an anon_vma if it has none: a compatible neighbour's, or a new one.
 * Source: mm/rmap.c:__anon_vma_prepare, mm/vma.c:find_mergeable_anon_vma.
 */
/*@
  REQUIRES_SPACE;
  requires index: 0 <= i < s->mm.map_count;
  requires ids:   s->anon_vma_last < UINT32_MAX;
  TOTAL;
  assigns         s->mm.vma[i].anon_vma, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + 1;
  ensures some:   s->mm.vma[i].anon_vma != 0;
  ensures had:    \old(s->mm.vma[i].anon_vma) != 0 ==> s->mm.vma[i].anon_vma == \old(s->mm.vma[i].anon_vma) &&
                                                        s->anon_vma_last == \old(s->anon_vma_last);
  ensures next:   \old(s->mm.vma[i].anon_vma) == 0 && lends_next(\old(s->mm), i) ==>
                    s->mm.vma[i].anon_vma == \old(s->mm.vma[i + 1].anon_vma) && s->anon_vma_last == \old(s->anon_vma_last);
  ensures prev:   \old(s->mm.vma[i].anon_vma) == 0 && !lends_next(\old(s->mm), i) && lends_prev(\old(s->mm), i) ==>
                    s->mm.vma[i].anon_vma == \old(s->mm.vma[i - 1].anon_vma) && s->anon_vma_last == \old(s->anon_vma_last);
  ensures new:    \old(s->mm.vma[i].anon_vma) == 0 && !lends_next(\old(s->mm), i) && !lends_prev(\old(s->mm), i) ==>
                    s->mm.vma[i].anon_vma == s->anon_vma_last && s->anon_vma_last == \old(s->anon_vma_last) + 1;
  ENSURES_ALIKE;
*/
void anon_vma_prepare(struct space *s, uint32_t i);

#endif
