/* mremap() to a larger size, in place or elsewhere. */
/* SPDX-License-Identifier: MIT */
#include "remap_grow.h"
#include "fault.h"
#include "map.h"
#include "merge.h"
#include "move.h"
#include "remap_to.h"

/* In place: into the room above, and into the next VMA if that is touched. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(r) && \separated(s, r);
  requires room:  s->mm.map_count < VMA_CAP;
  requires index: 0 <= i < s->mm.map_count;
  requires in:    s->mm.vma[i].start <= r->page && s->mm.vma[i].end == r->page + r->old;
  requires more:  r->old < r->len && r->page + r->len <= SPACE_HIGH;
  requires free:  unmapped(s->mm, r->page + r->old, r->page + r->len);
  requires pgoff: s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start) + r->len <= VMA_PGOFF_MAX;
  TOTAL;
  assigns         s->mm, s->trace;
  ENSURES_SPACE;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 1;
  ensures kept:   \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) ==> maps(s->mm, at, fl, file, off);
  ensures only:   \forall integer at, fl, file, off; maps(s->mm, at, fl, file, off) && !(r->page + r->old <= at < r->page + r->len) ==>
                    maps(\old(s->mm), at, fl, file, off);
*/
static void grow_in_place(struct space *s, uint32_t i, const struct remap *r)
{
	/*@ assert at: placed_at(s->mm, i); */
	struct vma v = s->mm.vma[i];

	FIRE(s, mremap_grow);
	space_window(s, v.start, v.end + (r->len - r->old));
	v.pgoff += v.end - v.start;
	v.start = v.end;
	v.end += r->len - r->old;
	(void)vma_map(s, &v, true, true);
}

/* Can VMA @i grow where it is? */
/*@
  requires valid: \valid_read(s) && \valid_read(r) && \separated(s, r);
  requires inv:   wf(s->mm);
  requires index: 0 <= i < s->mm.map_count;
  requires in:    s->mm.vma[i].start <= r->page < s->mm.vma[i].end;
  requires more:  r->old < r->len;
  TOTAL;
  assigns         \nothing;
  ensures grows:  \result == true <==> s->mm.vma[i].end == r->page + r->old && r->page + r->len <= SPACE_HIGH &&
                    (i + 1 < s->mm.map_count ==> r->page + r->len <= s->mm.vma[i + 1].start);
  ensures free:   \result == true ==> unmapped(s->mm, r->page + r->old, r->page + r->len);
*/
static bool grows_in_place(const struct space *s, uint32_t i, const struct remap *r)
{
	const struct vma *v = &s->mm.vma[i];
	/*@ assert at: placed_at(s->mm, i); */
	/*@ assert above: i + 1 < s->mm.map_count ==> placed_at(s->mm, i + 1); */
	/*@ assert above2: i + 1 < s->mm.map_count ==> s->mm.vma[i + 1].start < s->mm.vma[i + 1].end; */
	uint64_t more = r->len - r->old;

	if (v->end - r->page != r->old || more > SPACE_HIGH - v->end)
		return false;
	return i + 1 >= s->mm.map_count || s->mm.vma[i + 1].start >= v->end + more;
}

/* Without a target, and longer: in place, or to wherever there is room. */
int32_t remap_grow(struct space *s, uint32_t i, struct remap *r, uint64_t *at)
{
	bool locked = (s->mm.vma[i].flags & VMA_LOCKED) != 0;

	r->to = r->page;
	if (grows_in_place(s, i, r)) {
		grow_in_place(s, i, r);
	} else if ((r->flags & REMAP_MAYMOVE) == 0) {
		FIRE(s, mremap_nomove);
		return MODEL_ENOMEM;
	} else {
		if (!target_find(s, i, r, false))
			return MODEL_ENOMEM;
		/*@ assert holds: holds(s->mm, i, r->page, s->mm.vma[i].flags, s->mm.vma[i].file, s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start)); */
		/*@ assert maps: maps(s->mm, r->page, s->mm.vma[i].flags, s->mm.vma[i].file, s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start)); */
		/*@ assert in: mapped(s->mm, r->page); */
		/*@ assert one: \forall integer fl, file, off; maps(s->mm, r->page, fl, file, off) ==> off == s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start); */
		/*@ assert free: vacant(s->mm, r->to, r->to + r->len); */
		vma_move(s, r);
	}
	grown_populate(s, r, r->to, locked);
	*at = r->to * PAGE_BYTES;
	return 0;
}
