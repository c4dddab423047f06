/* The system below malloc, played by the program: the same whatever kernel it runs on. */
/* SPDX-License-Identifier: MIT */
#include "cgen.h"
#include "../shim/glibc/placement.h"
#include <inttypes.h>

/* Pointers as model/ptmalloc/region.def lays them out. */
#define REGION_SHIFT 40
#define PAGE_BYTES 4096u
#define ALIGN_LEAST 16u
#define GRANTED_LEAST (UINT64_C(64) << 20) /* bytes that a kernel may refuse */
#define HEAP_ALIGN (UINT64_C(1) << 20)     /* the heap begins at a multiple */

static const char play_code[] =
    "\n"
    "/* The break's zone, and where mapping k begins: in a stride of its own, or in the first "
    "large one that is free. */\n"
    "static struct {\n"
    "\tuintptr_t at, bytes; /* at 0: gone again */\n"
    "\tuintptr_t origin;    /* of the stride, and of offsets */\n"
    "} mapping[MAPPINGS];\n"
    "static unsigned mappings = 1, large[LARGE_COUNT], larges;\n"
    "\n"
    "static uintptr_t page_up(uintptr_t bytes)\n"
    "{\n"
    "\treturn (bytes + 4095) & ~(uintptr_t)4095;\n"
    "}\n"
    "\n"
    "static int is_small(uintptr_t bytes)\n"
    "{\n"
    "\treturn bytes <= (1ul << SMALL_BITS) - SLACK;\n"
    "}\n"
    "\n"
    "/* Returns: where a new mapping lies, 0: it is refused. */\n"
    "static uintptr_t place_new(uintptr_t bytes)\n"
    "{\n"
    "\tuintptr_t origin = SMALL + ((uintptr_t)mappings << SMALL_BITS);\n"
    "\tunsigned i = 0;\n"
    "\n"
    "\tif (bytes == 0 || bytes > MAPPING_MAX || mappings == MAPPINGS)\n"
    "\t\treturn 0;\n"
    "\tif (!is_small(bytes)) {\n"
    "\t\twhile (i < larges && mapping[large[i]].at != 0)\n"
    "\t\t\ti++;\n"
    "\t\tif (i == LARGE_COUNT)\n"
    "\t\t\treturn 0;\n"
    "\t\tlarges += i == larges;\n"
    "\t\tlarge[i] = mappings;\n"
    "\t\torigin = LARGE + ((uintptr_t)i << LARGE_BITS);\n"
    "\t}\n"
    "\tmapping[mappings].origin = origin;\n"
    "\tmapping[mappings].bytes = bytes;\n"
    "\tmapping[mappings].at = origin + begins[mappings];\n"
    "\treturn mapping[mappings++].at;\n"
    "}\n"
    "\n"
    "/* What the kernel does not grant after all. */\n"
    "static long granted(long result, uintptr_t want, uintptr_t bytes)\n"
    "{\n"
    "\tchar text[160];\n"
    "\n"
    "\tif (result == (long)want)\n"
    "\t\treturn result;\n"
    "\tsnprintf(text, sizeof(text), CANNOT \"no %lu bytes are granted here: see ulimit -v and "
    "vm.overcommit_memory\\n\",\n"
    "\t\t (unsigned long)bytes);\n"
    "\tsay(text);\n"
    "\t_exit(2);\n"
    "}\n"
    "\n"
    "static long map(uintptr_t at, uintptr_t bytes)\n"
    "{\n"
    "\treturn granted(kernel(SYS_mmap, (long)at, (long)bytes, PROT_READ | PROT_WRITE,\n"
    "\t\t\t      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | 0x100000, -1, 0),\n"
    "\t\t       at, bytes);\n"
    "}\n"
    "\n"
    "static long play_brk(uintptr_t to)\n"
    "{\n"
    "\tif (to < BASE || to > BASE + BREAK_BYTES || denied & (to <= brk_now ? 2 : grown ? 17 : 1))\n"
    "\t\treturn (long)brk_now;\n"
    "\tgrown |= to > brk_now;\n"
    "\tif (page_up(to) < page_up(brk_now))\n"
    "\t\tkernel(SYS_madvise, (long)page_up(to), (long)(page_up(brk_now) - page_up(to)), "
    "MADV_DONTNEED, 0, 0, 0);\n"
    "\tbrk_now = to;\n"
    "\treturn (long)to;\n"
    "}\n"
    "\n"
    "static long play_mmap(uintptr_t bytes)\n"
    "{\n"
    "\tuintptr_t at = denied & 4 ? 0 : place_new(page_up(bytes));\n"
    "\n"
    "\treturn at == 0 ? -ENOMEM : map(at, bytes);\n"
    "}\n"
    "\n"
    "/* Number of the mapping that begins there, or 0. */\n"
    "static unsigned mapping_find(uintptr_t at)\n"
    "{\n"
    "\tunsigned k = mappings;\n"
    "\n"
    "\twhile (--k > 0)\n"
    "\t\tif (mapping[k].at == at)\n"
    "\t\t\tbreak;\n"
    "\treturn at == 0 ? 0 : k;\n"
    "}\n"
    "\n"
    "static long play_munmap(uintptr_t at, uintptr_t bytes)\n"
    "{\n"
    "\tunsigned k = mapping_find(at);\n"
    "\n"
    "\tif (mapping[k].bytes == page_up(bytes))\n"
    "\t\tmapping[k].at = 0;\n"
    "\treturn kernel(SYS_munmap, (long)at, (long)bytes, 0, 0, 0, 0);\n"
    "}\n"
    "\n"
    "/* Every other mapping cannot grow where it is. */\n"
    "static long play_mremap(uintptr_t at, uintptr_t old, uintptr_t bytes)\n"
    "{\n"
    "\tunsigned k = mapping_find(at);\n"
    "\tuintptr_t now = mapping[k].bytes, to = page_up(bytes);\n"
    "\n"
    "\tif (k == 0 || denied & 8)\n"
    "\t\treturn -ENOMEM;\n"
    "\tif (to <= now || (k % 2 == 0 && to <= MAPPING_MAX && is_small(to) == is_small(now))) {\n"
    "\t\tmapping[k].bytes = to;\n"
    "\t\treturn granted(kernel(SYS_mremap, (long)at, (long)old, (long)bytes, 0, 0, 0), at, "
    "bytes);\n"
    "\t}\n"
    "\tto = place_new(to);\n"
    "\tif (to == 0)\n"
    "\t\treturn -ENOMEM;\n"
    "\tmapping[k].at = 0;\n"
    "\treturn granted(kernel(SYS_mremap, (long)at, (long)old, (long)bytes, MREMAP_MAYMOVE | "
    "MREMAP_FIXED, (long)to, 0),\n"
    "\t\t       to, bytes);\n"
    "}\n"
    "\n"
    "static long answer(long n, const greg_t *r)\n"
    "{\n"
    "\tif (n == SYS_brk)\n"
    "\t\treturn r[REG_RDI] == 0 ? (long)brk_now : play_brk((uintptr_t)r[REG_RDI]);\n"
    "\tif (n == SYS_mmap && r[REG_RDI] == 0 && (int)r[REG_R8] == -1)\n"
    "\t\treturn play_mmap((uintptr_t)r[REG_RSI]);\n"
    "\tif (n == SYS_munmap)\n"
    "\t\treturn play_munmap((uintptr_t)r[REG_RDI], (uintptr_t)r[REG_RSI]);\n"
    "\tif (n == SYS_mremap)\n"
    "\t\treturn play_mremap((uintptr_t)r[REG_RDI], (uintptr_t)r[REG_RSI], (uintptr_t)r[REG_RDX]);\n"
    "\treturn kernel(n, r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10], r[REG_R8], r[REG_R9]);\n"
    "}\n";

