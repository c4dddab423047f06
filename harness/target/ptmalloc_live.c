/* ptmalloc/live: the allocator of the libc that this worker runs on, found through its debug symbols. */
/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "../target.h"
#include "../shim/glibc/edges.h"
#include "../shim/glibc/package.h"
#include "../shim/glibc/placement.h"
#include "../shim/glibc/trap.h"
#include "../worker/sys.h"
#include "ptmalloc/calls.h"
#include "ptmalloc/view.h"

#define ALIGN_HEAP (1ul << 20) /* alignments up to this come out alike in every process */
#define HEAP_KEPT (64ul << 20) /* a case that grew the heap further gives it back */
#define MALLOPT_UNKNOWN 99

/* ---- what is known of the libc */

/* A static of libc. Those that change are saved once and put back by reset(). */
struct libc_static {
	const char *name;
	uint64_t bytes; /* as it must be */
	bool needed;
	uint64_t at;
	char saved[ARENA_BYTES + 8];
};

static struct libc_static statics[] = {
	{ .name = "main_arena", .bytes = ARENA_BYTES, .needed = true },
	{ .name = "mp_", .bytes = MP_BYTES, .needed = true },
	{ .name = "tcache", .bytes = 8, .needed = true },
	{ .name = "__curbrk", .bytes = 8, .needed = true },
	{ .name = "global_max_fast", .bytes = 8, .needed = true },
	{ .name = "tcache_key", .bytes = 8, .needed = true },
	{ .name = "thread_arena", .bytes = 8, .needed = true },
	{ .name = "tcache_shutting_down", .bytes = 1 },
	{ .name = "narenas", .bytes = 8 },
	{ .name = "free_list", .bytes = 8 },
	{ .name = "narenas_limit", .bytes = 8 },
	{ .name = "next_to_use", .bytes = 8 },
	{ .name = "perturb_byte", .bytes = 4 },
};

enum { STATIC_ARENA, STATIC_MP, STATIC_TCACHE, STATIC_BRK, STATIC_MAX_FAST, STATIC_KEY };
#define STATICS (sizeof(statics) / sizeof(statics[0]))

struct libc {
	uint64_t base, tls;
	bool has_malloc; /* the malloc of this process is its own */
	char build_id[2 * 64 + 1];
};

static uint64_t live_to_model(uint64_t real);
static uint64_t live_to_real(uint64_t pointer, uint64_t bytes);

static struct ptm_image image = { .to_model = live_to_model, .to_real = live_to_real };
static struct ptm_calls calls;

/* ---- the system that the libc sees */

/* The k-th mapping of the case is region k; at 0: gone again. */
struct region {
	uint64_t at, bytes;
};

/*
 * @log:      where requests are noted; NULL outside apply().
 * @brk:      the break that libc was told. @brk_kernel: the kernel's, which only grows within a case.
 * @in_use:   numbers of regions that are mapped.
 */
static struct {
	struct os *log;
	uint64_t deny;
	uint64_t brk, brk_kernel;
	uint32_t region_count, in_use_count;
	struct region region[PLACE_REGIONS];
	uint32_t in_use[PLACE_REGIONS];
} live_os;

static uint64_t page_up(uint64_t bytes)
{
	return (bytes + 4095) & ~4095ul;
}

static uint64_t region_pointer(uint32_t number, uint64_t real)
{
	return (uint64_t)number << PTM_REGION_SHIFT |
	       (real - (live_os.region[number].at & ~(ALIGN_HEAP - 1)));
}

/* Index in in_use[] of the mapping that holds @real, or in_use_count. */
static uint32_t region_find(uint64_t real)
{
	uint32_t i = live_os.in_use_count;

	while (i-- > 0) {
		const struct region *region = &live_os.region[live_os.in_use[i]];

		if (real - region->at < region->bytes)
			return i;
	}
	return live_os.in_use_count;
}

static uint64_t live_to_model(uint64_t real)
{
	uint32_t i = region_find(real);

	if (i < live_os.in_use_count)
		return region_pointer(live_os.in_use[i], real);
	i = region_find(real - 1); /* the end of an area is a place, too */
	return i < live_os.in_use_count ? region_pointer(live_os.in_use[i], real) : POINTER_NOWHERE;
}

