/* What advice means for one VMA. */
/* SPDX-License-Identifier: MIT */
#include "advice.h"

/* The flags of @v after advice that only changes flags. */
uint64_t flags_advised(const struct vma *v, uint32_t advice)
{
	switch (advice) {
	case ADVICE_NORMAL:
		return v->flags & ~(VMA_RAND_READ | VMA_SEQ_READ);
	case ADVICE_RANDOM:
		return (v->flags & ~VMA_SEQ_READ) | VMA_RAND_READ;
	case ADVICE_SEQUENTIAL:
		return (v->flags & ~VMA_RAND_READ) | VMA_SEQ_READ;
	case ADVICE_DONTFORK:
		return v->flags | VMA_DONTCOPY;
	case ADVICE_DOFORK:
		return v->flags & ~VMA_DONTCOPY;
	case ADVICE_DONTDUMP:
		return v->flags | VMA_DONTDUMP;
	case ADVICE_DODUMP:
		return v->flags & ~VMA_DONTDUMP;
	case ADVICE_WIPEONFORK:
		return v->flags | VMA_WIPEONFORK;
	case ADVICE_KEEPONFORK:
		return v->flags & ~VMA_WIPEONFORK;
	default:
		return v->flags;
	}
}

/* The same for huge pages and page merging. */
uint64_t flags_huge(struct space *s, const struct vma *v, uint32_t advice)
{
	switch (advice) {
	case ADVICE_HUGEPAGE:
		return (v->flags & ~VMA_NOHUGEPAGE) | VMA_HUGEPAGE;
	case ADVICE_NOHUGEPAGE:
		return (v->flags & ~VMA_HUGEPAGE) | VMA_NOHUGEPAGE;
	case ADVICE_MERGEABLE:
		if ((v->flags & (VMA_SHARED | VMA_MAYSHARE)) == 0)
			return v->flags | VMA_MERGEABLE;
		FIRE(s, madvise_merge_page);
		return v->flags;
	case ADVICE_UNMERGEABLE:
		return v->flags & ~VMA_MERGEABLE;
	default:
		return v->flags;
	}
}

/* Is it for memory that is not locked? */
/*@
  TOTAL;
  assigns         \nothing;
  ensures which:  \result == true <==> unlocked_only(advice);
*/
static bool needs_unlocked(uint32_t advice)
{
	return advice == ADVICE_DONTNEED || advice == ADVICE_FREE || advice == ADVICE_REMOVE ||
	       advice == ADVICE_COLD || advice == ADVICE_PAGEOUT;
}

/* Does @v, which is not locked, refuse to have its pages taken out of the object? Returns: 0 or an errno. */
/*@
  requires valid:  \valid(s) && \valid_read(v) && \separated(v, s);
  TOTAL;
  assigns          s->trace;
  ensures object:  \result == MODEL_EINVAL <==> v->file == OBJECT_NONE;
  ensures access:  \result == MODEL_EACCES <==> v->file != OBJECT_NONE &&
                     (v->flags & (VMA_SHARED | VMA_MAYWRITE)) != (VMA_SHARED | VMA_MAYWRITE);
  ensures range:   \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EACCES;
*/
static int32_t remove_refused(struct space *s, const struct vma *v)
{
	FIRE(s, madvise_remove);
	if (v->file == OBJECT_NONE)
		return MODEL_EINVAL;
	return (v->flags & (VMA_SHARED | VMA_MAYWRITE)) == (VMA_SHARED | VMA_MAYWRITE)
		   ? 0
		   : MODEL_EACCES;
}

/* Does the VMA refuse the advice? Returns: 0 or an errno. */
int32_t advice_refused(struct space *s, const struct vma *v, uint32_t advice)
{
	if (needs_unlocked(advice) && (v->flags & VMA_LOCKED) != 0) {
		FIRE(s, madvise_locked);
		return MODEL_EINVAL;
	}
	if (advice == ADVICE_FREE && v->file != OBJECT_NONE) {
		FIRE(s, madvise_free);
		return MODEL_EINVAL;
	}
	if (advice == ADVICE_REMOVE)
		return remove_refused(s, v);
	if (advice == ADVICE_WIPEONFORK) {
		FIRE(s, madvise_wipe);
		if (v->file != OBJECT_NONE || (v->flags & VMA_SHARED) != 0)
			return MODEL_EINVAL;
	}
	if (advice == ADVICE_WILLNEED && v->file == OBJECT_NONE) {
		FIRE(s, willneed_anon);
		return s->rules.willneed_anon != 0 ? 0 : MODEL_EBADF;
	}
	return 0;
}

/* Is it a number that some kernel gives a meaning? */
/*@
  TOTAL;
  assigns        \nothing;
  ensures known: \result == false <==>
                  advice <= ADVICE_DONTNEED || ADVICE_FREE <= advice <= ADVICE_COLLAPSE ||
                  ADVICE_HWPOISON <= advice <= ADVICE_GUARD_REMOVE;
*/
static bool number_unknown(uint32_t advice)
{
	if (advice <= ADVICE_COLLAPSE)
		return advice > ADVICE_DONTNEED && advice < ADVICE_FREE;
	return advice < ADVICE_HWPOISON || advice > ADVICE_GUARD_REMOVE;
}

bool advice_unknown(struct space *s, uint32_t advice)
{
	if (advice == ADVICE_HUGEPAGE || advice == ADVICE_NOHUGEPAGE) {
		FIRE(s, thp);
		return s->rules.thp == 0;
	}
	if (advice == ADVICE_MERGEABLE || advice == ADVICE_UNMERGEABLE) {
		FIRE(s, ksm);
		return s->rules.ksm == 0;
	}
	if (number_unknown(advice)) {
		FIRE(s, madvise_unknown);
		return true;
	}
	return false;
}
