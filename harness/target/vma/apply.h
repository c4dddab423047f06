/* The ops of the vma domain as system calls of the kernel under test. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_TARGET_VMA_APPLY_H
#define MEMORACLE_TARGET_VMA_APPLY_H

#include "../../../model/model.h"
#include "../../../model/vma/env.h"

/*
 * struct objects - what can be mapped.
 * @file:  descriptors by object; [0] is scratch memory to read faults into.
 * @inode: by object. @last: the object made last.
 */
struct objects {
	int64_t file[3];
	uint64_t inode[OBJECTS_MAX];
	uint32_t last;
};

/* objects_learn() - the inodes of the two memfds, by mapping them once. */
void objects_learn(struct objects *objects);

/* is_mmap() - does the op map memory? */
bool is_mmap(const struct op *op);

/* may_leak() - may locked pages be counted for ever after it (defects of the kernel)? */
bool may_leak(const struct op *op);

/* call_apply() - makes the call; fills *seen, and notes an object that it made. */
void call_apply(struct objects *objects, const struct op *op, struct outcome *seen);

#endif
