/* Splitting. */
/* SPDX-License-Identifier: MIT */
#include "split.h"
#include "find.h"
#include "insert.h"

void vma_split(struct mm *mm, uint32_t i, uint64_t page)
{
	struct vma low = mm->vma[i];

	low.end = page;
	mm->vma[i].pgoff += page - low.start;
	mm->vma[i].start = page;
	/*@ assert trimmed: placed(mm->vma[i]) && placed(low); */
	/*@ assert inv: wf(*mm); */
	/*@ assert rest: \forall integer j, p, fl, f, o; j != i ==> (holds(\at(*mm, Pre), j, p, fl, f, o) <==> holds(*mm, j, p, fl, f, o)); */
	/*@ assert cut: \forall integer p, fl, f, o; holds(\at(*mm, Pre), i, p, fl, f, o) <==> holds(*mm, i, p, fl, f, o) ||
	      (low.start <= p < page && fl == low.flags && f == low.file && o == low.pgoff + (p - low.start)); */
	/*@ assert before: \forall integer p, fl, f, o; maps(\at(*mm, Pre), p, fl, f, o) ==> maps(*mm, p, fl, f, o) ||
	      (low.start <= p < page && fl == low.flags && f == low.file && o == low.pgoff + (p - low.start)); */
	/*@ assert after: \forall integer p, fl, f, o; maps(*mm, p, fl, f, o) ==> maps(\at(*mm, Pre), p, fl, f, o); */
	/*@ assert half: \forall integer p; low.start <= p < page ==>
	      maps(\at(*mm, Pre), p, low.flags, low.file, low.pgoff + (p - low.start)); */
	vma_insert(mm, i, &low);
}

uint32_t mm_split_at(struct mm *mm, uint64_t page)
{
	uint32_t i = vma_find(mm, page);

	if (i < mm->map_count && mm->vma[i].start < page) {
		vma_split(mm, i, page);
		i++;
	}
	return i;
}
