/* Page faults: what they do to VMAs. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_FAULT_H
#define MEMORACLE_MODEL_VMA_FAULT_H

#include "../env.h"

/*
 * space_fault() - an access to @addr (bytes) by a system call.
 * Returns: 0, or EFAULT.
 * Source: arch/x86/mm/fault.c:do_user_addr_fault, mm/memory.c:handle_mm_fault.
 */
/*@
  REQUIRES_SPACE;
  requires ids:   s->anon_vma_last + 2 <= UINT32_MAX;
  TOTAL;
  assigns         s->mm, s->anon_vma_last, s->trace;
  ENSURES_SPACE;
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
  REQUIRES_SPACE;
  requires index: 0 <= i < s->mm.map_count;
  TOTAL;
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
  TOTAL;
  assigns         \nothing;
  ensures beyond: \result == true <==> s->mm.vma[i].file != OBJECT_NONE && s->mm.vma[i].file < OBJECTS_MAX &&
                    s->mm.vma[i].pgoff + (page - s->mm.vma[i].start) >= s->object_pages[s->mm.vma[i].file];
*/
bool vma_beyond(const struct space *s, uint32_t i, uint64_t page);

#endif
