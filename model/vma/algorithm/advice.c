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

/* Does the VMA refuse the advice? Returns: 0 or an errno. */
int32_t advice_refused(struct space *s, const struct vma *v, uint32_t advice)
{
	if ((advice == ADVICE_DONTNEED || advice == ADVICE_FREE) && (v->flags & VMA_LOCKED) != 0) {
		FIRE(s, madvise_locked);
		return MODEL_EINVAL;
	}
	if (advice == ADVICE_FREE && v->file != OBJECT_NONE) {
		FIRE(s, madvise_free);
		return MODEL_EINVAL;
	}
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

/* Advice that this kernel does not have. */
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
