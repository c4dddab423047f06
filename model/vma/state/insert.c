/* Insertion by shifting. */
/* SPDX-License-Identifier: MIT */
#include "insert.h"

void vma_insert(struct mm *mm, uint32_t i, const struct vma *v)
{
	uint32_t k = mm->map_count;

	/*@ assert free: \forall integer j; i <= j < mm->map_count ==> v->end <= mm->vma[j].start; */
	/*@
	  loop invariant range: i <= k <= mm->map_count;
	  loop invariant low:   \forall integer j; 0 <= j < k ==> same(*mm, j, \at(*mm, Pre), j);
	  loop invariant high:  \forall integer j; k < j <= mm->map_count ==> same(*mm, j, \at(*mm, Pre), j - 1);
	  loop assigns k, mm->vma[0 .. VMA_CAP - 1];
	  loop variant k - i;
	*/
	while (k > i) {
		mm->vma[k] = mm->vma[k - 1];
		k--;
	}
	mm->vma[i] = *v;
	mm->map_count++;
	/*@ assert moved: \forall integer j; i < j < mm->map_count ==> mm->vma[j].start == \at(mm->vma[j - 1].start, Pre); */
	/*@ assert below: \forall integer j; 0 <= j < i ==> mm->vma[j].end <= v->start; */
	/*@ assert above: \forall integer j; i < j < mm->map_count ==> v->end <= mm->vma[j].start; */
	/*@ assert low: \forall integer j, p, fl, f, o; 0 <= j < i ==> (holds(\at(*mm, Pre), j, p, fl, f, o) <==> holds(*mm, j, p, fl, f, o)); */
	/*@ assert up: \forall integer j, p, fl, f, o; i <= j ==> (holds(\at(*mm, Pre), j, p, fl, f, o) <==> holds(*mm, j + 1, p, fl, f, o)); */
	/*@ assert down: \forall integer j, p, fl, f, o; i < j ==> (holds(*mm, j, p, fl, f, o) <==> holds(\at(*mm, Pre), j - 1, p, fl, f, o)); */
	/*@ assert new: \forall integer p, fl, f, o; holds(*mm, i, p, fl, f, o) <==>
	      v->start <= p < v->end && fl == v->flags && f == v->file && o == v->pgoff + (p - v->start); */
}
