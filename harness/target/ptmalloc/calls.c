/* Calling a real ptmalloc: its settings, each op, what op deny refuses. */
/* SPDX-License-Identifier: MIT */
#include "calls.h"

static bool brk_has_grown(const struct os *log)
{
	for (uint32_t i = 0; log != NULL && i < log->seen_count; i++)
		if (log->seen[i].kind == OS_SBRK && log->seen[i].err == 0 &&
		    (int64_t)log->seen[i].arg[0] > 0)
			return true;
	return false;
}

bool ptm_brk_denied(uint64_t denied, const struct os *log, int64_t increment)
{
	if (increment < 0)
		return (denied & PTM_DENY_SHRINK) != 0;
	return (denied & PTM_DENY_BRK) != 0 ||
	       ((denied & PTM_DENY_LATER) != 0 && brk_has_grown(log));
}

static void word_set(uint64_t at, uint64_t value)
{
	*(uint64_t *)at = value;
}

static void half_set(uint64_t at, uint64_t value)
{
	*(uint32_t *)at = (uint32_t)value;
}

void ptm_settings(const struct ptm_image *image, const struct ptm_rules *rules)
{
	uint64_t mp = image->mp;

	word_set(mp + MP_TRIM_THRESHOLD, rules->trim_threshold);
	word_set(mp + MP_TOP_PAD, rules->top_pad);
	word_set(mp + MP_MMAP_THRESHOLD, rules->mmap_threshold);
	half_set(mp + MP_N_MMAPS_MAX, rules->mmap_max);
	half_set(mp + MP_NO_DYN_THRESHOLD, rules->fixed_thresholds);
	word_set(mp + MP_TCACHE_BINS, (ptm_chunk_bytes(rules->tcache_max) - 32) / 16 + 1);
	word_set(mp + MP_TCACHE_MAX_BYTES, rules->tcache_max);
	word_set(mp + MP_TCACHE_COUNT, rules->tcache_count);
	word_set(mp + MP_TCACHE_UNSORTED_LIMIT, rules->tcache_unsorted_limit);
	*image->max_fast = rules->mxfast <= 7 ? 16 : (rules->mxfast + 8) & ~15ul;
}

static void *block(const struct ptm_image *image, uint64_t pointer)
{
	return pointer == 0 ? NULL : (void *)ptm_to_real(image, pointer, 0);
}

static uint64_t allocate(const struct ptm_image *image, const struct ptm_calls *calls,
			 const struct op *op, struct outcome *seen)
{
	const uint64_t *ref = op->ref;
	void *mem = NULL;

	switch (op->kind) {
	case PTM_OP_malloc:
	case PTM_OP_malloc_huge:
		return (uint64_t)calls->malloc(ref[0]);
	case PTM_OP_calloc:
		return (uint64_t)calls->calloc(ref[0], ref[1]);
	case PTM_OP_realloc:
	case PTM_OP_realloc_huge:
		return (uint64_t)calls->realloc(block(image, ref[0]), ref[1]);
	case PTM_OP_memalign:
		return (uint64_t)calls->memalign(ref[0], ref[1]);
	case PTM_OP_aligned_alloc:
		return (uint64_t)calls->aligned_alloc(ref[0], ref[1]);
	case PTM_OP_posix_memalign:
		seen->err = calls->posix_memalign(&mem, ref[0], ref[1]);
		return (uint64_t)mem;
	case PTM_OP_valloc:
		return (uint64_t)calls->valloc(ref[0]);
	case PTM_OP_pvalloc:
		return (uint64_t)calls->pvalloc(ref[0]);
	default:
		return 0;
	}
}

/* The program's own call of sbrk: the old break, or errno. */
static void break_move(const struct ptm_image *image, const struct ptm_calls *calls,
		       uint64_t increment, struct outcome *seen)
{
	uint64_t old = (uint64_t)calls->sbrk((ptrdiff_t)increment);

	if (old == UINT64_MAX)
		seen->err = *calls->error;
	else
		seen->value[0] = old - image->heap;
}

uint64_t ptm_apply(const struct ptm_image *image, const struct ptm_calls *calls,
		   const struct op *op, struct outcome *seen)
{
	uint64_t real = 0;

	seen->count = 1;
	*calls->error = 0;
	switch (op->kind) {
	case PTM_OP_free:
		seen->count = 0;
		calls->free(block(image, op->ref[0]));
		return 0;
	case PTM_OP_malloc_usable_size:
		seen->value[0] = calls->malloc_usable_size(block(image, op->ref[0]));
		return 0;
	case PTM_OP_malloc_trim:
		seen->value[0] = (uint64_t)calls->malloc_trim(op->ref[0]);
		return 0;
	case PTM_OP_mallopt:
		seen->value[0] = (uint64_t)calls->mallopt((int)op->ref[0], (int)op->ref[1]);
		return 0;
	case PTM_OP_sbrk:
		break_move(image, calls, op->ref[0], seen);
		return 0;
	case PTM_OP_sbrk_back:
		break_move(image, calls, -op->ref[0], seen);
		return 0;
	default:
		real = allocate(image, calls, op, seen);
		seen->value[0] = real == 0 ? 0 : ptm_to_model(image, real);
		if (real == 0 && op->kind != PTM_OP_posix_memalign)
			seen->err = *calls->error;
		return real;
	}
}