static const char begin_code[] = "\n"
				 "/* From here on libc has this system. */\n"
				 "static void play(void)\n"
				 "{\n"
				 "\ttrap();\n"
				 "\tmap(BASE, BREAK_BYTES);\n"
				 "\tbrk_now = BASE;\n"
				 "\tif (brk((void *)BASE) != 0)\n"
				 "\t\tsay(\"# this libc moves no break\\n\");\n"
				 "}\n";

bool ptmalloc_is_sbrk(const struct cgen_op *op)
{
	return cgen_op_is(op, "sbrk") || cgen_op_is(op, "sbrk_back");
}

bool ptmalloc_is_realloc(const struct cgen_op *op)
{
	return cgen_op_is(op, "realloc") || cgen_op_is(op, "realloc_huge");
}

/* What the block must be aligned to, where the allocator follows what is asked: the next power of two. */
uint64_t ptmalloc_alignment(const struct cgen_op *op)
{
	uint64_t align = ALIGN_LEAST;

	if (cgen_op_is(op, "valloc") || cgen_op_is(op, "pvalloc"))
		return PAGE_BYTES;
	if (cgen_op_is(op, "memalign") || cgen_op_is(op, "aligned_alloc") ||
	    cgen_op_is(op, "posix_memalign"))
		while (align < op->op.ref[0] && align < UINT64_C(1) << 63)
			align *= 2;
	return align;
}

