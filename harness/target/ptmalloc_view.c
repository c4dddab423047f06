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

#define FASTBINS 10u

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

/* ---- reading: observe() is called after every op, for dozens of cells */

/* How the value of a field comes about. */
enum source_kind {
	SOURCE_NONE,
	SOURCE_WORD,       /* of the arena or of mp_, as it is */
	SOURCE_SIGNED,     /* an int */
	SOURCE_MAP,        /* a u32 of the array indexed by the key */
	SOURCE_ARENA_LINK, /* a pointer to a chunk or a bin */
	SOURCE_BASE,       /* a pointer that may not be set */
	SOURCE_MAX_FAST,
	SOURCE_TCACHE,
	SOURCE_BREAK,
	SOURCE_BIN, /* lists, indexed by the key */
	SOURCE_FASTBIN,
	SOURCE_TCACHE_COUNT,
	SOURCE_TCACHE_ENTRY,
	SOURCE_CHUNK_WORD, /* words of the chunk at the key: from here on the chunk must be readable */
	SOURCE_CHUNK_LINK,
	SOURCE_CHUNK_FAST, /* singly linked lists mask a link with its own place */
	SOURCE_CHUNK_TCACHE,
	SOURCE_CHUNK_KEY,
};

/* @bytes: width of the word; of a chunk, what must be readable. */
static const struct source {
	uint8_t kind;
	uint8_t bytes;
	bool in_mp;
	uint16_t offset;
} sources[PTM_FIELD_COUNT] = {
	[PTM_FIELD_top] = { SOURCE_ARENA_LINK, 8, false, ARENA_TOP },
	[PTM_FIELD_last_remainder] = { SOURCE_ARENA_LINK, 8, false, ARENA_LAST_REMAINDER },
	[PTM_FIELD_have_fastchunks] = { SOURCE_WORD, 4, false, ARENA_HAVE_FASTCHUNKS },
	[PTM_FIELD_flags] = { SOURCE_WORD, 4, false, ARENA_FLAGS },
	[PTM_FIELD_binmap] = { SOURCE_MAP, 4, false, ARENA_BINMAP },
	[PTM_FIELD_system_mem] = { SOURCE_WORD, 8, false, ARENA_SYSTEM_MEM },
	[PTM_FIELD_max_system_mem] = { SOURCE_WORD, 8, false, ARENA_MAX_SYSTEM_MEM },
	[PTM_FIELD_n_mmaps] = { SOURCE_WORD, 4, true, MP_N_MMAPS },
	[PTM_FIELD_max_n_mmaps] = { SOURCE_WORD, 4, true, MP_MAX_N_MMAPS },
	[PTM_FIELD_mmapped_mem] = { SOURCE_WORD, 8, true, MP_MMAPPED_MEM },
	[PTM_FIELD_max_mmapped_mem] = { SOURCE_WORD, 8, true, MP_MAX_MMAPPED_MEM },
	[PTM_FIELD_mmap_threshold] = { SOURCE_WORD, 8, true, MP_MMAP_THRESHOLD },
	[PTM_FIELD_trim_threshold] = { SOURCE_WORD, 8, true, MP_TRIM_THRESHOLD },
	[PTM_FIELD_no_dyn_threshold] = { SOURCE_WORD, 4, true, MP_NO_DYN_THRESHOLD },
	[PTM_FIELD_top_pad] = { SOURCE_WORD, 8, true, MP_TOP_PAD },
	[PTM_FIELD_n_mmaps_max] = { SOURCE_SIGNED, 4, true, MP_N_MMAPS_MAX },
	[PTM_FIELD_max_fast] = { .kind = SOURCE_MAX_FAST },
	[PTM_FIELD_sbrk_base] = { SOURCE_BASE, 8, true, MP_SBRK_BASE },
	[PTM_FIELD_tcache] = { .kind = SOURCE_TCACHE },
	[PTM_FIELD_brk] = { .kind = SOURCE_BREAK },
	[PTM_FIELD_bin_fd] = { SOURCE_BIN, 8, false, ARENA_BINS },
	[PTM_FIELD_bin_bk] = { SOURCE_BIN, 8, false, ARENA_BINS + 8 },
	[PTM_FIELD_fastbin] = { SOURCE_FASTBIN, 8, false, ARENA_FASTBINS },
	[PTM_FIELD_tcache_count] = { .kind = SOURCE_TCACHE_COUNT },
	[PTM_FIELD_tcache_entry] = { .kind = SOURCE_TCACHE_ENTRY },
	[PTM_FIELD_head] = { SOURCE_CHUNK_WORD, 16, false, CHUNK_HEAD },
	[PTM_FIELD_prev_size] = { SOURCE_CHUNK_WORD, 16, false, CHUNK_PREV_SIZE },
	[PTM_FIELD_fd] = { SOURCE_CHUNK_LINK, 32, false, CHUNK_FD },
	[PTM_FIELD_bk] = { SOURCE_CHUNK_LINK, 32, false, CHUNK_BK },
	[PTM_FIELD_fd_nextsize] = { SOURCE_CHUNK_LINK, 48, false, CHUNK_FD_NEXTSIZE },
	[PTM_FIELD_bk_nextsize] = { SOURCE_CHUNK_LINK, 48, false, CHUNK_BK_NEXTSIZE },
	[PTM_FIELD_fast_next] = { SOURCE_CHUNK_FAST, 32, false, CHUNK_FD },
	[PTM_FIELD_tcache_next] = { SOURCE_CHUNK_TCACHE, 32, false, CHUNK_FD },
	[PTM_FIELD_tcache_key] = { SOURCE_CHUNK_KEY, 32, false, CHUNK_BK },
};

