/* Moving a mapping: what mremap() does once it knows where to. */
/* SPDX-License-Identifier: MIT */
#include "move.h"
#include "../state/find.h"
#include "../state/split.h"
#include "keep.h"
#include "map.h"
#include "merge.h"
#include "munmap.h"

/* Locked memory is split at the ends of the range first, so that only the range loses its lock. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(r) && \separated(s, r) && remap_ok(*r);
  requires room:  s->mm.map_count + 2 <= VMA_CAP;
  requires in:    mapped(s->mm, r->page);
  TOTAL;
  assigns         s->mm, s->trace;
  ENSURES_SPACE;
  ensures count:  \old(s->mm.map_count) <= s->mm.map_count <= \old(s->mm.map_count) + ((r->flags & REMAP_DONTUNMAP) != 0 ? 2 : 0);
  ENSURES_ALIKE;
*/
static void source_split(struct space *s, const struct remap *r)
{
	uint32_t i = vma_find(&s->mm, r->page);

	if ((r->flags & REMAP_DONTUNMAP) == 0 || (s->mm.vma[i].flags & VMA_LOCKED) == 0)
		return;
	FIRE(s, dontunmap_split);
	if (s->rules.dontunmap_split == 0)
		return;
	(void)mm_split_at(&s->mm, r->page);
	(void)mm_split_at(&s->mm, r->page + r->old);
}

/* The VMA that @r makes of source VMA @i. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(r) && \separated(s, r);
  requires index: 0 <= i < s->mm.map_count;
  requires in:    s->mm.vma[i].start <= r->page < s->mm.vma[i].end;
  requires to:    0 < r->len && r->to + r->len <= SPACE_HIGH;
  requires pgoff: s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start) + r->len <= VMA_PGOFF_MAX;
  TOTAL;
  assigns         s->trace;
  ensures range:  \result.start == r->to && \result.end == r->to + r->len;
  ensures kind:   \result.flags == s->mm.vma[i].flags && \result.file == s->mm.vma[i].file &&
                  \result.anon_vma == s->mm.vma[i].anon_vma;
  ensures pgoff:  \result.pgoff == (s->mm.vma[i].file == OBJECT_NONE && s->mm.vma[i].anon_vma == 0 ? r->to :
                                    s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start));
  ensures placed: placed(\result);
*/
static struct vma vma_moved(struct space *s, uint32_t i, const struct remap *r)
{
	struct vma v = s->mm.vma[i];

	v.pgoff += r->page - v.start;
	v.start = r->to;
	v.end = r->to + r->len;
	if (v.file == OBJECT_NONE && v.anon_vma == 0) {
		FIRE(s, mremap_pgoff);
		v.pgoff = r->to;
	}
	return v;
}

/* Must the new range not join the source VMA @i, which stays, where they touch? */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(r) && \separated(s, r);
  requires index: 0 <= i < s->mm.map_count;
  TOTAL;
  assigns         s->trace;
  ensures which:  \result == true <==> touching == true && (r->flags & REMAP_DONTUNMAP) != 0 &&
                    s->mm.vma[i].file == OBJECT_NONE && s->mm.vma[i].anon_vma == 0 && s->rules.dontunmap_self_block != 0;
*/
static bool self_blocked(struct space *s, uint32_t i, bool touching, const struct remap *r)
{
	const struct vma *old = &s->mm.vma[i];

	if (!touching || (r->flags & REMAP_DONTUNMAP) == 0 || old->file != OBJECT_NONE ||
	    old->anon_vma != 0)
		return false;
	FIRE(s, dontunmap_self_block);
	return s->rules.dontunmap_self_block != 0;
}

/* Maps the new range. */
/*@
  REQUIRES_SPACE;
  requires args:  \valid_read(r) && \separated(s, r);
  requires room:  s->mm.map_count < VMA_CAP;
  requires index: 0 <= i < s->mm.map_count;
  requires in:    s->mm.vma[i].start <= r->page < s->mm.vma[i].end;
  requires to:    0 < r->len && r->to + r->len <= SPACE_HIGH;
  requires free:  unmapped(s->mm, r->to, r->to + r->len);
  requires pgoff: s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start) + r->len <= VMA_PGOFF_MAX;
  TOTAL;
  assigns         s->mm, s->trace;
  ENSURES_SPACE;
  ensures count:  s->mm.map_count <= \old(s->mm.map_count) + 1;
  ensures kept:   \forall integer at, fl, file, off; maps(\old(s->mm), at, fl, file, off) ==> maps(s->mm, at, fl, file, off);
  ensures only:   \forall integer at, fl, file, off; maps(s->mm, at, fl, file, off) && !(r->to <= at < r->to + r->len) ==>
                    maps(\old(s->mm), at, fl, file, off);
*/
static void target_map(struct space *s, uint32_t i, const struct remap *r)
{
	struct vma v = vma_moved(s, i, r);
	bool below = s->mm.vma[i].end == v.start, above = s->mm.vma[i].start == v.end;
	bool any = s->rules.dontunmap_self_block == 2 && (below || above);

	space_window(s, v.start, v.end);
	below = self_blocked(s, i, below || any, r);
	above = self_blocked(s, i, above || any, r);
	(void)vma_map(s, &v, !below, !above);
}

void vma_move(struct space *s, const struct remap *r)
{
	uint32_t i;

	FIRE(s, mremap_move);
	source_split(s, r);
	/*@ assert still: mapped(s->mm, r->page); */
	i = vma_find(&s->mm, r->page);
	/*@ assert here: s->mm.vma[i].start <= r->page < s->mm.vma[i].end; */
	/*@ assert holds: holds(s->mm, i, r->page, s->mm.vma[i].flags, s->mm.vma[i].file, s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start)); */
	/*@ assert maps: maps(s->mm, r->page, s->mm.vma[i].flags, s->mm.vma[i].file, s->mm.vma[i].pgoff + (r->page - s->mm.vma[i].start)); */
	/*@ assert free: vacant(s->mm, r->to, r->to + r->len); */
	/*@ assert across: \forall integer k; 0 <= k < s->mm.map_count && s->mm.vma[k].start <= r->to < s->mm.vma[k].end ==>
	      holds(s->mm, k, r->to, s->mm.vma[k].flags, s->mm.vma[k].file, s->mm.vma[k].pgoff + (r->to - s->mm.vma[k].start)); */
	/*@ assert across2: \forall integer k; 0 <= k < s->mm.map_count ==> !(s->mm.vma[k].start <= r->to < s->mm.vma[k].end); */
	/*@ assert within: \forall integer k; 0 <= k < s->mm.map_count ==> placed_at(s->mm, k); */
	/*@ assert within2: \forall integer k; 0 <= k < s->mm.map_count && r->to <= s->mm.vma[k].start < r->to + r->len ==>
	      holds(s->mm, k, s->mm.vma[k].start, s->mm.vma[k].flags, s->mm.vma[k].file, s->mm.vma[k].pgoff); */
	/*@ assert within3: \forall integer k; 0 <= k < s->mm.map_count ==> !(r->to <= s->mm.vma[k].start < r->to + r->len); */
	/*@ assert free2: unmapped(s->mm, r->to, r->to + r->len); */
	target_map(s, i, r);
	/*@ assert stays: mapped(s->mm, r->page); */
	if ((r->flags & REMAP_DONTUNMAP) != 0)
		source_keep(s, r);
	else
		space_unmap(s, r->page, r->page + r->old);
}
