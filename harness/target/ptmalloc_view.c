/* Driving and reading a real ptmalloc through its own statics and chunk headers. */
/* SPDX-License-Identifier: MIT */
#include "ptmalloc_view.h"
#include "../worker/sys.h"

/* Where words lie in a chunk. */
enum {
	CHUNK_PREV_SIZE = 0,
	CHUNK_HEAD = 8,
	CHUNK_FD = 16,
	CHUNK_BK = 24,
	CHUNK_FD_NEXTSIZE = 32,
	CHUNK_BK_NEXTSIZE = 40,
	CHUNK_MEM = 16,
};

/* Pointers above the break are the break region's too: last_remainder may dangle there. */
#define BREAK_REGION_BYTES 0x40000000u

uint64_t ptm_to_model(const struct ptm_image *image, uint64_t real)
{
	if (real - image->heap <= BREAK_REGION_BYTES)
		return real - image->heap;
	return image->to_model(real);
}

uint64_t ptm_to_real(const struct ptm_image *image, uint64_t pointer, uint64_t bytes)
{
	uint64_t used = *image->brk - image->heap;

	if (pointer >> PTM_REGION_SHIFT != 0)
		return image->to_real(pointer, bytes);
	return pointer <= used && bytes <= used - pointer ? image->heap + pointer : 0;
}

/* ---- reading */

/* A link: the mem pointer of the chunk it names, or the head of a bin. */
static uint64_t link_value(const struct ptm_image *image, uint64_t chunk)
{
	uint64_t head = chunk - (image->arena + ARENA_TOP);
	uint64_t pointer;

	if (chunk == 0)
		return 0;
	if (head < (BINS - 1) * 16)
		return PTM_BIN_BASE + head / 16 + 1;
	pointer = ptm_to_model(image, chunk);
	return pointer == POINTER_NOWHERE ? pointer : pointer + CHUNK_MEM;
}

static uint64_t mem_value(const struct ptm_image *image, uint64_t mem)
{
	return mem == 0 ? 0 : ptm_to_model(image, mem);
}

/* The safe-linking of singly linked lists undone: a link is masked with its own place. */
static uint64_t link_reveal(uint64_t at)
{
	return ptm_word(at) ^ at >> 12;
}

static uint64_t scalar_value(const struct ptm_image *image, const struct cell *cell)
{
	uint64_t arena = image->arena, mp = image->mp, word;

	switch (cell->field) {
	case PTM_FIELD_top:
		return link_value(image, ptm_word(arena + ARENA_TOP));
	case PTM_FIELD_last_remainder:
		return link_value(image, ptm_word(arena + ARENA_LAST_REMAINDER));
	case PTM_FIELD_have_fastchunks:
		return ptm_half(arena + ARENA_HAVE_FASTCHUNKS);
	case PTM_FIELD_flags:
		return ptm_half(arena + ARENA_FLAGS);
	case PTM_FIELD_binmap:
		return cell->key < BINS / 32 ? ptm_half(arena + ARENA_BINMAP + cell->key * 4)
					     : CELL_ABSENT;
	case PTM_FIELD_system_mem:
		return ptm_word(arena + ARENA_SYSTEM_MEM);
	case PTM_FIELD_max_system_mem:
		return ptm_word(arena + ARENA_MAX_SYSTEM_MEM);
	case PTM_FIELD_n_mmaps:
		return ptm_half(mp + MP_N_MMAPS);
	case PTM_FIELD_max_n_mmaps:
		return ptm_half(mp + MP_MAX_N_MMAPS);
	case PTM_FIELD_mmapped_mem:
		return ptm_word(mp + MP_MMAPPED_MEM);
	case PTM_FIELD_max_mmapped_mem:
		return ptm_word(mp + MP_MAX_MMAPPED_MEM);
	case PTM_FIELD_mmap_threshold:
		return ptm_word(mp + MP_MMAP_THRESHOLD);
	case PTM_FIELD_trim_threshold:
		return ptm_word(mp + MP_TRIM_THRESHOLD);
	case PTM_FIELD_no_dyn_threshold:
		return ptm_half(mp + MP_NO_DYN_THRESHOLD);
	case PTM_FIELD_top_pad:
		return ptm_word(mp + MP_TOP_PAD);
	case PTM_FIELD_n_mmaps_max:
		return (uint64_t)(int64_t)(int32_t)ptm_half(mp + MP_N_MMAPS_MAX);
	case PTM_FIELD_max_fast:
		return *image->max_fast;
	case PTM_FIELD_sbrk_base:
		word = ptm_word(mp + MP_SBRK_BASE);
		return word == 0 ? CELL_ABSENT : ptm_to_model(image, word);
	case PTM_FIELD_tcache:
		return mem_value(image, *image->tcache);
	case PTM_FIELD_brk:
		return *image->brk - image->heap;
	default:
		return CELL_ABSENT;
	}
}

