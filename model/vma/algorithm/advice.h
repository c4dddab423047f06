/* What advice means for one VMA. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_ADVICE_H
#define MEMORACLE_MODEL_VMA_ADVICE_H

#include "../env.h"

/* Advice, by the numbers of the kernel. */
enum advice {
	ADVICE_NORMAL = 0,
	ADVICE_RANDOM = 1,
	ADVICE_SEQUENTIAL = 2,
	ADVICE_WILLNEED = 3,
	ADVICE_DONTNEED = 4,
	ADVICE_FREE = 8,
	ADVICE_REMOVE = 9,
	ADVICE_DONTFORK = 10,
	ADVICE_DOFORK = 11,
	ADVICE_MERGEABLE = 12,
	ADVICE_UNMERGEABLE = 13,
	ADVICE_HUGEPAGE = 14,
	ADVICE_NOHUGEPAGE = 15,
	ADVICE_DONTDUMP = 16,
	ADVICE_DODUMP = 17,
	ADVICE_WIPEONFORK = 18,
	ADVICE_KEEPONFORK = 19,
	ADVICE_COLD = 20,
	ADVICE_PAGEOUT = 21,
	ADVICE_POPULATE_READ = 22,
	ADVICE_POPULATE_WRITE = 23,
	ADVICE_DONTNEED_LOCKED = 24,
	ADVICE_COLLAPSE = 25,
	ADVICE_HWPOISON = 100,
	ADVICE_SOFT_OFFLINE = 101,
	ADVICE_GUARD_INSTALL = 102,
	ADVICE_GUARD_REMOVE = 103,
};

/*@
  predicate took(integer flags, integer advice) = // what the advice asks for
    (advice == ADVICE_DONTFORK ==> (flags & VMA_DONTCOPY) != 0) && (advice == ADVICE_DOFORK ==> (flags & VMA_DONTCOPY) == 0) &&
    (advice == ADVICE_DONTDUMP ==> (flags & VMA_DONTDUMP) != 0) && (advice == ADVICE_DODUMP ==> (flags & VMA_DONTDUMP) == 0) &&
    (advice == ADVICE_WIPEONFORK ==> (flags & VMA_WIPEONFORK) != 0) && (advice == ADVICE_KEEPONFORK ==> (flags & VMA_WIPEONFORK) == 0) &&
    (advice == ADVICE_UNMERGEABLE ==> (flags & VMA_MERGEABLE) == 0);
*/

/*@
  predicate unlocked_only(integer advice) = // locked memory refuses it
    advice == ADVICE_DONTNEED || advice == ADVICE_FREE || advice == ADVICE_REMOVE || advice == ADVICE_COLD || advice == ADVICE_PAGEOUT;
*/

/*
 * flags_advised() - the flags of @v after advice that only changes flags.
 * Source: mm/madvise.c:madvise_vma_behavior.
 */
/*@
  requires valid:      \valid_read(v);
  TOTAL;
  assigns              \nothing;
  ensures normal:      advice == ADVICE_NORMAL ==> \result == (v->flags & (uint64_t)~(VMA_RAND_READ | VMA_SEQ_READ));
  ensures random:      advice == ADVICE_RANDOM ==> \result == ((v->flags & (uint64_t)~VMA_SEQ_READ) | VMA_RAND_READ);
  ensures sequential:  advice == ADVICE_SEQUENTIAL ==> \result == ((v->flags & (uint64_t)~VMA_RAND_READ) | VMA_SEQ_READ);
  ensures dontfork:    advice == ADVICE_DONTFORK ==> \result == (v->flags | VMA_DONTCOPY);
  ensures dofork:      advice == ADVICE_DOFORK ==> \result == (v->flags & (uint64_t)~VMA_DONTCOPY);
  ensures dontdump:    advice == ADVICE_DONTDUMP ==> \result == (v->flags | VMA_DONTDUMP);
  ensures dodump:      advice == ADVICE_DODUMP ==> \result == (v->flags & (uint64_t)~VMA_DONTDUMP);
  ensures wipeonfork:  advice == ADVICE_WIPEONFORK ==> \result == (v->flags | VMA_WIPEONFORK);
  ensures keeponfork:  advice == ADVICE_KEEPONFORK ==> \result == (v->flags & (uint64_t)~VMA_WIPEONFORK);
  ensures no_fork:     advice == ADVICE_DONTFORK ==> (\result & VMA_DONTCOPY) != 0;
  ensures fork:        advice == ADVICE_DOFORK ==> (\result & VMA_DONTCOPY) == 0;
  ensures no_dump:     advice == ADVICE_DONTDUMP ==> (\result & VMA_DONTDUMP) != 0;
  ensures dump:        advice == ADVICE_DODUMP ==> (\result & VMA_DONTDUMP) == 0;
  ensures wipe:        advice == ADVICE_WIPEONFORK ==> (\result & VMA_WIPEONFORK) != 0;
  ensures keep:        advice == ADVICE_KEEPONFORK ==> (\result & VMA_WIPEONFORK) == 0;
*/
uint64_t flags_advised(const struct vma *v, uint32_t advice);

