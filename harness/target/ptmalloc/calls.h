/* Calling a real ptmalloc: its settings, each op, what op deny refuses. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_TARGET_PTMALLOC_CALLS_H
#define MEMORACLE_TARGET_PTMALLOC_CALLS_H

#include "view.h"

/* The functions of one libc, and its errno. */
struct ptm_calls {
	void *(*malloc)(size_t bytes);
	void (*free)(void *mem);
	void *(*calloc)(size_t count, size_t bytes);
	void *(*realloc)(void *mem, size_t bytes);
	void *(*memalign)(size_t align, size_t bytes);
	void *(*aligned_alloc)(size_t align, size_t bytes);
	int (*posix_memalign)(void **mem, size_t align, size_t bytes);
	void *(*valloc)(size_t bytes);
	void *(*pvalloc)(size_t bytes);
	size_t (*malloc_usable_size)(void *mem);
	int (*malloc_trim)(size_t pad);
	int (*mallopt)(int parameter, int value);
	void *(*sbrk)(ptrdiff_t increment);
	int *error;
};

/* ptm_settings() - writes a case's tunables where the allocator keeps them; thresholds stay dynamic. */
void ptm_settings(const struct ptm_image *image, const struct ptm_rules *rules);

/*
 * ptm_apply() - does one op, except deny.
 * Returns: the real address of the block it gave out, or 0.
 */
uint64_t ptm_apply(const struct ptm_image *image, const struct ptm_calls *calls,
		   const struct op *op, struct outcome *seen);

/* ptm_brk_denied() - does op deny refuse to move the break by @increment, after this op's requests in @log (or NULL)? */
bool ptm_brk_denied(uint64_t denied, const struct os *log, int64_t increment);

#endif