/* What does not change while cells are read. */
struct reader {
	const struct ptm_image *image;
	uint64_t arena, mp, heap, used, tcache;
};

static inline uint64_t pointer_read(const struct reader *r, uint64_t real)
{
	uint64_t offset = real - r->heap;

	return offset <= BREAK_REGION_BYTES ? offset : r->image->to_model(real);
}

/* A link: the mem pointer of the chunk it names, or the head of a bin. */
static inline uint64_t link_read(const struct reader *r, uint64_t chunk)
{
	uint64_t head = chunk - (r->arena + ARENA_TOP), pointer;

	if (chunk - r->heap <= BREAK_REGION_BYTES)
		return chunk - r->heap + CHUNK_MEM;
	if (chunk == 0)
		return 0;
	if (head < (BINS - 1) * 16)
		return PTM_BIN_BASE + head / 16 + 1;
	pointer = r->image->to_model(chunk);
	return pointer == POINTER_NOWHERE ? pointer : pointer + CHUNK_MEM;
}

static inline uint64_t mem_read(const struct reader *r, uint64_t mem)
{
	return mem == 0 ? 0 : pointer_read(r, mem);
}

static inline uint64_t link_reveal(uint64_t at)
{
	return ptm_word(at) ^ at >> 12;
}

/* Address of @bytes readable bytes of the chunk at the cell's key, or 0. */
static inline uint64_t chunk_find(const struct reader *r, const struct cell *cell, uint64_t bytes)
{
	uint64_t offset = (uint64_t)cell->key * 16;

	if (cell->space != 0)
		return r->image->to_real((uint64_t)cell->space << PTM_REGION_SHIFT | offset, bytes);
	return offset + bytes <= r->used ? r->heap + offset : 0;
}

static inline uint64_t chunk_read(const struct reader *r, const struct source *from,
				  const struct cell *cell)
{
	uint64_t chunk = chunk_find(r, cell, from->bytes), at = chunk + from->offset;

	if (chunk == 0)
		return CELL_ABSENT;
	switch (from->kind) {
	case SOURCE_CHUNK_WORD:
		return ptm_word(at);
	case SOURCE_CHUNK_LINK:
		return link_read(r, ptm_word(at));
	case SOURCE_CHUNK_FAST:
		return link_read(r, link_reveal(at));
	case SOURCE_CHUNK_TCACHE:
		return mem_read(r, link_reveal(at));
	default:
		return ptm_word(at) == *r->image->key;
	}
}

static inline uint64_t list_read(const struct reader *r, const struct source *from, uint64_t key)
{
	switch (from->kind) {
	case SOURCE_BIN:
		return key != 0 && key < BINS
			   ? link_read(r, ptm_word(r->arena + from->offset + (key - 1) * 16))
			   : CELL_ABSENT;
	case SOURCE_FASTBIN:
		return key < FASTBINS ? link_read(r, ptm_word(r->arena + from->offset + key * 8))
				      : CELL_ABSENT;
	default:
		if (key >= TCACHE_CLASSES || r->tcache == 0)
			return CELL_ABSENT;
		if (from->kind == SOURCE_TCACHE_COUNT)
			return ((const uint16_t *)r->tcache)[key];
		return mem_read(r, ptm_word(r->tcache + TCACHE_ENTRIES + key * 8));
	}
}

static inline uint64_t scalar_read(const struct reader *r, const struct source *from, uint64_t key)
{
	uint64_t at = (from->in_mp ? r->mp : r->arena) + from->offset;

	switch (from->kind) {
	case SOURCE_WORD:
		return from->bytes == 8 ? ptm_word(at) : ptm_half(at);
	case SOURCE_SIGNED:
		return (uint64_t)(int64_t)(int32_t)ptm_half(at);
	case SOURCE_MAP:
		return key < BINS / 32 ? ptm_half(at + key * 4) : CELL_ABSENT;
	case SOURCE_ARENA_LINK:
		return link_read(r, ptm_word(at));
	case SOURCE_BASE:
		return ptm_word(at) == 0 ? CELL_ABSENT : pointer_read(r, ptm_word(at));
	case SOURCE_MAX_FAST:
		return *r->image->max_fast;
	case SOURCE_TCACHE:
		return mem_read(r, r->tcache);
	case SOURCE_BREAK:
		return r->used;
	default:
		return CELL_ABSENT;
	}
}

void ptm_observe(const struct ptm_image *image, struct cell *cell, uint32_t count)
{
	const struct reader r = {
		image,         image->arena, image->mp, image->heap, *image->brk - image->heap,
		*image->tcache
	};

	for (uint32_t i = 0; i < count; i++) {
		uint32_t field = cell[i].field < PTM_FIELD_COUNT ? cell[i].field : PTM_FIELD_top;
		const struct source *from = &sources[field];

		if (field != cell[i].field)
			cell[i].value = CELL_ABSENT;
		else if (from->kind >= SOURCE_CHUNK_WORD)
			cell[i].value = chunk_read(&r, from, &cell[i]);
		else if (from->kind >= SOURCE_BIN)
			cell[i].value = list_read(&r, from, cell[i].key);
		else
			cell[i].value = scalar_read(&r, from, cell[i].key);
	}
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
		seen->value[0] = real == 0 ? 0 : ptm_to_model(image, real);
		if (real == 0 && op->kind != PTM_OP_posix_memalign)
			seen->err = *calls->error;
		return real;
	}
}