/*
 * flags_huge() - the same for huge pages and page merging.
 * Source: mm/khugepaged.c:hugepage_madvise, mm/ksm.c:ksm_madvise.
 */
/*@
  requires valid:      \valid(s) && \valid_read(v) && \separated(v, s);
  TOTAL;
  assigns              s->trace;
  ensures hugepage:    advice == ADVICE_HUGEPAGE ==> \result == ((v->flags & (uint64_t)~VMA_NOHUGEPAGE) | VMA_HUGEPAGE);
  ensures nohugepage:  advice == ADVICE_NOHUGEPAGE ==> \result == ((v->flags & (uint64_t)~VMA_HUGEPAGE) | VMA_NOHUGEPAGE);
  ensures mergeable:   advice == ADVICE_MERGEABLE ==>
                         \result == ((v->flags & (VMA_SHARED | VMA_MAYSHARE)) == 0 ? (v->flags | VMA_MERGEABLE) : v->flags);
  ensures unmergeable: advice == ADVICE_UNMERGEABLE ==> \result == (v->flags & (uint64_t)~VMA_MERGEABLE);
  ensures no_merge:    advice == ADVICE_UNMERGEABLE ==> (\result & VMA_MERGEABLE) == 0;
*/
uint64_t flags_huge(struct space *s, const struct vma *v, uint32_t advice);

/*
 * advice_refused() - does the VMA refuse the advice?
 * Returns: 0, or the errno with which @v refuses it.
 */
/*@
  requires valid:  \valid(s) && \valid_read(v) && \separated(v, s);
  TOTAL;
  assigns          s->trace;
  ensures locked:  unlocked_only(advice) && (v->flags & VMA_LOCKED) != 0 ==> \result == MODEL_EINVAL;
  ensures free:    advice == ADVICE_FREE && v->file != OBJECT_NONE ==> \result == MODEL_EINVAL;
  ensures wipe:    advice == ADVICE_WIPEONFORK && (v->file != OBJECT_NONE || (v->flags & VMA_SHARED) != 0) ==> \result == MODEL_EINVAL;
  ensures invalid: \result == MODEL_EINVAL ==> (unlocked_only(advice) && (v->flags & VMA_LOCKED) != 0) ||
                     (advice == ADVICE_FREE && v->file != OBJECT_NONE) || (advice == ADVICE_REMOVE && v->file == OBJECT_NONE) ||
                     (advice == ADVICE_WIPEONFORK && (v->file != OBJECT_NONE || (v->flags & VMA_SHARED) != 0));
  ensures remove:  advice == ADVICE_REMOVE && v->file == OBJECT_NONE ==> \result == MODEL_EINVAL;
  ensures access:  \result == MODEL_EACCES <==> advice == ADVICE_REMOVE && (v->flags & VMA_LOCKED) == 0 && v->file != OBJECT_NONE &&
                     (v->flags & (VMA_SHARED | VMA_MAYWRITE)) != (VMA_SHARED | VMA_MAYWRITE);
  ensures badf:    \result == MODEL_EBADF <==> advice == ADVICE_WILLNEED && v->file == OBJECT_NONE && s->rules.willneed_anon == 0;
  ensures range:   \result == 0 || \result == MODEL_EINVAL || \result == MODEL_EBADF || \result == MODEL_EACCES;
*/
int32_t advice_refused(struct space *s, const struct vma *v, uint32_t advice);

/*
 * advice_unknown() - is it advice that this kernel does not have?
 * Source: mm/madvise.c:madvise_behavior_valid.
 */
/*@
  requires valid:  \valid(s);
  TOTAL;
  assigns          s->trace;
  ensures unknown: \result == true <==>
                     ((advice == ADVICE_HUGEPAGE || advice == ADVICE_NOHUGEPAGE) && s->rules.thp == 0) ||
                     ((advice == ADVICE_MERGEABLE || advice == ADVICE_UNMERGEABLE) && s->rules.ksm == 0) ||
                     !(advice <= ADVICE_DONTNEED || ADVICE_FREE <= advice <= ADVICE_COLLAPSE ||
                       ADVICE_HWPOISON <= advice <= ADVICE_GUARD_REMOVE);
*/
bool advice_unknown(struct space *s, uint32_t advice);

#endif
