/* brk(). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_BRK_H
#define MEMORACLE_MODEL_VMA_BRK_H

#include "../env.h"

#define HEAP_FLAGS (VMA_READ | VMA_WRITE | VMA_MAYACCESS | VMA_ACCOUNT)

/*
 * space_brk() - brk().
 * @brk: the break asked for, in bytes.
 * Returns: the break that holds now, in bytes.
 * Source: mm/mmap.c:brk, mm/vma.c:do_brk_flags.
 */
/*@
  REQUIRES_SPACE;
  requires room:  s->mm.map_count + 2 <= VMA_CAP;
  requires limit: s->brk <= SPACE_HIGH * PAGE_BYTES;
  TOTAL;
  assigns         s->mm, s->brk, s->trace;
  ENSURES_SPACE;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 1;
  ensures result: \result == s->brk && (\result == brk || \result == \old(s->brk));
  ensures high:   s->brk <= SPACE_HIGH * PAGE_BYTES;
  ensures start:  brk < SPACE_HEAP * PAGE_BYTES ==> \result == \old(s->brk);
  ensures same:   brk >= SPACE_HEAP * PAGE_BYTES && pages_of(brk) == pages_of(\old(s->brk)) ==> \result == brk;
  ensures kept:   \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) &&
                    !(pages_of(s->brk) <= at < pages_of(\old(s->brk))) ==> maps(s->mm, at, fl, file, off);
  ensures added:  \forall integer at; pages_of(\old(s->brk)) <= at < pages_of(s->brk) ==> maps(s->mm, at, HEAP_FLAGS, OBJECT_NONE, at);
  ensures only:   \forall integer at, fl, file, off; maps(s->mm, at, fl, file, off) ==>
                    (maps(\old(s->mm), at, fl, file, off) && !(pages_of(s->brk) <= at < pages_of(\old(s->brk)))) ||
                    (pages_of(\old(s->brk)) <= at < pages_of(s->brk) && fl == HEAP_FLAGS && file == OBJECT_NONE && off == at);
*/
uint64_t space_brk(struct space *s, uint64_t brk);

#endif