static uint64_t live_to_real(uint64_t pointer, uint64_t bytes)
{
	uint64_t number = pointer >> PTM_REGION_SHIFT, real;
	const struct region *region;

	if (number > live_os.region_count)
		return 0;
	region = &live_os.region[number];
	real = (region->at & ~(ALIGN_HEAP - 1)) + (pointer & ((1ul << PTM_REGION_SHIFT) - 1));
	if (region->at == 0 || real < region->at || real - region->at > region->bytes)
		return 0;
	return bytes <= region->bytes - (real - region->at) ? real : 0;
}

static void region_add(uint64_t at, uint64_t bytes)
{
	uint32_t number = ++live_os.region_count;

	live_os.region[number] = (struct region){ at, bytes };
	live_os.in_use[live_os.in_use_count++] = number;
}

static void region_remove(uint32_t index)
{
	live_os.region[live_os.in_use[index]].at = 0;
	live_os.in_use[index] = live_os.in_use[--live_os.in_use_count];
}

static struct os_event *event_note(uint32_t kind, uint64_t a, uint64_t b, uint64_t c)
{
	static struct os_event spare;
	struct os *os = live_os.log;
	struct os_event *event = &spare;

	if (os != NULL && os->seen_count < OS_EVENTS_MAX)
		event = &os->seen[os->seen_count++];
	*event = (struct os_event){ .kind = kind, .arg = { a, b, c } };
	return event;
}

/*
 * libc wants the break at @to. The kernel's own break is moved up only: bringing it down and up again
 * would cost more than the rest of a case. Returns as the system call does: the break after it.
 */
static int64_t request_brk(uint64_t to)
{
	uint64_t old = live_os.brk;
	bool denied = ptm_brk_denied(live_os.deny, live_os.log, (int64_t)(to - old));
	struct os_event *event;

	if (to == 0 || to == old)
		return (int64_t)old;
	event = event_note(OS_SBRK, to - old, 0, 0);
	if (!denied && to >= image.heap) {
		if (to > live_os.brk_kernel)
			live_os.brk_kernel = (uint64_t)sys_call(SYS_NR_BRK, to, 0, 0, 0, 0, 0);
		if (to <= live_os.brk_kernel)
			live_os.brk = to;
	}
	if (live_os.brk > old) /* where a new top may begin */
		edges_note(old, EDGE_BYTES);
	if (live_os.brk == old)
		event->err = MODEL_ENOMEM;
	else
		event->result = old - image.heap;
	return (int64_t)live_os.brk;
}

static void event_place(struct os_event *event, int64_t result)
{
	if (result < 0)
		event->err = (int32_t)-result;
	else
		event->result = live_to_model((uint64_t)result);
}

static int64_t request_mmap(const uint64_t arg[6])
{
	struct os_event *event = event_note(OS_MMAP, arg[1], arg[2], 0);
	uint64_t bytes = page_up(arg[1]), at = place_new(live_os.region_count + 1, bytes);
	int64_t result = -MODEL_ENOMEM;

	if ((live_os.deny & PTM_DENY_MMAP) == 0 && at != 0)
		result = sys_call(SYS_NR_MMAP, at, arg[1], arg[2], arg[3] | SYS_MAP_FIXED_NOREPLACE,
				  arg[4], arg[5]);
	if (result >= 0)
		region_add((uint64_t)result, bytes);
	event_place(event, result);
	return result;
}

static int64_t request_munmap(uint64_t at, uint64_t bytes)
{
	struct os_event *event = event_note(OS_MUNMAP, live_to_model(at), bytes, 0);
	uint32_t index = region_find(at);
	int64_t result = sys_call(SYS_NR_MUNMAP, at, bytes, 0, 0, 0, 0);

	if (result == 0 && index < live_os.in_use_count)
		region_remove(index);
	event->err = result < 0 ? (int32_t)-result : 0;
	return result;
}

/* Grows the mapping where it is, or moves it to a place of its own. */
static int64_t region_resize(uint32_t index, const uint64_t arg[6])
{
	uint32_t number = live_os.in_use[index];
	struct region *region = &live_os.region[number];
	uint64_t bytes = page_up(arg[2]), to = place_new(live_os.region_count + 1, bytes);
	int64_t result = -MODEL_ENOMEM;

	if (place_stays(number, region->bytes, bytes)) {
		result = sys_call(SYS_NR_MREMAP, arg[0], arg[1], arg[2], 0, 0, 0);
		if (result >= 0)
			region->bytes = bytes;
	} else if (to != 0) {
		result = sys_call(SYS_NR_MREMAP, arg[0], arg[1], arg[2],
				  MREMAP_MAYMOVE | MREMAP_FIXED, to, 0);
		if (result >= 0) {
			region_remove(index);
			region_add((uint64_t)result, bytes);
		}
	}
	return result;
}