static uint64_t list_value(const struct ptm_image *image, const struct cell *cell)
{
	uint64_t arena = image->arena, key = cell->key, tcache = *image->tcache, at;

	switch (cell->field) {
	case PTM_FIELD_bin_fd:
	case PTM_FIELD_bin_bk:
		if (key == 0 || key >= BINS)
			return CELL_ABSENT;
		at = arena + ARENA_BINS + (key - 1) * 16;
		return link_value(image, ptm_word(cell->field == PTM_FIELD_bin_fd ? at : at + 8));
	case PTM_FIELD_fastbin:
		if (key >= 10)
			return CELL_ABSENT;
		return link_value(image, ptm_word(arena + ARENA_FASTBINS + key * 8));
	case PTM_FIELD_tcache_count:
		if (key >= TCACHE_CLASSES || tcache == 0)
			return CELL_ABSENT;
		return ((const uint16_t *)tcache)[key];
	case PTM_FIELD_tcache_entry:
		if (key >= TCACHE_CLASSES || tcache == 0)
			return CELL_ABSENT;
		return mem_value(image, ptm_word(tcache + TCACHE_ENTRIES + key * 8));
	default:
		return CELL_ABSENT;
	}
}

/* Bytes of a chunk that a field needs. */
static uint64_t field_bytes(uint32_t field)
{
	if (field == PTM_FIELD_head || field == PTM_FIELD_prev_size)
		return 16;
	return field == PTM_FIELD_fd_nextsize || field == PTM_FIELD_bk_nextsize ? 48 : 32;
}

static uint64_t chunk_value(const struct ptm_image *image, const struct cell *cell)
{
	uint64_t pointer = (uint64_t)cell->space << PTM_REGION_SHIFT | (uint64_t)cell->key * 16;
	uint64_t chunk = ptm_to_real(image, pointer, field_bytes(cell->field));

	if (chunk == 0)
		return CELL_ABSENT;
	switch (cell->field) {
	case PTM_FIELD_head:
		return ptm_word(chunk + CHUNK_HEAD);
	case PTM_FIELD_prev_size:
		return ptm_word(chunk + CHUNK_PREV_SIZE);
	case PTM_FIELD_fd:
		return link_value(image, ptm_word(chunk + CHUNK_FD));
	case PTM_FIELD_bk:
		return link_value(image, ptm_word(chunk + CHUNK_BK));
	case PTM_FIELD_fd_nextsize:
		return link_value(image, ptm_word(chunk + CHUNK_FD_NEXTSIZE));
	case PTM_FIELD_bk_nextsize:
		return link_value(image, ptm_word(chunk + CHUNK_BK_NEXTSIZE));
	case PTM_FIELD_fast_next:
		return link_value(image, link_reveal(chunk + CHUNK_FD));
	case PTM_FIELD_tcache_next:
		return mem_value(image, link_reveal(chunk + CHUNK_FD));
	case PTM_FIELD_tcache_key:
		return ptm_word(chunk + CHUNK_BK) == *image->key;
	default:
		return CELL_ABSENT;
	}
}

void ptm_observe(const struct ptm_image *image, struct cell *cell, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (cell[i].field >= PTM_FIELD_head)
			cell[i].value = chunk_value(image, &cell[i]);
		else if (cell[i].field >= PTM_FIELD_bin_fd)
			cell[i].value = list_value(image, &cell[i]);
		else
			cell[i].value = scalar_value(image, &cell[i]);
}

bool ptm_image_ok(const struct ptm_image *image)
{
	uint64_t arena = image->arena, mp = image->mp;

	for (uint64_t bin = 1; bin < BINS; bin++) {
		uint64_t head = arena + ARENA_TOP + (bin - 1) * 16;

		if (ptm_word(head + CHUNK_FD) != head || ptm_word(head + CHUNK_BK) != head)
			return false;
	}
	return ptm_word(arena + ARENA_TOP) == arena + ARENA_TOP &&
	       ptm_word(arena + ARENA_SYSTEM_MEM) == 0 && *image->tcache == 0 &&
	       *image->max_fast == 128 && ptm_word(mp + MP_TRIM_THRESHOLD) == 131072 &&
	       ptm_word(mp + MP_MMAP_THRESHOLD) == 131072 &&
	       ptm_half(mp + MP_N_MMAPS_MAX) == 65536 && ptm_word(mp + MP_TCACHE_COUNT) == 7 &&
	       ptm_word(mp + MP_TCACHE_BINS) == TCACHE_CLASSES && ptm_word(mp + MP_SBRK_BASE) == 0;
}

/* ---- driving */

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
		seen->value[0] = mem_value(image, real);
		if (real == 0 && op->kind != PTM_OP_posix_memalign)
			seen->err = *calls->error;
		return real;
	}
}
