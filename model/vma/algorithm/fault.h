/* Page faults: what they do to VMAs. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_FAULT_H
#define MEMORACLE_MODEL_VMA_FAULT_H

#include "../space.h"

/*
 * anon_vma_prepare() - VMA @i gets an anon_vma if it has none: a compatible neighbour's, or a new one.
 * Source: mm/rmap.c:__anon_vma_prepare, mm/vma.c:find_mergeable_anon_vma.
 */
/*@
  SPACE_VALID;
  requires index: 0 <= i < s->mm.map_count;
  requires ids:   s->anon_vma_last < UINT32_MAX;
  VMA_TOTAL;
  assigns         s->mm.vma[i].anon_vma, s->anon_vma_last, s->trace;
  SPACE_WF;
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
  SPACE_ALIKE;
*/
void anon_vma_prepare(struct space *s, uint32_t i);

/*
 * space_populate() - faults in all pages of [start, end), as mlock and MAP_POPULATE do.
 * @stop: whether the first failure ends it.
 * Returns: 0, or ENOMEM if it was ended.
 * Source: mm/gup.c:__mm_populate, populate_vma_page_range.
 */
/*@
  SPACE_VALID;
  requires ids:   s->anon_vma_last + s->mm.map_count < UINT32_MAX;
  VMA_TOTAL;
  assigns         s->mm.vma[0 .. VMA_CAP - 1].anon_vma, s->anon_vma_last, s->trace;
  SPACE_WF;
  ensures err:    \result == 0 || \result == MODEL_ENOMEM;
  ensures on:     stop == false ==> \result == 0;
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + s->mm.map_count;
  SPACE_ALIKE;
*/
int32_t space_populate(struct space *s, uint64_t start, uint64_t end, bool stop);

/*
 * space_fault() - an access to @addr (bytes) by a system call.
 * Returns: 0, or EFAULT.
 * Source: arch/x86/mm/fault.c:do_user_addr_fault, mm/memory.c:handle_mm_fault.
 */
/*@
  SPACE_VALID;
  requires ids:   s->anon_vma_last + 2 <= UINT32_MAX;
  VMA_TOTAL;
  assigns         s->mm, s->anon_vma_last, s->trace;
  SPACE_WF;
  ensures err:    \result == 0 || \result == MODEL_EFAULT;
  ensures count:  s->mm.map_count == \old(s->mm.map_count);
  ensures ids:    \old(s->anon_vma_last) <= s->anon_vma_last <= \old(s->anon_vma_last) + 2;
  ensures kept:   \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) ==> maps(s->mm, at, fl, file, off);
*/
int32_t space_fault(struct space *s, uint64_t addr, bool write);

/*
 * fault_owns() - does a fault in VMA @i map a page of the process's own, for which the VMA needs an anon_vma? One that
 * writes private memory does, and one that reads anonymous memory where the kernel gives no zero page.
 * Source: mm/memory.c:do_anonymous_page, do_cow_fault.
 */
/*@
  SPACE_VALID;
  requires index: 0 <= i < s->mm.map_count;
  VMA_TOTAL;
  assigns         s->trace;
  ensures owns:   \result == true <==> owned(s->mm.vma[i], write ? 1 : 0, s->rules.zero_page);
*/
bool fault_owns(struct space *s, uint32_t i, bool write);

/* vma_beyond() - does @page of VMA @i lie beyond the end of its object? */
/*@
  requires valid: \valid_read(s);
  requires inv:   wf(s->mm);
  requires index: 0 <= i < s->mm.map_count;
  requires in:    s->mm.vma[i].start <= page < s->mm.vma[i].end;
  VMA_TOTAL;
  assigns         \nothing;
  ensures beyond: \result == true <==> s->mm.vma[i].file != OBJECT_NONE && s->mm.vma[i].file < OBJECTS_MAX &&
                    s->mm.vma[i].pgoff + (page - s->mm.vma[i].start) >= s->object_pages[s->mm.vma[i].file];
*/
bool vma_beyond(const struct space *s, uint32_t i, uint64_t page);

#endif
