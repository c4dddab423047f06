/* ptmalloc/shipped: the machine code of a distribution's malloc.o over a fake operating system. */
/* SPDX-License-Identifier: MIT */
#include "../target.h"
#include "../shim/glibc/fake_os.h"
#include "../shim/glibc/shipped.h"
#include "../worker/sys.h"
#include "ptmalloc_view.h"

#define STATICS 3u
#define STATICS_BYTES_MAX 4096u
#define MALLOPT_UNKNOWN 99
#define EDGE_BYTES 64u /* the words of a chunk, and of the one before that lie in it */
#define HEAD_PREV_INUSE 1ul
#define HEAD_MMAPPED 2ul
#define HEAD_FLAGS 7ul
#define FASTBIN_BYTES_MAX 176u
#define CACHED_BYTES_MAX 1056u

static uint64_t shipped_to_model(uint64_t real);
static uint64_t shipped_to_real(uint64_t pointer, uint64_t bytes);

static struct ptm_image image = {
	.brk = &fake_os.brk,
	.heap = FAKE_BASE,
	.to_model = shipped_to_model,
	.to_real = shipped_to_real,
};

static struct ptm_calls calls;

static bool tcache_noted;

/* The allocator's writable data as initialisation leaves it. */
static struct {
	char *from;
	size_t bytes;
	char saved[STATICS_BYTES_MAX];
} statics[STATICS];

static uint64_t shipped_to_model(uint64_t real)
{
	const struct fake_map *map;
	uint64_t number = (real - FAKE_BASE) >> FAKE_STRIDE_BITS;

	if (number >= fake_os.map_count)
		return POINTER_NOWHERE;
	map = &fake_os.map[number];
	return map->at != 0 && real - map->at <= map->bytes ? fake_to_model(real) : POINTER_NOWHERE;
}

static uint64_t shipped_to_real(uint64_t pointer, uint64_t bytes)
{
	uint64_t number = pointer >> POINTER_REGION_BITS, real;
	const struct fake_map *map;

	if (number >= fake_os.map_count ||
	    (pointer & ((1ul << POINTER_REGION_BITS) - 1)) >= FAKE_STRIDE)
		return 0;
	map = &fake_os.map[number];
	real = fake_to_real(pointer);
	if (map->at == 0 || real < map->at || real - map->at > map->bytes)
		return 0;
	return bytes <= map->bytes - (real - map->at) ? real : 0;
}

/*
 * What reset() must clear. The allocator writes at the edges of chunks alone, and an edge is where a
 * block that was given out begins or ends, or one of the places noted in apply().
 */
static void edge_note(uint64_t at)
{
	fake_os_note_dirty(at, EDGE_BYTES);
}

static void block_note(uint64_t mem)
{
	uint64_t chunk = mem - 16, head = ptm_word(mem - 8);

	edge_note(chunk);
	if ((head & HEAD_MMAPPED) != 0)
		fake_os_note_chunk(chunk);
	else
		edge_note(chunk + (head & ~HEAD_FLAGS));
}

/*
 * An aligned block is cut out of a larger one, and the tail may have been merged into what follows. The
 * larger one began where the lead begins, which went back to a bin, or to a cache if it is small.
 */
static void aligned_note(uint64_t mem, uint64_t align, uint64_t request)
{
	uint64_t head = ptm_word(mem - 8), start = mem - 16, power = 32, large, low, high;

	if ((head & HEAD_MMAPPED) != 0)
		return;
	while (power < align)
		power *= 2;
	large = ptm_chunk_bytes(request + power + 32);
	high = start + large + 2 * EDGE_BYTES;
	low = start + (head & ~HEAD_FLAGS);
	if (large > FASTBIN_BYTES_MAX && (head & HEAD_PREV_INUSE) == 0)
		high -= ptm_word(start);
	if (high <= low)
		return;
	if (high - low > CACHED_BYTES_MAX + 2 * EDGE_BYTES)
		low = high - (CACHED_BYTES_MAX + 2 * EDGE_BYTES);
	fake_os_note_dirty(low, high - low);
}

/* What an op is about to change in places that its result does not tell. */
struct before {
	uint64_t top_end;   /* gets fenceposts when the top moves elsewhere */
	uint64_t block_end; /* realloc: where a new block may begin, to be merged at once */
};

static struct before before_note(const struct op *op)
{
	uint64_t top = ptm_word(image.arena + ARENA_TOP), chunk;
	struct before before = { .top_end = top + (ptm_word(top + 8) & ~HEAD_FLAGS) };

	if (op->kind == PTM_OP_realloc && op->ref[0] != 0) {
		chunk = fake_to_real(op->ref[0]) - 16;
		before.block_end = chunk + (ptm_word(chunk + 8) & ~HEAD_FLAGS);
	}
	return before;
}