/* What an op that got a block asked for; UINT64_MAX: more than there is. */
uint64_t ptmalloc_request_bytes(const struct cgen_op *op)
{
	const uint64_t *ref = op->op.ref;
	uint64_t bytes;

	if (cgen_op_is(op, "calloc"))
		return __builtin_mul_overflow(ref[0], ref[1], &bytes) ? UINT64_MAX : bytes;
	if (ptmalloc_is_realloc(op))
		return ref[1];
	if (op->op.row->arg_count == 3) /* alignment, size, slot */
		return __builtin_add_overflow(ref[0], ref[1], &bytes) ? UINT64_MAX : bytes;
	return ref[0];
}

/*
 * Does the result hang on more than any kernel does alike? On what it grants, or on where the heap or a mapping lies:
 * of a mapped block that is aligned beyond a page even the size does, for what is in front of it differs.
 */
static bool op_needs_play(const struct cgen_op *op)
{
	bool mapped = op->value >> REGION_SHIFT != 0;

	if (op->err == CGEN_SKIPPED || !ptmalloc_gives_pointer(op) || ptmalloc_is_sbrk(op))
		return cgen_op_is(op, "deny");
	if (ptmalloc_request_bytes(op) >= GRANTED_LEAST && ptmalloc_request_bytes(op) <= INT64_MAX)
		return true;
	return op->err == 0 && ptmalloc_alignment(op) > (mapped ? PAGE_BYTES : HEAP_ALIGN);
}

bool ptmalloc_plays(const struct cgen *cgen)
{
	for (uint32_t i = 0; i < cgen->op_count; i++)
		if (op_needs_play(&cgen->op[i]))
			return true;
	return false;
}

/* As many mappings as the ops could ask for. */
static uint32_t mappings_most(const struct cgen *cgen)
{
	uint32_t most = 2 * cgen->op_count + 16;

	return most < PLACE_REGIONS ? most : PLACE_REGIONS;
}

void ptmalloc_play_write(const struct cgen *cgen, FILE *out)
{
	(void)fprintf(out,
		      "\n#define PLAYED\n#define BASE 0x%lxul\n#define BREAK_BYTES 0x%" PRIx64
		      "ul\n"
		      "#define SMALL 0x%lxul\n#define SMALL_BITS %d\n"
		      "#define LARGE 0x%lxul\n#define LARGE_BITS %d\n#define LARGE_COUNT %u\n"
		      "#define MAPPING_MAX 0x%" PRIx64 "ul\n#define SLACK 0x%" PRIx64 "ul\n"
		      "#define MAPPINGS %u\n\nstatic const unsigned begins[MAPPINGS] = {",
		      PLACE_BASE, (uint64_t)PTM_BREAK_BYTES, PLACE_SMALL, PLACE_SMALL_BITS,
		      PLACE_LARGE, PLACE_LARGE_BITS, PLACE_LARGE_COUNT, (uint64_t)PTM_MAPPING_MAX,
		      (uint64_t)PTM_MAPPING_SLACK, mappings_most(cgen));
	for (uint32_t k = 0; k < mappings_most(cgen); k++)
		(void)fprintf(out, "%s0x%" PRIx64 ",", k % 10 == 0 ? "\n\t" : " ",
			      ptm_region_start(k));
	(void)fputs("\n};\n", out);
	ptmalloc_trap_write(play_code, out);
	(void)fputs(begin_code, out);
}
