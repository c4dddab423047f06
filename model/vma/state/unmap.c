/* Unmapping: split both ends, erase between. */
/* SPDX-License-Identifier: MIT */
#include "unmap.h"
#include "erase.h"
#include "split.h"

uint32_t mm_unmap(struct mm *mm, uint64_t start, uint64_t end)
{
	uint32_t i = mm_split_at(mm, start);
	/*@ ghost S: ; */
	/*@ assert first: \forall integer k; 0 <= k < i ==> mm->vma[k].end <= end; */
	uint32_t j = mm_split_at(mm, end);

	/*@ assert inside: mm->map_count != \at(mm->map_count, S) ==> i < j; */
	/*@ assert below: \forall integer k; 0 <= k < i ==> mm->vma[k].end <= start; */
	/*@ assert second: \forall integer k; i <= k < mm->map_count ==> start < mm->vma[k].end; */
	/*@ assert starts: \forall integer k; i <= k < mm->map_count ==> start <= mm->vma[k].start; */
	/*@ assert order: i <= j; */
	/*@ assert cut: mm->map_count == \at(mm->map_count, Pre) + 2 ==> i < j; */
	/*@ assert middle: \forall integer k; i <= k < j ==> mm->vma[k].end <= end; */
	/*@ assert above: \forall integer k; j <= k < mm->map_count ==> end <= mm->vma[k].start; */
	/*@ ghost L: ; */
	vma_erase_range(mm, i, j);
	/*@ assert low: \forall integer k, p, fl, f, o; 0 <= k < i ==> (holds(\at(*mm, L), k, p, fl, f, o) <==> holds(*mm, k, p, fl, f, o)); */
	/*@ assert down: \forall integer k, p, fl, f, o; j <= k ==> (holds(\at(*mm, L), k, p, fl, f, o) <==> holds(*mm, k - (j - i), p, fl, f, o)); */
	/*@ assert up: \forall integer k, p, fl, f, o; i <= k ==> (holds(*mm, k, p, fl, f, o) <==> holds(\at(*mm, L), k + (j - i), p, fl, f, o)); */
	/*@ assert gone: \forall integer k, p, fl, f, o; i <= k < j && holds(\at(*mm, L), k, p, fl, f, o) ==> start <= p < end; */
	/*@ assert left: \forall integer k, p, fl, f, o; holds(*mm, k, p, fl, f, o) ==> !(start <= p < end); */
	return i;
}
