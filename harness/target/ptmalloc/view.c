/* Reading a real ptmalloc through its own statics and chunk headers. */
/* SPDX-License-Identifier: MIT */
#include "view.h"
#include "../../../model/ptmalloc/region.h"
#include "../../worker/sys.h"

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
#define BREAK_REGION_BYTES PTM_BREAK_BYTES

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

/*
 * observe() runs after every op, for cells of ever new kinds. So all kinds are read in the
 * same way, by a table, and little of it depends on the kind by a branch.
 */

enum base { BASE_ARENA, BASE_MP, BASE_TCACHE, BASE_OWN, BASE_HEAP, BASES };

/* How many keys there are: a number, or as many as the tcache or the heap has. */
enum limit {
	LIMIT_ONE,
	LIMIT_MAP,
	LIMIT_FASTBINS,
	LIMIT_BINS,
	LIMIT_TCACHE,
	LIMIT_HEAD,
	LIMIT_LINKS,
	LIMIT_NEXTSIZE,
	LIMITS
};

enum link {
	LINK_NO,
	LINK_CHUNK, /* to a chunk or the head of a bin: written as the memory of the chunk */
	LINK_MEM,   /* to the memory of a chunk */
	LINK_KEY,   /* no link: is it the process's key? */
	LINK_INT,   /* no link: a signed number */
};

/* What is read once for all cells, beside the statics. */
struct own {
	uint64_t used, tcache, max_fast;
};

/* What a word less @origin may be at most, and what is then added, to be read as it is. */
#define ORIGIN_LINK_NO 0
#define ORIGIN_LINK_CHUNK UINT64_MAX
#define ORIGIN_LINK_MEM UINT64_MAX
#define ORIGIN_LINK_KEY 0
#define ORIGIN_LINK_INT 0
#define NEAR_LINK_NO UINT64_MAX
#define NEAR_LINK_CHUNK BREAK_REGION_BYTES
#define NEAR_LINK_MEM BREAK_REGION_BYTES
#define NEAR_LINK_KEY 0
#define NEAR_LINK_INT 0

/*
 * @first: lowest key. @stride: bytes from key to key. @mask: of the word. @reveal: all ones if the word
 * is masked with its own place, as singly linked lists have it. @null: what NULL reads as. @origin: all
 * ones if the word is to be counted from the heap's start. @near, @add: up to @near, the word plus @add is
 * the value. @heads: bytes of the heads of bins that the word may point to. All else is rare.
 */
