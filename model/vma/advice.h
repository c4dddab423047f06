/* What advice means for one VMA. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_ADVICE_H
#define MEMORACLE_MODEL_VMA_ADVICE_H

#include "space.h"

/* Advice, by the numbers of the kernel. */
enum advice {
	ADVICE_NORMAL = 0,
	ADVICE_RANDOM = 1,
	ADVICE_SEQUENTIAL = 2,
	ADVICE_WILLNEED = 3,
	ADVICE_DONTNEED = 4,
	ADVICE_FREE = 8,
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
	ADVICE_POPULATE_WRITE = 23,
};

/* flags_advised() - the flags of @v after advice that only changes flags. Source: mm/madvise.c:madvise_vma_behavior. */
uint64_t flags_advised(const struct vma *v, uint32_t advice);

/* flags_huge() - the same for huge pages and page merging. Source: mm/khugepaged.c:hugepage_madvise, mm/ksm.c:ksm_madvise. */
uint64_t flags_huge(struct space *s, const struct vma *v, uint32_t advice);

/* advice_refused() - Returns: 0, or the errno with which @v refuses the advice. */
int32_t advice_refused(struct space *s, const struct vma *v, uint32_t advice);

/* advice_unknown() - is it advice that this kernel does not have? Source: mm/madvise.c:madvise_behavior_valid. */
bool advice_unknown(struct space *s, uint32_t advice);

#endif
