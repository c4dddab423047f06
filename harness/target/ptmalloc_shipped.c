/* ptmalloc/shipped: the machine code of a distribution's malloc.o over a fake operating system. */
/* SPDX-License-Identifier: MIT */
#include "../target.h"
#include "../shim/glibc/edges.h"
#include "../shim/glibc/fake_os.h"
#include "../shim/glibc/shipped.h"
#include "../worker/sys.h"
#include "ptmalloc/calls.h"
#include "ptmalloc/view.h"

#define STATICS 3u
#define STATICS_BYTES_MAX 4096u
#define MALLOPT_UNKNOWN 99

static struct ptm_image image = {
	.brk = &fake_os.brk,
	.heap = PLACE_BASE,
	.to_model = fake_pointer,
	.to_real = fake_address,
};

static struct ptm_calls calls;

/* The allocator's writable data as initialisation leaves it. */
static struct {
	char *from;
	size_t bytes;
	char saved[STATICS_BYTES_MAX];
} statics[STATICS];

static void apply(const struct op *op, struct outcome *seen, struct os *os)
{
	struct edges_before before;
	uint64_t mem;

	if (op->kind == PTM_OP_deny) {
		fake_os.deny = op->ref[0];
		return;
	}
	fake_os.log = os;
	before = edges_before(&image, op);
	mem = ptm_apply(&image, &calls, op, seen);
	edges_after(&image, op, &before, os, mem);
	if (mem != 0 && (ptm_word(mem - 8) & HEAD_MMAPPED) != 0)
		fake_os_note_chunk(mem - 16);
}

static void observe(const struct cell *cell, uint32_t count, uint64_t *seen)
{
	ptm_observe(&image, cell, count, seen);
}

static int reset(const void *rules)
{
	fake_os_reset();
	for (uint32_t i = 0; i < STATICS; i++)
		memcpy(statics[i].from, statics[i].saved, statics[i].bytes);
	shipped_tcache = 0;
	shipped_thread_arena = (uint64_t)shipped_main_arena;
	shipped_tcache_shutting_down = 0;
	ptm_settings(&image, rules);
	return 0;
}

static int refuse(struct target_info *info, const char *why, int status)
{
	info_set(info->why_not, why);
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
	info_set(info->version, shipped_version);
	info_set(info->package, shipped_package);
	info_set(info->build_id, shipped_build_id);
	if (shipped_why_not[0] != '\0')
		return refuse(info, shipped_why_not, -MODEL_ENOTSUP);
	status = fake_os_open();
	if (status != 0)
		return refuse(info, FAKE_OS_WHY_NOT, status);
	image_find();
	(void)calls.mallopt(MALLOPT_UNKNOWN, 0); /* initialises the allocator, touches no memory */
	if (!ptm_image_ok(&image) || !statics_save())
		return refuse(info,
			      "malloc.o is laid out unlike glibc 2.36: name another libc.a with "
			      "make GLIBC_A=FILE",
			      -MODEL_ENOTSUP);
	info_set(info->profile, "glibc-2.36");
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
