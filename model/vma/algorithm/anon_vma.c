/* Which anon_vma a VMA gets when it is first written to. */
/* SPDX-License-Identifier: MIT */
#include "anon_vma.h"
#include "../state/set.h"

/* Could one anon_vma serve both, although r, w, x differ? @low ends where @high starts. */
/*@
  requires valid:  \valid_read(low) && \valid_read(high);
  requires placed: placed(*low) && placed(*high);
  TOTAL;
  assigns          \nothing;
  ensures alike:   \result == true <==> compatible(*low, *high);
*/
static bool anon_vma_compatible(const struct vma *low, const struct vma *high)
{
	return low->end == high->start && low->file == high->file &&
	       (low->flags & ~VMA_ACCESS) == (high->flags & ~VMA_ACCESS) &&
	       high->pgoff == low->pgoff + (high->start - low->start);
}

/* Can VMA @i share the anon_vma of the VMA above? */
/*@
  REQUIRES_SPACE;
  requires index: 0 <= i < s->mm.map_count;
  TOTAL;
  assigns         \nothing;
  ensures lends:  \result == true <==> lends_next(s->mm, i);
*/
static bool next_lends(const struct space *s, uint32_t i)
{
	if (i + 1 >= s->mm.map_count)
		return false;
	/*@ assert at: placed_at(s->mm, i) && placed_at(s->mm, i + 1); */
	/*@ assert here: placed(s->mm.vma[i]); */
	/*@ assert above: placed(s->mm.vma[i + 1]); */
	return anon_vma_compatible(&s->mm.vma[i], &s->mm.vma[i + 1]) &&
	       s->mm.vma[i + 1].anon_vma != 0;
}

/* Can VMA @i share the anon_vma of the VMA below? */
/*@
  REQUIRES_SPACE;
  requires index: 0 <= i < s->mm.map_count;
  TOTAL;
  assigns         \nothing;
  ensures lends:  \result == true <==> lends_prev(s->mm, i);
*/
static bool prev_lends(const struct space *s, uint32_t i)
{
	if (i == 0)
		return false;
	/*@ assert at: placed_at(s->mm, i - 1) && placed_at(s->mm, i); */
	/*@ assert below: placed(s->mm.vma[i - 1]); */
	/*@ assert here: placed(s->mm.vma[i]); */
	return anon_vma_compatible(&s->mm.vma[i - 1], &s->mm.vma[i]) &&
	       s->mm.vma[i - 1].anon_vma != 0;
}

void anon_vma_prepare(struct space *s, uint32_t i)
{
	if (s->mm.vma[i].anon_vma != 0)
		return;
	if (next_lends(s, i)) {
		FIRE(s, anon_vma_reuse_next);
		/*@ assert same: s->mm == \at(s->mm, Pre); */
		vma_set_anon_vma(&s->mm, i, s->mm.vma[i + 1].anon_vma);
	} else if (prev_lends(s, i)) {
		FIRE(s, anon_vma_reuse_prev);
		/*@ assert same: s->mm == \at(s->mm, Pre); */
		vma_set_anon_vma(&s->mm, i, s->mm.vma[i - 1].anon_vma);
	} else {
		FIRE(s, anon_vma_new);
		s->anon_vma_last++;
		/*@ assert same: s->mm == \at(s->mm, Pre); */
		vma_set_anon_vma(&s->mm, i, s->anon_vma_last);
	}
}
