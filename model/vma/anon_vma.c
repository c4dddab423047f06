/* Which anon_vma a VMA gets when it is first written to. */
/* SPDX-License-Identifier: MIT */
#include "fault.h"
#include "set.h"

/* Could one anon_vma serve both, although r, w, x differ? @low ends where @high starts. */
/*@
  requires valid:  \valid_read(low) && \valid_read(high);
  requires placed: placed(*low) && placed(*high);
  VMA_TOTAL;
  assigns          \nothing;
  ensures alike:   \result == true <==> compatible(*low, *high);
*/
static bool anon_vma_compatible(const struct vma *low, const struct vma *high)
{
	return low->end == high->start && low->file == high->file &&
	       (low->flags & ~VMA_ACCESS) == (high->flags & ~VMA_ACCESS) &&
	       high->pgoff == low->pgoff + (high->start - low->start);
}

void anon_vma_prepare(struct space *s, uint32_t i)
{
	const struct vma *v = s->mm.vma;

	if (v[i].anon_vma != 0)
		return;
	/*@ assert at: placed_at(s->mm, i); */
	/*@ assert here: placed(s->mm.vma[i]); */
	/*@ assert at_above: i + 1 < s->mm.map_count ==> placed_at(s->mm, i + 1); */
	/*@ assert above: i + 1 < s->mm.map_count ==> placed(s->mm.vma[i + 1]); */
	/*@ assert at_below: i > 0 ==> placed_at(s->mm, i - 1); */
	/*@ assert below: i > 0 ==> placed(s->mm.vma[i - 1]); */
	if (i + 1 < s->mm.map_count && anon_vma_compatible(&v[i], &v[i + 1]) &&
	    v[i + 1].anon_vma != 0) {
		FIRE(s, anon_vma_reuse_next);
		/*@ assert noted: SPACE_SAME(Pre); */
		vma_set_anon_vma(&s->mm, i, v[i + 1].anon_vma);
	} else if (i > 0 && anon_vma_compatible(&v[i - 1], &v[i]) && v[i - 1].anon_vma != 0) {
		FIRE(s, anon_vma_reuse_prev);
		/*@ assert noted: SPACE_SAME(Pre); */
		vma_set_anon_vma(&s->mm, i, v[i - 1].anon_vma);
	} else {
		FIRE(s, anon_vma_new);
		s->anon_vma_last++;
		/*@ assert noted: SPACE_SAME(Pre); */
		/*@ assert inv: wf(s->mm); */
		vma_set_anon_vma(&s->mm, i, s->anon_vma_last);
	}
}
