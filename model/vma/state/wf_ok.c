/* The invariant, checked at run time. */
/* SPDX-License-Identifier: MIT */
#include "wf_ok.h"

/*@
  requires valid: \valid_read(v);
  TOTAL;
  assigns         \nothing;
  ensures placed: \result == true <==> placed(*v);
*/
static bool vma_placed(const struct vma *v)
{
	return v->start < v->end && v->end <= VMA_PAGES &&
	       v->end - v->start <= VMA_PGOFF_MAX - v->pgoff;
}

bool mm_wf_ok(const struct mm *mm)
{
	uint32_t i = 0;

	if (mm->map_count > VMA_CAP)
		return false;
	/*@
	  loop invariant range:   0 <= i <= mm->map_count;
	  loop invariant bounded: \forall integer k; 0 <= k < i ==> placed(mm->vma[k]);
	  loop invariant sorted:  \forall integer k, l; 0 <= k < l < i ==> mm->vma[k].end <= mm->vma[l].start;
	  loop assigns i;
	  loop variant mm->map_count - i;
	*/
	while (i < mm->map_count) {
		if (!vma_placed(&mm->vma[i]))
			return false;
		if (i > 0 && mm->vma[i - 1].end > mm->vma[i].start)
			return false;
		i++;
	}
	return true;
}