static const struct source {
	uint8_t base, limit, link, first;
	uint16_t offset, stride;
	uint64_t mask, reveal, null, origin, near, add, heads;
} __attribute__((aligned(64))) sources[PTM_FIELD_COUNT] = {
#define SOURCE(field, ...) [PTM_FIELD_##field] = { __VA_ARGS__ }
#define READ(link)                                                                                 \
	ORIGIN_##link, NEAR_##link, link == LINK_CHUNK ? CHUNK_MEM : 0,                            \
	    link == LINK_CHUNK ? (BINS - 1) * 16 : 0
#define WORD(base, offset) base, LIMIT_ONE, LINK_NO, 0, offset, 0, UINT64_MAX, 0, 0, READ(LINK_NO)
#define HALF(base, offset) base, LIMIT_ONE, LINK_NO, 0, offset, 0, UINT32_MAX, 0, 0, READ(LINK_NO)
#define LINK(base, link, offset, null)                                                             \
	base, LIMIT_ONE, link, 0, offset, 0, UINT64_MAX, 0, null, READ(link)
#define CHUNK(limit, link, offset)                                                                 \
	BASE_HEAP, limit, link, 0, offset, 16, UINT64_MAX, 0, 0, READ(link)
	SOURCE(top, LINK(BASE_ARENA, LINK_CHUNK, ARENA_TOP, 0)),
	SOURCE(last_remainder, LINK(BASE_ARENA, LINK_CHUNK, ARENA_LAST_REMAINDER, 0)),
	SOURCE(have_fastchunks, HALF(BASE_ARENA, ARENA_HAVE_FASTCHUNKS)),
	SOURCE(flags, HALF(BASE_ARENA, ARENA_FLAGS)),
	SOURCE(binmap, BASE_ARENA, LIMIT_MAP, LINK_NO, 0, ARENA_BINMAP, 4, UINT32_MAX, 0, 0,
	       READ(LINK_NO)),
	SOURCE(system_mem, WORD(BASE_ARENA, ARENA_SYSTEM_MEM)),
	SOURCE(max_system_mem, WORD(BASE_ARENA, ARENA_MAX_SYSTEM_MEM)),
	SOURCE(n_mmaps, HALF(BASE_MP, MP_N_MMAPS)),
	SOURCE(max_n_mmaps, HALF(BASE_MP, MP_MAX_N_MMAPS)),
	SOURCE(mmapped_mem, WORD(BASE_MP, MP_MMAPPED_MEM)),
	SOURCE(max_mmapped_mem, WORD(BASE_MP, MP_MAX_MMAPPED_MEM)),
	SOURCE(mmap_threshold, WORD(BASE_MP, MP_MMAP_THRESHOLD)),
	SOURCE(trim_threshold, WORD(BASE_MP, MP_TRIM_THRESHOLD)),
	SOURCE(no_dyn_threshold, HALF(BASE_MP, MP_NO_DYN_THRESHOLD)),
	SOURCE(top_pad, WORD(BASE_MP, MP_TOP_PAD)),
	SOURCE(n_mmaps_max, LINK(BASE_MP, LINK_INT, MP_N_MMAPS_MAX, 0)),
	SOURCE(max_fast, WORD(BASE_OWN, offsetof(struct own, max_fast))),
	SOURCE(sbrk_base, LINK(BASE_MP, LINK_MEM, MP_SBRK_BASE, CELL_ABSENT)),
	SOURCE(tcache, LINK(BASE_OWN, LINK_MEM, offsetof(struct own, tcache), 0)),
	SOURCE(brk, WORD(BASE_OWN, offsetof(struct own, used))),
	SOURCE(bin_fd, BASE_ARENA, LIMIT_BINS, LINK_CHUNK, 1, ARENA_BINS, 16, UINT64_MAX, 0, 0,
	       READ(LINK_CHUNK)),
	SOURCE(bin_bk, BASE_ARENA, LIMIT_BINS, LINK_CHUNK, 1, ARENA_BINS + 8, 16, UINT64_MAX, 0, 0,
	       READ(LINK_CHUNK)),
	SOURCE(fastbin, BASE_ARENA, LIMIT_FASTBINS, LINK_CHUNK, 0, ARENA_FASTBINS, 8, UINT64_MAX, 0,
	       0, READ(LINK_CHUNK)),
	SOURCE(tcache_count, BASE_TCACHE, LIMIT_TCACHE, LINK_NO, 0, 0, 2, UINT16_MAX, 0, 0,
	       READ(LINK_NO)),
	SOURCE(tcache_entry, BASE_TCACHE, LIMIT_TCACHE, LINK_MEM, 0, TCACHE_ENTRIES, 8, UINT64_MAX,
	       0, 0, READ(LINK_MEM)),
	SOURCE(head, CHUNK(LIMIT_HEAD, LINK_NO, CHUNK_HEAD)),
	SOURCE(prev_size, CHUNK(LIMIT_HEAD, LINK_NO, CHUNK_PREV_SIZE)),
	SOURCE(fd, CHUNK(LIMIT_LINKS, LINK_CHUNK, CHUNK_FD)),
	SOURCE(bk, CHUNK(LIMIT_LINKS, LINK_CHUNK, CHUNK_BK)),
	SOURCE(fd_nextsize, CHUNK(LIMIT_NEXTSIZE, LINK_CHUNK, CHUNK_FD_NEXTSIZE)),
	SOURCE(bk_nextsize, CHUNK(LIMIT_NEXTSIZE, LINK_CHUNK, CHUNK_BK_NEXTSIZE)),
	SOURCE(fast_next, BASE_HEAP, LIMIT_LINKS, LINK_CHUNK, 0, CHUNK_FD, 16, UINT64_MAX,
	       UINT64_MAX, 0, READ(LINK_CHUNK)),
	SOURCE(tcache_next, BASE_HEAP, LIMIT_LINKS, LINK_MEM, 0, CHUNK_FD, 16, UINT64_MAX,
	       UINT64_MAX, 0, READ(LINK_MEM)),
	SOURCE(tcache_key, CHUNK(LIMIT_LINKS, LINK_KEY, CHUNK_BK)),
};