static int64_t request_mremap(const uint64_t arg[6])
{
	struct os_event *event = event_note(OS_MREMAP, live_to_model(arg[0]), arg[1], arg[2]);
	uint32_t index = region_find(arg[0]);
	int64_t result = -MODEL_ENOMEM;

	if ((live_os.deny & PTM_DENY_MREMAP) == 0 && index < live_os.in_use_count)
		result = region_resize(index, arg);
	event_place(event, result);
	return result;
}

static int64_t request_advise(uint32_t kind, int64_t number, const uint64_t arg[6])
{
	struct os_event *event = event_note(kind, ptm_to_model(&image, arg[0]), arg[1], arg[2]);
	int64_t result = sys_call(number, arg[0], arg[1], arg[2], 0, 0, 0);

	event->err = result < 0 ? (int32_t)-result : 0;
	return result;
}

/* Every system call that libc makes comes here. */
static int64_t request(int64_t number, const uint64_t arg[6])
{
	if (number == SYS_NR_BRK)
		return request_brk(arg[0]);
	if (live_os.log != NULL)
		switch (number) {
		case SYS_NR_MMAP:
			return request_mmap(arg);
		case SYS_NR_MUNMAP:
			return request_munmap(arg[0], arg[1]);
		case SYS_NR_MREMAP:
			return request_mremap(arg);
		case SYS_NR_MADVISE:
			return request_advise(OS_MADVISE, number, arg);
		case SYS_NR_MPROTECT:
			return request_advise(OS_MPROTECT, number, arg);
		default:
			break;
		}
	return sys_call(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

/* ---- the target */

static void apply(const struct op *op, struct outcome *seen, struct os *os)
{
	struct edges_before before;
	uint64_t mem;

	if (op->kind == PTM_OP_deny) {
		live_os.deny = op->ref[0];
		return;
	}
	before = edges_before(&image, op);
	live_os.log = os;
	mem = ptm_apply(&image, &calls, op, seen);
	live_os.log = NULL;
	edges_after(&image, op, &before, os, mem);
	if (mem != 0 && before.block != 0 &&
	    before.block != mem) /* realloc has copied what it found */
		edges_note(mem, ptm_word(mem - 8) & ~HEAD_FLAGS);
}

static void observe(const struct cell *cell, uint32_t count, uint64_t *seen)
{
	ptm_observe(&image, cell, count, seen);
}

static void heap_clear(void)
{
	uint64_t bytes = live_os.brk_kernel - image.heap;

	if (!edges_clear(image.heap, bytes) || bytes > HEAP_KEPT)
		live_os.brk_kernel = (uint64_t)sys_call(SYS_NR_BRK, image.heap, 0, 0, 0, 0, 0);
}

static int reset(const void *rules)
{
	heap_clear();
	while (live_os.in_use_count > 0) {
		const struct region *region = &live_os.region[live_os.in_use[0]];

		(void)sys_call(SYS_NR_MUNMAP, region->at, region->bytes, 0, 0, 0, 0);
		region_remove(0);
	}
	live_os.region_count = 0;
	live_os.deny = 0;
	live_os.brk = image.heap;
	for (uint32_t i = 0; i < STATICS; i++)
		if (statics[i].at != 0)
			memcpy((void *)statics[i].at, statics[i].saved, statics[i].bytes);
	ptm_settings(&image, rules);
	return 0;
}

/* ---- start-up */

static void hex_append(char *to, const unsigned char *from, uint32_t bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (uint32_t i = 0; i < bytes; i++) {
		*to++ = digits[from[i] >> 4];
		*to++ = digits[from[i] & 15];
	}
	*to = '\0';
}

static void notes_read(struct libc *libc, const char *at, uint64_t bytes)
{
	const char *end = at + bytes;

	while (at + sizeof(Elf64_Nhdr) <= end) {
		const Elf64_Nhdr *note = (const void *)at;
		const char *text = at + sizeof(*note) + ((note->n_namesz + 3) & ~3u);

		if (note->n_type == NT_GNU_BUILD_ID && note->n_descsz <= 64)
			hex_append(libc->build_id, (const unsigned char *)text, note->n_descsz);
		at = text + ((note->n_descsz + 3) & ~3u);
	}
}

static bool object_holds(const struct dl_phdr_info *object, uint64_t address)
{
	for (uint32_t i = 0; i < object->dlpi_phnum; i++) {
		const Elf64_Phdr *part = &object->dlpi_phdr[i];

		if (part->p_type == PT_LOAD &&
		    address - (object->dlpi_addr + part->p_vaddr) < part->p_memsz)
			return true;
	}
	return false;
}

/* The loaded object that is libc. */
static int object_visit(struct dl_phdr_info *object, size_t bytes, void *context)
{
	struct libc *libc = context;

	(void)bytes;
	if (!object_holds(object, (uint64_t)gnu_get_libc_version))
		return 0;
	libc->base = object->dlpi_addr;
	libc->tls = (uint64_t)object->dlpi_tls_data;
	libc->has_malloc = object_holds(object, (uint64_t)calls.malloc);
	for (uint32_t i = 0; i < object->dlpi_phnum; i++)
		if (object->dlpi_phdr[i].p_type == PT_NOTE)
			notes_read(libc, (const char *)libc->base + object->dlpi_phdr[i].p_vaddr,
				   object->dlpi_phdr[i].p_memsz);
	return 1;
}

/* @name, or @name.N as compilers call a static of a function. */
static bool symbol_named(const char *symbol, const char *name)
{
	while (*name != '\0' && *symbol == *name) {
		symbol++;
		name++;
	}
	return *name == '\0' && (*symbol == '\0' || *symbol == '.');
}

static void symbol_visit(const struct libc *libc, const Elf64_Sym *symbol, const char *name)
{
	uint32_t type = ELF64_ST_TYPE(symbol->st_info);

	if (type != STT_OBJECT && type != STT_TLS)
		return;
	for (uint32_t i = 0; i < STATICS; i++)
		if (statics[i].at == 0 && statics[i].bytes == symbol->st_size &&
		    symbol_named(name, statics[i].name))
			statics[i].at =
			    (type == STT_TLS ? libc->tls : libc->base) + symbol->st_value;
}

static void symbols_read(const struct libc *libc, const char *file)
{
	const Elf64_Ehdr *header = (const void *)file;
	const Elf64_Shdr *section = (const void *)(file + header->e_shoff);

	for (uint32_t i = 0; i < header->e_shnum; i++) {
		const Elf64_Sym *symbol = (const void *)(file + section[i].sh_offset);
		const char *names = file + section[section[i].sh_link].sh_offset;

		if (section[i].sh_type != SHT_SYMTAB)
			continue;
		for (uint64_t j = 0; j < section[i].sh_size / sizeof(*symbol); j++)
			symbol_visit(libc, &symbol[j], names + symbol[j].st_name);
	}
}

/* The symbols of the debug package, found by build-id. False: no such file. */
static bool debug_read(const struct libc *libc)
{
	char path[256] = "/usr/lib/debug/.build-id/xx/";
	const uint32_t stem = sizeof("/usr/lib/debug/.build-id/") - 1;
	uint32_t at = stem + 3;
	uint64_t bytes;
	const char *file;

	path[stem] = libc->build_id[0];
	path[stem + 1] = libc->build_id[1];
	for (uint32_t i = 2; libc->build_id[i] != '\0'; i++)
		path[at++] = libc->build_id[i];
	memcpy(path + at, ".debug", sizeof(".debug"));
	file = file_map(path, &bytes);
	if (file == NULL || bytes < sizeof(Elf64_Ehdr))
		return false;
	symbols_read(libc, file);
	sys_unmap((void *)(uintptr_t)file, bytes);
	return true;
}

/* The debug symbols were found by build-id, so their package says which libc this is. */
static void package_describe(struct target_info *info)
{
	static const char name[] = "libc6 ";
	char version[TARGET_TEXT_MAX];
	uint32_t at = sizeof(name) - 1;

	package_version("libc6-dbg", version);
	if (version[0] == '\0')
		return;
	text_copy(info->package, name);
	for (uint32_t i = 0; version[i] != '\0' && at < TARGET_TEXT_MAX - 1; i++)
		info->package[at++] = version[i];
	info->package[at] = '\0';
}

static void *live_sbrk(ptrdiff_t increment)
{
	return sbrk(increment);
}

static void calls_find(void)
{
	calls = (struct ptm_calls){
		.malloc = malloc,
		.free = free,
		.calloc = calloc,
		.realloc = realloc,
		.memalign = memalign,
		.aligned_alloc = aligned_alloc,
		.posix_memalign = posix_memalign,
		.valloc = valloc,
		.pvalloc = pvalloc,
		.malloc_usable_size = malloc_usable_size,
		.malloc_trim = malloc_trim,
		.mallopt = mallopt,
		.sbrk = live_sbrk,
		.error = &errno,
	};
}

static bool image_find(void)
{
	for (uint32_t i = 0; i < STATICS; i++)
		if (statics[i].needed && statics[i].at == 0)
			return false;
	image.arena = statics[STATIC_ARENA].at;
	image.mp = statics[STATIC_MP].at;
	image.max_fast = (uint64_t *)statics[STATIC_MAX_FAST].at;
	image.tcache = (const uint64_t *)statics[STATIC_TCACHE].at;
	image.key = (const uint64_t *)statics[STATIC_KEY].at;
	image.brk = (const uint64_t *)statics[STATIC_BRK].at;
	return true;
}

/* The heap begins at a round address, so that alignment does not depend on the process. */
static bool heap_align(void)
{
	uint64_t at = (uint64_t)sbrk(0);
	uint64_t gap = -at & (ALIGN_HEAP - 1);

	if (at == UINT64_MAX || sbrk((ptrdiff_t)gap) == (void *)-1)
		return false;
	image.heap = at + gap;
	live_os.brk = image.heap;
	live_os.brk_kernel = image.heap;
	return true;
}

static void statics_save(void)
{
	for (uint32_t i = 0; i < STATICS; i++)
		if (statics[i].at != 0)
			memcpy(statics[i].saved, (const void *)statics[i].at, statics[i].bytes);
}

static void version_describe(struct target_info *info)
{
	const char *release = gnu_get_libc_version();
	uint32_t at = sizeof("glibc ") - 1;

	text_copy(info->version, "glibc ");
	while (*release != '\0' && at < TARGET_TEXT_MAX - 1)
		info->version[at++] = *release++;
	info->version[at] = '\0';
}

static int refuse(struct target_info *info, const char *why, int status)
{
	text_copy(info->why_not, why);
	return status;
}

static int open_libc(struct target_info *info)
{
	struct libc libc = { 0 };

	if (dl_iterate_phdr(object_visit, &libc) == 0 || libc.build_id[0] == '\0')
		return refuse(info, "this libc has no build-id: install the distribution's libc6",
			      -MODEL_ENOTSUP);
	text_copy(info->build_id, libc.build_id);
	if (!libc.has_malloc)
		return refuse(info, "malloc is not libc's own here: unset LD_PRELOAD",
			      -MODEL_ENOTSUP);
	if (!debug_read(&libc))
		return refuse(info, "no debug symbols for this libc: apt-get install libc6-dbg",
			      -MODEL_ENOTSUP);
	package_describe(info);
	(void)mallopt(MALLOPT_UNKNOWN, 0); /* initialises the allocator, touches no memory */
	if (!image_find())
		return refuse(info,
			      "the debug symbols lack statics of malloc, or their sizes are not "
			      "those of glibc 2.36: apt-get install --reinstall libc6-dbg",
			      -MODEL_ENOTSUP);
	if (!ptm_image_ok(&image))
		return refuse(info,
			      "malloc is not as glibc 2.36 starts it: unset GLIBC_TUNABLES, "
			      "MALLOC_* and LD_PRELOAD",
			      -MODEL_ENOTSUP);
	return 0;
}

static int open(void *rules, struct target_info *info)
{
	int status;

	(void)rules;
	version_describe(info);
	calls_find();
	status = open_libc(info);
	if (status != 0)
		return status;
	if (!heap_align())
		return refuse(info, "the break does not move: lift ulimit -d", -MODEL_ENOMEM);
	statics_save();
	if (trap_open(request) != 0)
		return refuse(
		    info,
		    "neither prctl(PR_SET_SYSCALL_USER_DISPATCH) nor a seccomp filter "
		    "is allowed here: use ptmalloc/shipped, or lift the container's filter",
		    -MODEL_ENOTSUP);
	text_copy(info->profile, "glibc-2.36");
	return 0;
}

const struct target worker_target = {
	.name = "ptmalloc/live",
	.model = &model_ptmalloc,
	.open = open,
	.reset = reset,
	.apply = apply,
	.observe = observe,
};
