/* Attributes of one VMA. */
/* SPDX-License-Identifier: MIT */
#include "set.h"

void vma_set_flags(struct mm *mm, uint32_t i, uint64_t flags)
{
	mm->vma[i].flags = flags;
	/*@ assert alone: \forall integer j, p, fl, f, o; holds(\at(*mm, Pre), j, p, fl, f, o) && mm->vma[i].start <= p < mm->vma[i].end ==> j == i; */
	/*@ assert turned: \forall integer p, fl, f, o; holds(\at(*mm, Pre), i, p, fl, f, o) ==> holds(*mm, i, p, flags, f, o); */
	/*@ assert other: \forall integer j, p, fl, f, o; j != i ==> (holds(\at(*mm, Pre), j, p, fl, f, o) <==> holds(*mm, j, p, fl, f, o)); */
	/*@ assert this: \forall integer p; mm->vma[i].start <= p < mm->vma[i].end ==>
	      holds(*mm, i, p, mm->vma[i].flags, mm->vma[i].file, mm->vma[i].pgoff + (p - mm->vma[i].start)); */
}

void vma_set_anon_vma(struct mm *mm, uint32_t i, uint32_t id)
{
	mm->vma[i].anon_vma = id;
	/*@ assert other: \forall integer j, p, fl, f, o; j != i ==> (holds(\at(*mm, Pre), j, p, fl, f, o) <==> holds(*mm, j, p, fl, f, o)); */
	/*@ assert this: \forall integer p, fl, f, o; holds(\at(*mm, Pre), i, p, fl, f, o) <==> holds(*mm, i, p, fl, f, o); */
}

void vma_set_pgoff(struct mm *mm, uint32_t i, uint64_t pgoff)
{
	mm->vma[i].pgoff = pgoff;
	/*@ assert other: \forall integer j, p, fl, f, o; j != i ==> (holds(\at(*mm, Pre), j, p, fl, f, o) <==> holds(*mm, j, p, fl, f, o)); */
	/*@ assert this: \forall integer p; mm->vma[i].start <= p < mm->vma[i].end ==>
	      holds(*mm, i, p, mm->vma[i].flags, mm->vma[i].file, mm->vma[i].pgoff + (p - mm->vma[i].start)); */
}
