/* Growing. */
/* SPDX-License-Identifier: MIT */
#include "resize.h"

void vma_grow_end(struct mm *mm, uint32_t i, uint64_t end)
{
	mm->vma[i].end = end;
	/*@ assert other: \forall integer j, p, fl, f, o; j != i ==> (holds(\at(*mm, Pre), j, p, fl, f, o) <==> holds(*mm, j, p, fl, f, o)); */
	/*@ assert this: \forall integer p, fl, f, o; holds(*mm, i, p, fl, f, o) <==> holds(\at(*mm, Pre), i, p, fl, f, o) ||
	      (\at(mm->vma[i].end, Pre) <= p < end && fl == mm->vma[i].flags && f == mm->vma[i].file &&
	       o == mm->vma[i].pgoff + (p - mm->vma[i].start)); */
}

void vma_grow_start(struct mm *mm, uint32_t i, uint64_t start)
{
	mm->vma[i].pgoff -= mm->vma[i].start - start;
	mm->vma[i].start = start;
	/*@ assert other: \forall integer j, p, fl, f, o; j != i ==> (holds(\at(*mm, Pre), j, p, fl, f, o) <==> holds(*mm, j, p, fl, f, o)); */
	/*@ assert this: \forall integer p, fl, f, o; holds(*mm, i, p, fl, f, o) <==> holds(\at(*mm, Pre), i, p, fl, f, o) ||
	      (start <= p < \at(mm->vma[i].start, Pre) && fl == mm->vma[i].flags && f == mm->vma[i].file &&
	       o == mm->vma[i].pgoff + (p - start)); */
}