static void after_note(const struct op *op, const struct before *before, const struct os *os,
		       uint64_t mem)
{
	if (mem != 0)
		block_note(mem);
	if (os->seen_count != 0 && before->top_end - FAKE_BASE < FAKE_STRIDE * FAKE_REGIONS)
		fake_os_note_dirty(before->top_end - EDGE_BYTES, 2 * EDGE_BYTES);
	if (!tcache_noted && shipped_tcache != 0) {
		tcache_noted = true;
		fake_os_note_dirty(shipped_tcache - 16, 16 + TCACHE_BYTES + EDGE_BYTES);
	}
	if (mem == 0)
		return;
	if (op->kind == PTM_OP_memalign || op->kind == PTM_OP_aligned_alloc ||
	    op->kind == PTM_OP_posix_memalign)
		aligned_note(mem, op->ref[0], op->ref[1]);
	else if (op->kind == PTM_OP_valloc)
		aligned_note(mem, FAKE_PAGE, op->ref[0]);
	else if (op->kind == PTM_OP_pvalloc)
		aligned_note(mem, FAKE_PAGE, (op->ref[0] + FAKE_PAGE - 1) & ~(FAKE_PAGE - 1));
	else if (op->kind == PTM_OP_realloc && fake_to_real(op->ref[0]) == mem &&
		 (ptm_word(mem - 8) & HEAD_MMAPPED) == 0)
		fake_os_note_dirty(before->block_end + (ptm_word(mem - 8) & ~HEAD_FLAGS),
				   2 * EDGE_BYTES);
}

static void apply(const struct op *op, struct outcome *seen, struct os *os)
{
	struct before before;
	uint64_t mem;

	if (op->kind == PTM_OP_deny) {
		fake_os.deny = op->ref[0];
		return;
	}
	fake_os.log = os;
	before = before_note(op);
	mem = ptm_apply(&image, &calls, op, seen);
	after_note(op, &before, os, mem);
}

static void observe(struct cell *cell, uint32_t count)
{
	ptm_observe(&image, cell, count);
}

static int reset(const void *rules)
{
	fake_os_reset();
	for (uint32_t i = 0; i < STATICS; i++)
		memcpy(statics[i].from, statics[i].saved, statics[i].bytes);
	shipped_tcache = 0;
	shipped_thread_arena = (uint64_t)shipped_main_arena;
	shipped_tcache_shutting_down = 0;
	tcache_noted = false;
	ptm_settings(&image, rules);
	return 0;
}

static int refuse(struct target_info *info, const char *why, int status)
{
	text_copy(info->why_not, why);
	return status;
}

static bool statics_save(void)
{
	char *const bounds[STATICS][2] = {
		{ __start_shipped_data, __stop_shipped_data },
		{ __start_shipped_data_local, __stop_shipped_data_local },
		{ __start_shipped_bss, __stop_shipped_bss },
	};

	for (uint32_t i = 0; i < STATICS; i++) {
		statics[i].from = bounds[i][0];
		statics[i].bytes = (size_t)(bounds[i][1] - bounds[i][0]);
		if (statics[i].bytes > STATICS_BYTES_MAX)
			return false;
		memcpy(statics[i].saved, statics[i].from, statics[i].bytes);
	}
	return true;
}

static void image_find(void)
{
	image.arena = (uint64_t)shipped_main_arena;
	image.mp = (uint64_t)shipped_mp_;
	image.max_fast = &shipped_global_max_fast;
	image.key = &shipped_tcache_key;
	image.tcache = &shipped_tcache;
	calls = (struct ptm_calls){
		.malloc = shipped___libc_malloc,
		.free = shipped___libc_free,
		.calloc = shipped___libc_calloc,
		.realloc = shipped___libc_realloc,
		.memalign = shipped___libc_memalign,
		.aligned_alloc = shipped_aligned_alloc,
		.posix_memalign = shipped___posix_memalign,
		.valloc = shipped___libc_valloc,
		.pvalloc = shipped___libc_pvalloc,
		.malloc_usable_size = shipped___malloc_usable_size,
		.malloc_trim = shipped___malloc_trim,
		.mallopt = shipped___libc_mallopt,
		.sbrk = shipped___sbrk,
		.error = &shipped___libc_errno,
	};
}

static int open(void *rules, struct target_info *info)
{
	int status;

	(void)rules;
	text_copy(info->version, shipped_version);
	text_copy(info->package, shipped_package);
	text_copy(info->build_id, shipped_build_id);
	if (shipped_why_not[0] != '\0')
		return refuse(info, shipped_why_not, -MODEL_ENOTSUP);
	status = fake_os_open();
	if (status != 0)
		return refuse(info,
			      "256 GiB of address space at 0x110000000000 cannot be reserved: lift "
			      "ulimit -v, or set vm.overcommit_memory to 0",
			      status);
	image_find();
	(void)calls.mallopt(MALLOPT_UNKNOWN, 0); /* initialises the allocator, touches no memory */
	if (!ptm_image_ok(&image) || !statics_save())
		return refuse(info,
			      "malloc.o is laid out unlike glibc 2.36: name another libc.a with "
			      "make GLIBC_A=FILE",
			      -MODEL_ENOTSUP);
	text_copy(info->profile, "glibc-2.36");
	return 0;
}

const struct target worker_target = {
	.name = "ptmalloc/shipped",
	.model = &model_ptmalloc,
	.open = open,
	.reset = reset,
	.apply = apply,
	.observe = observe,
};
