/* ptmalloc/live: the allocator of the libc that this worker runs on, found through its debug symbols. */
/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>
#include "../target.h"
#include "../shim/glibc/edges.h"
#include "../shim/glibc/fake_os.h"
#include "../shim/glibc/package.h"
#include "../shim/glibc/trap.h"
#include "../worker/sys.h"
#include "ptmalloc/calls.h"
#include "ptmalloc/view.h"

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

static struct ptm_image image = {
	.heap = PLACE_BASE,
	.to_model = fake_pointer,
	.to_real = fake_address,
};
static struct ptm_calls calls;

/* ---- the system that the libc sees: requests made inside apply() */

static bool applying;

/* As the system call: the break after it, which is the old one where it is refused. */
static int64_t request_brk(uint64_t to)
{
	if (to != 0)
		(void)fake_os_sbrk((int64_t)(to - fake_os.brk));
	return (int64_t)fake_os.brk;
}

/* Every system call that libc makes comes here. */
static int64_t request(int64_t number, const uint64_t arg[6])
{
	if (number == SYS_NR_BRK)
		return request_brk(arg[0]);
	if (applying)
		switch (number) {
		case SYS_NR_MMAP:
			return fake_os_mmap(arg[1], arg[2]);
		case SYS_NR_MUNMAP:
			return fake_os_munmap(arg[0], arg[1]);
		case SYS_NR_MREMAP:
			return fake_os_mremap(arg[0], arg[1], arg[2]);
		case SYS_NR_MADVISE:
			return fake_os_advise(OS_MADVISE, arg[0], arg[1], arg[2]);
		case SYS_NR_MPROTECT:
			return fake_os_advise(OS_MPROTECT, arg[0], arg[1], arg[2]);
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
		fake_os.deny = op->ref[0];
		return;
	}
	before = edges_before(&image, op);
	fake_os.log = os;
	applying = true;
	mem = ptm_apply(&image, &calls, op, seen);
	applying = false;
	edges_after(&image, op, &before, os, mem);
	if (mem != 0 && before.block != 0 &&
	    before.block != mem) /* realloc has copied what it found */
		edges_note(mem, ptm_word(mem - 8) & ~HEAD_FLAGS);
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
	info_set(info->package, name);
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

/* The break that libc knows is the fake system's from now on. */
static void break_move_to_place(void)
{
	*(uint64_t *)statics[STATIC_BRK].at = PLACE_BASE;
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

	info_set(info->version, "glibc ");
	while (*release != '\0' && at < TARGET_TEXT_MAX - 1)
		info->version[at++] = *release++;
	info->version[at] = '\0';
}

static int refuse(struct target_info *info, const char *why, int status)
{
	info_set(info->why_not, why);
	return status;
}

static int open_libc(struct target_info *info)
{
	struct libc libc = { 0 };

	if (dl_iterate_phdr(object_visit, &libc) == 0 || libc.build_id[0] == '\0')
		return refuse(info, "this libc has no build-id: install the distribution's libc6",
			      -MODEL_ENOTSUP);
	info_set(info->build_id, libc.build_id);
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
	status = fake_os_open();
	if (status != 0)
		return refuse(info, FAKE_OS_WHY_NOT, status);
	break_move_to_place();
	statics_save();
	if (trap_open(request) != 0)
		return refuse(
		    info,
		    "neither prctl(PR_SET_SYSCALL_USER_DISPATCH) nor a seccomp filter "
		    "is allowed here: use ptmalloc/shipped, or lift the container's filter",
		    -MODEL_ENOTSUP);
	info_set(info->profile, "glibc-2.36");
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
