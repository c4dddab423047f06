/* What this process may not do: its limits, and calls that somebody refuses. specs/vma-inherited.md lists them. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_TARGET_VMA_HOST_H
#define MEMORACLE_TARGET_VMA_HOST_H

#include <stdbool.h>
#include "../../../model/vma/rules.h"

/* host_seals() - is there anything in the clear space that cannot be unmapped? */
bool host_seals(void);

/*
 * host_refuses() - is a call that does nothing refused: by an error that means just that, or by the death of who makes
 * it? A child makes it.
 */
bool host_refuses(int64_t number, uint64_t a, uint64_t b, uint64_t c);

/*
 * host_refuses_exec() - is memory to execute refused, other than by PR_SET_MDWE?
 * @gain: by mprotect(); otherwise by mmap() of memory that can be written, too.
 */
bool host_refuses_exec(bool gain);

/* host_denies_write_exec() - was PR_SET_MDWE set? */
bool host_denies_write_exec(void);

/* host_lets_lock() - may this process lock any amount of memory? */
bool host_lets_lock(void);

/* host_vmas() - vm.max_map_count, or as many as there may be where nobody says. */
uint64_t host_vmas(void);

/* host_stack_pages() - RLIMIT_STACK. */
uint64_t host_stack_pages(void);

/*
 * host_limits() - sets as_pages, data_pages and commit_pages: what the limits leave.
 * @total_vm, @data_vm: pages that are not the model's.
 */
void host_limits(struct vma_rules *rules, uint64_t total_vm, uint64_t data_vm);

#endif