struct reader {
	const struct ptm_image *image;
	uint64_t heap, heads;
	struct own own;
	uint64_t base[BASES];
	uint64_t limit[LIMITS];
};

/* A link that does not lead into the break's region; or no link at all. */
static __attribute__((noinline)) uint64_t word_far(const struct reader *r,
						   const struct source *from, uint64_t word)
{
	uint64_t pointer;

	if (from->link == LINK_KEY)
		return word == *r->image->key;
	if (from->link == LINK_INT)
		return (uint64_t)(int64_t)(int32_t)word;
	if (word == 0)
		return from->null;
	pointer = r->image->to_model(word);
	return pointer == POINTER_NOWHERE || from->link == LINK_MEM ? pointer : pointer + CHUNK_MEM;
}

static inline uint64_t value_read(const struct reader *r, const struct source *from, uint64_t at)
{
	uint64_t word, offset;

	__builtin_memcpy(&word, (const void *)at, sizeof(word));
	word = (word ^ (at >> 12 & from->reveal)) & from->mask;
	offset = word - (r->heap & from->origin);
	if (offset <= from->near)
		return offset + from->add;
	offset = word - r->heads;
	if (offset < from->heads)
		return PTM_BIN_BASE + offset / 16 + 1;
	return word_far(r, from, word);
}

/* Chunks outside the break's region; keys that name nothing. */
static __attribute__((noinline)) uint64_t
cell_far(const struct reader *r, const struct source *from, const struct cell *cell)
{
	static const uint8_t bytes[LIMITS] = {
		[LIMIT_HEAD] = 16, [LIMIT_LINKS] = 32, [LIMIT_NEXTSIZE] = 48
	};
	uint64_t pointer = (uint64_t)cell->space << PTM_REGION_SHIFT | (uint64_t)cell->key * 16, at;

	if (cell->space == 0 || from->base != BASE_HEAP)
		return CELL_ABSENT;
	at = r->image->to_real(pointer, bytes[from->limit]);
	return at == 0 ? CELL_ABSENT : value_read(r, from, at + from->offset);
}

/* Chunks of the heap of which so many bytes can be read. */
static uint64_t heap_limit(uint64_t used, uint64_t bytes)
{
	return used < bytes ? 0 : (used - bytes) / 16 + 1;
}

static struct reader reader_init(const struct ptm_image *image)
{
	uint64_t used = *image->brk - image->heap, tcache = *image->tcache;

	return (struct reader){
		.image = image,
		.heap = image->heap,
		.heads = image->arena + ARENA_TOP,
		.own = { used, tcache, *image->max_fast },
		.base = { image->arena, image->mp, tcache, 0, image->heap },
		.limit = { 1, BINS / 32, FASTBINS, BINS - 1, tcache == 0 ? 0 : TCACHE_CLASSES,
			   heap_limit(used, 16), heap_limit(used, 32), heap_limit(used, 48) },
	};
}

static inline uint64_t cell_read(const struct reader *r, const struct cell *cell)
{
	const struct source *from;
	uint64_t index;

	if (cell->field >= PTM_FIELD_COUNT)
		return CELL_ABSENT;
	from = &sources[cell->field];
	index = (uint64_t)cell->key - from->first;
	if (index >= r->limit[from->limit] || cell->space != 0)
		return cell_far(r, from, cell);
	return value_read(r, from, r->base[from->base] + from->offset + index * from->stride);
}

void ptm_observe(const struct ptm_image *image, const struct cell *cell, uint32_t count,
		 uint64_t *seen)
{
	struct reader r = reader_init(image);

	r.base[BASE_OWN] = (uint64_t)&r.own;
	for (uint32_t i = 0; i < count; i++)
		seen[i] = cell_read(&r, &cell[i]);
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
