/* Joining and shifting borders. */
/* SPDX-License-Identifier: MIT */
#include "join.h"
#include "erase.h"

void vma_join(struct mm *mm, uint32_t i)
{
	uint64_t end = mm->vma[i + 1].end;
	uint32_t anon_vma =
	    mm->vma[i].anon_vma != 0 ? mm->vma[i].anon_vma : mm->vma[i + 1].anon_vma;

	vma_erase(mm, i + 1);
	mm->vma[i].end = end;
	mm->vma[i].anon_vma = anon_vma;
	/*@ assert below: \forall integer j; 0 <= j < i ==> mm->vma[j].end <= mm->vma[i].start; */
	/*@ assert above: \forall integer j; i < j < mm->map_count ==> mm->vma[i].end <= mm->vma[j].start; */
	/*@ assert whole: placed(mm->vma[i]); */
	/*@ assert low: \forall integer j, p, fl, f, o; 0 <= j < i ==> (holds(\at(*mm, Pre), j, p, fl, f, o) <==> holds(*mm, j, p, fl, f, o)); */
	/*@ assert down: \forall integer j, p, fl, f, o; i + 1 < j ==> (holds(\at(*mm, Pre), j, p, fl, f, o) <==> holds(*mm, j - 1, p, fl, f, o)); */
	/*@ assert up: \forall integer j, p, fl, f, o; i < j ==> (holds(*mm, j, p, fl, f, o) <==> holds(\at(*mm, Pre), j + 1, p, fl, f, o)); */
	/*@ assert both: \forall integer p, fl, f, o; holds(*mm, i, p, fl, f, o) <==>
	      holds(\at(*mm, Pre), i, p, fl, f, o) || holds(\at(*mm, Pre), i + 1, p, fl, f, o); */
}

void vma_shift(struct mm *mm, uint32_t i, uint64_t page)
{
	mm->vma[i].end = page;
	mm->vma[i + 1].start = page;
	mm->vma[i + 1].pgoff = mm->vma[i].pgoff + (page - mm->vma[i].start);
	/*@ assert other: \forall integer j, p, fl, f, o; j != i && j != i + 1 ==> (holds(\at(*mm, Pre), j, p, fl, f, o) <==> holds(*mm, j, p, fl, f, o)); */
	/*@ assert alone: \forall integer j, p, fl, f, o; holds(\at(*mm, Pre), j, p, fl, f, o) &&
	      mm->vma[i].start <= p < mm->vma[i + 1].end ==> j == i || j == i + 1; */
	/*@ assert low: \forall integer p, fl, f, o; p < page && p < \at(mm->vma[i].end, Pre) ==>
	      (holds(\at(*mm, Pre), i, p, fl, f, o) <==> holds(*mm, i, p, fl, f, o)); */
	/*@ assert high: \forall integer p, fl, f, o; page <= p && \at(mm->vma[i].end, Pre) <= p ==>
	      (holds(\at(*mm, Pre), i + 1, p, fl, f, o) <==> holds(*mm, i + 1, p, fl, f, o)); */
	/*@ assert up: \forall integer p, fl, f, o; p < page && holds(\at(*mm, Pre), i + 1, p, fl, f, o) ==> holds(*mm, i, p, mm->vma[i].flags, f, o); */
	/*@ assert down: \forall integer p, fl, f, o; page <= p && holds(\at(*mm, Pre), i, p, fl, f, o) ==> holds(*mm, i + 1, p, mm->vma[i + 1].flags, f, o); */
}
