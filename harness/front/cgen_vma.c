/* Programs of raw system calls in a cleared address space, for the running kernel. */
/* SPDX-License-Identifier: MIT */
#include "cgen.h"
#include "form.h"
#include <inttypes.h>
#include <string.h>

static const char head[] =
    "#define _GNU_SOURCE\n"
    "#include <errno.h>\n"
    "#include <fcntl.h>\n"
    "#include <stdint.h>\n"
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "#include <string.h>\n"
    "#include <sys/mman.h>\n"
    "#include <sys/personality.h>\n"
    "#include <sys/resource.h>\n"
    "#include <sys/stat.h>\n"
    "#include <sys/syscall.h>\n"
    "#include <unistd.h>\n"
    "\n"
    "/* Thread-local storage is unmapped, and a stack protector reads its canary there. */\n"
    "#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 11\n"
    "#pragma GCC optimize(\"no-stack-protector\")\n"
    "#define BARE\n"
    "#else\n"
    "#define BARE __attribute__((no_stack_protector))\n"
    "#endif\n"
    "\n"
    "extern char __executable_start[], _end[];\n"
    "static char stack[65536] __attribute__((aligned(64)));\n"
    "static long fd[3]; /* scratch, and two objects to map */\n"
    "static long status; /* /proc/self/status */\n"
    "static long maps; /* /proc/self/maps */\n"
    "static uint64_t inode[3]; /* of fd[] */\n"
    "\n"
    "static inline BARE __attribute__((always_inline)) long call(long n, uint64_t a, uint64_t b, "
    "uint64_t c,\n"
    "\t\t\t\t\t\t       uint64_t d, uint64_t e, uint64_t f)\n"
    "{\n"
    "\tregister uint64_t r10 __asm__(\"r10\") = d, r8 __asm__(\"r8\") = e, r9 __asm__(\"r9\") = "
    "f;\n"
    "\tlong result;\n"
    "\n"
    "\t__asm__ volatile(\"syscall\" : \"=a\"(result)\n"
    "\t\t\t : \"a\"(n), \"D\"(a), \"S\"(b), \"d\"(c), \"r\"(r10), \"r\"(r8), \"r\"(r9)\n"
    "\t\t\t : \"rcx\", \"r11\", \"memory\");\n"
    "\treturn result;\n"
    "}\n"
    "\n"
    "/* No libc from here on: it is unmapped. */\n"
    "static BARE void say(const char *text)\n"
    "{\n"
    "\tuint64_t length = 0;\n"
    "\n"
    "\twhile (((const volatile char *)text)[length])\n"
    "\t\tlength++;\n"
    "\tcall(SYS_write, SAY_TO, (uint64_t)text, length, 0, 0, 0);\n"
    "}\n"
    "\n"
    "static BARE void say_digits(unsigned long value, unsigned base)\n"
    "{\n"
    "\tchar text[24];\n"
    "\tint at = 23;\n"
    "\n"
    "\ttext[at] = 0;\n"
    "\tdo\n"
    "\t\ttext[--at] = \"0123456789abcdef\"[value % base];\n"
    "\twhile (value /= base);\n"
    "\tsay(text + at);\n"
    "}\n"
    "\n"
    "/* Small ones are counts and -errno, others are addresses. */\n"
    "static BARE void say_number(long value)\n"
    "{\n"
    "\tint small = value > -4096 && value < 4096;\n"
    "\n"
    "\tsay(!small ? \"0x\" : value < 0 ? \"-\" : \"\");\n"
    "\tsay_digits((unsigned long)(small && value < 0 ? -value : value), small ? 10 : 16);\n"
    "}\n"
    "\n"
    "static BARE __attribute__((noreturn, noinline)) void leave(int result)\n"
    "{\n"
    "\tfor (;;)\n"
    "\t\tcall(SYS_exit_group, (uint64_t)result, 0, 0, 0, 0, 0);\n"
    "}\n"
    "\n"
    "/* The heap at 0x20000000, as recorded. */\n"
    "static BARE void heap(void)\n"
    "{\n"
    "\tuint64_t at = 0x20000000, image = 0x400000; /* any low place does */\n"
    "\tstruct {\n"
    "\t\tuint64_t code[2], data[2], start_brk, brk, stack, arg[2], env[2], auxv;\n"
    "\t\tuint32_t auxv_bytes, exe_fd;\n"
    "\t} map = { { image, image + 4096 }, { image, image + 4096 }, at, at, image,\n"
    "\t\t  { image, image }, { image, image }, 0, 0, UINT32_MAX };\n"
    "\tlong result = call(SYS_prctl, 35, 14, (uint64_t)&map, sizeof(map), 0, 0);\n"
    "\n"
    "\tif (result == 0)\n"
    "\t\treturn;\n"
    "\tsay(CANNOT \"prctl(PR_SET_MM, PR_SET_MM_MAP) gave \");\n"
    "\tsay_number(result);\n"
    "\tsay(\"\\n\");\n"
    "\tleave(2);\n"
    "}\n"
    "\n"
    "static BARE void clear(void)\n"
    "{\n"
    "\tuint64_t low = 0x10000000, high = (1ul << 47) - 4096;\n"
    "\tuint64_t from = (uint64_t)__executable_start & ~4095ul, to = ((uint64_t)_end + 4095) & "
    "~4095ul;\n"
    "\n"
    "\tif (from > low)\n"
    "\t\tcall(SYS_munmap, low, from - low, 0, 0, 0, 0);\n"
    "\tif (to < low)\n"
    "\t\tto = low;\n"
    "\tcall(SYS_munmap, to, high - to, 0, 0, 0, 0);\n"
    "}\n";

/* How an op must come out, and what the last one says. */
static const char finding_code[] =
    "\n"
    "static BARE void path(int op, long result, long want)\n"
    "{\n"
    "\tif (result == want)\n"
    "\t\treturn;\n"
    "\tsay(\"cannot tell: op \");\n"
    "\tsay_number(op);\n"
    "\tsay(\" gave \");\n"
    "\tsay_number(result);\n"
    "\tsay(\" where \");\n"
    "\tsay_number(want);\n"
    "\tsay(\" was recorded\\n\");\n"
    "\tleave(2);\n"
    "}\n"
    "\n"
    "static BARE __attribute__((noreturn)) void verdict(int op, long result, long there, long "
    "gone)\n"
    "{\n"
    "\tif (result == gone) {\n"
    "\t\tsay(\"gone\\n\");\n"
    "\t\tleave(0);\n"
    "\t}\n"
    "\tpath(op, result, there);\n"
    "\tsay(\"still there\\n\");\n"
    "\tleave(1);\n"
    "}\n";

/* A counter in pages, read through a descriptor that was opened before libc went away. */
static const char counter_code[] =
    "\n"
    "static BARE long counter(const char *name)\n"
    "{\n"
    "\tstatic char text[4096];\n"
    "\tlong length = call(SYS_pread64, (uint64_t)status, (uint64_t)text, sizeof(text) - 1, 0, 0, "
    "0);\n"
    "\tconst volatile char *letter = name;\n"
    "\tlong value = 0;\n"
    "\tint i, k;\n"
    "\n"
    "\tfor (i = 0; i < length; i++) {\n"
    "\t\tfor (k = 0; letter[k] && text[i + k] == letter[k]; k++)\n"
    "\t\t\t;\n"
    "\t\tif (letter[k])\n"
    "\t\t\tcontinue;\n"
    "\t\tfor (i += k; text[i] == ' ' || text[i] == '\\t'; i++)\n"
    "\t\t\t;\n"
    "\t\tfor (; text[i] >= '0' && text[i] <= '9'; i++)\n"
    "\t\t\tvalue = value * 10 + text[i] - '0';\n"
    "\t\treturn value / 4;\n"
    "\t}\n"
    "\treturn -1;\n"
    "}\n";

static const char tail[] =
    "\n"
    "static int cannot(const char *what)\n"
    "{\n"
    "\tdprintf(SAY_TO, CANNOT \"%s: %s\\n\", what, strerror(errno));\n"
    "\treturn 2;\n"
    "}\n"
    "\n"
    "int main(int argc, char **argv)\n"
    "{\n"
    "\tstruct rlimit limit = { 8 << 20, RLIM_INFINITY };\n"
    "\tstruct stat object;\n"
    "\n"
    "\tif (argc < 2) { /* once more without address randomisation */\n"
    "\t\tgetrlimit(RLIMIT_STACK, &limit);\n"
    "\t\tlimit.rlim_cur = 8 << 20;\n"
    "\t\tsetrlimit(RLIMIT_STACK, &limit);\n"
    "\t\tif (personality(ADDR_NO_RANDOMIZE) == -1)\n"
    "\t\t\treturn cannot(\"personality\");\n"
    "\t\tsetenv(\"GLIBC_TUNABLES\", \"glibc.pthread.rseq=0\", 1); /* it writes into libc's memory "
    "*/\n"
    "\t\texecl(\"/proc/self/exe\", argv[0], \"again\", (char *)0);\n"
    "\t\treturn cannot(\"/proc/self/exe\");\n"
    "\t}\n"
    "#ifdef LOCKS /* without the capability a lock may fail by a limit */\n"
    "\tlimit.rlim_cur = limit.rlim_max = RLIM_INFINITY;\n"
    "\tif (setrlimit(RLIMIT_MEMLOCK, &limit) != 0 && geteuid() != 0)\n"
    "\t\treturn cannot(\"locked memory has a limit: ulimit -l\");\n"
    "#endif\n"
    "\tstatus = open(\"/proc/self/status\", O_RDONLY);\n"
    "\tmaps = open(\"/proc/self/maps\", O_RDONLY);\n"
    "\tfd[0] = memfd_create(\"scratch\", 0);\n"
    "\tfd[1] = memfd_create(\"a\", 0);\n"
    "\tfd[2] = memfd_create(\"b\", 0);\n"
    "\tif (fd[2] < 0 || ftruncate((int)fd[0], 4096) || ftruncate((int)fd[1], OBJECT_A) ||\n"
    "\t    ftruncate((int)fd[2], OBJECT_B))\n"
    "\t\treturn cannot(\"memfd_create\");\n"
    "\tfor (int i = 0; i < 3; i++)\n"
    "\t\tinode[i] = fstat((int)fd[i], &object) == 0 ? (uint64_t)object.st_ino : 0;\n"
    "\t__asm__ volatile(\"mov %0, %%rsp\\n\\txor %%ebp, %%ebp\\n\\tcall *%1\\n\\thlt\"\n"
    "\t\t\t :\n"
    "\t\t\t : \"r\"(stack + sizeof(stack)), \"r\"(run)\n"
    "\t\t\t : \"memory\");\n"
    "\treturn 2;\n"
    "}\n";

/* Sizes of the two objects, as model/vma has them, in bytes. */
#define OBJECT_A_BYTES 0x18000
#define OBJECT_B_BYTES 0x800000

/* Where the kernel chooses places. */
static bool is_chosen(const struct cgen *cgen, uint64_t address)
{
	const struct tables *tables = cgen->file->tables;

	for (uint32_t i = 0; i < tables->region_count; i++)
		if (strcmp(tables->region[i].name, "top") == 0)
			return address - tables->region[i].base < tables->region[i].bytes;
	return false;
}

/* The last op before @index whose new mapping holds @address, or @index. */
static uint32_t mapping_find(const struct cgen *cgen, uint32_t index, uint64_t address)
{
	for (uint32_t i = index; i-- > 0;) {
		const struct cgen_op *op = &cgen->op[i];
		uint64_t bytes = op->op.ref[cgen_op_is(op, "mremap") ? 2 : 1];

		if (op->op.row->result_form == FORM_PTR && op->err == 0 &&
		    address - op->value < bytes)
			return i;
	}
	return index;
}

/*
 * An address operand. A program that checks all goes on from what the kernel gave it, so that one other place
 * does not make all that follows fail.
 */
static void address_write(const struct cgen *cgen, uint32_t index, uint64_t address, FILE *out)
{
	uint32_t from = mapping_find(cgen, index, address);

	if (cgen->check != CGEN_ALL || !is_chosen(cgen, address))
		(void)fprintf(out, "0x%" PRIx64, address);
	else if (from < index)
		(void)fprintf(out, "at[%u] + 0x%" PRIx64, from, address - cgen->op[from].value);
	else
		(void)fprintf(out, "here(0x%" PRIx64 ")", address);
}

/* The file descriptor of an object. */
static const char *object_text(uint64_t object)
{
	return object == 0 ? "(uint64_t)-1" : object == 1 ? "(uint64_t)fd[1]" : "(uint64_t)fd[2]";
}

static bool has_third(const struct cgen_op *op)
{
	return cgen_op_is(op, "mprotect") || cgen_op_is(op, "madvise") || cgen_op_is(op, "mlock2");
}

void vma_call_write(const struct cgen *cgen, uint32_t index, FILE *out)
{
	const struct cgen_op *op = &cgen->op[index];
	const uint64_t *ref = op->op.ref;

	bool map = cgen_op_is(op, "mmap") || cgen_op_is(op, "mmap_object");

	if (cgen_op_is(op, "fault") && ref[2] == 0)
		(void)fputs("call(SYS_pwrite64, (uint64_t)fd[0], ", out);
	else
		(void)fprintf(out, "call(SYS_%s, ",
			      map                       ? "mmap"
			      : cgen_op_is(op, "fault") ? "getrandom"
							: op->op.row->name);
	address_write(cgen, index, ref[0], out);
	if (map)
		(void)fprintf(out,
			      ", 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64 ", %s, 0x%" PRIx64 ")",
			      ref[1], ref[2], ref[3], object_text(ref[4]), ref[5]);
	else if (cgen_op_is(op, "fault"))
		(void)fputs(ref[2] ? ", 1, 0, 0, 0, 0)" : ", 1, 0, 0, 0)", out);
	else if (cgen_op_is(op, "mremap")) {
		(void)fprintf(out, ", 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64 ", ", ref[1],
			      ref[2], ref[3]);
		address_write(cgen, index, ref[4], out);
		(void)fputs(", 0)", out);
	} else
		(void)fprintf(out, ", 0x%" PRIx64 ", 0x%" PRIx64 ", 0, 0, 0)",
			      cgen_op_is(op, "brk") ? 0 : ref[1], has_third(op) ? ref[2] : 0);
}

/* What the call returns: an address, 0, the byte count of a fault, or -errno. */
void vma_result_write(const struct cgen_op *op, int32_t err, uint64_t value, FILE *out)
{
	if (err != 0)
		(void)fprintf(out, "-%d", err);
	else if (op->op.row->result_form == FORM_PTR)
		(void)fprintf(out, "0x%" PRIx64, value);
	else
		(void)fprintf(out, "%d", cgen_op_is(op, "fault") ? 1 : 0);
}

/* An op that must come out as recorded. */
static void path_write(const struct cgen *cgen, uint32_t index, FILE *out)
{
	const struct cgen_op *op = &cgen->op[index];

	(void)fprintf(out, "\tpath(%u, ", index + 1);
	vma_call_write(cgen, index, out);
	(void)fputs(", ", out);
	vma_result_write(op, op->err, op->value, out);
	(void)fputs(");\n", out);
}

static void ops_write(const struct cgen *cgen, FILE *out)
{
	const struct difference *difference = &cgen->sighting.difference;
	const struct outcome *seen = &difference->seen_outcome, *want = &difference->want_outcome;
	uint32_t last = cgen->op_count - 1;

	for (uint32_t i = 0; i < last; i++)
		path_write(cgen, i, out);
	if (cgen->check == CGEN_COUNTER) {
		path_write(cgen, last, out);
		(void)fprintf(
		    out, "\tverdict(%u, counter(COUNTER) - before, %" PRIu64 ", %" PRIu64 ");\n",
		    last + 1, difference->seen, difference->want);
		return;
	}
	(void)fprintf(out, "\tverdict(%u, ", last + 1);
	vma_call_write(cgen, last, out);
	(void)fputs(", ", out);
	vma_result_write(&cgen->op[last], seen->err, seen->value[0], out);
	(void)fputs(", ", out);
	vma_result_write(&cgen->op[last], want->err, want->value[0], out);
	(void)fputs(");\n", out);
}

bool vma_ops_known(const struct cgen *cgen, struct error *error)
{
	static const char known[] =
	    " mmap mmap_object munmap mprotect mremap brk madvise mlock mlock2 munlock fault ";

	for (uint32_t i = 0; i < cgen->op_count; i++) {
		const char *name = cgen->op[i].op.row->name, *at = strstr(known, name);

		if (at == NULL || at[-1] != ' ' || at[strlen(name)] != ' ')
			return error_set(error, "cgen knows no system call for op %s", name);
	}
	return true;
}

#define MAP_LOCKED_FLAG 0x2000u

static bool locks(const struct cgen_op *op)
{
	if (op->err == CGEN_SKIPPED)
		return false;
	return cgen_op_is(op, "mlock") || cgen_op_is(op, "mlock2") ||
	       ((cgen_op_is(op, "mmap") || cgen_op_is(op, "mmap_object")) &&
		(op->op.ref[3] & MAP_LOCKED_FLAG) != 0);
}

static bool any_locks(const struct cgen *cgen)
{
	for (uint32_t i = 0; i < cgen->op_count; i++)
		if (locks(&cgen->op[i]))
			return true;
	return false;
}

void vma_head_write(const struct cgen *cgen, FILE *out)
{
	if (any_locks(cgen))
		(void)fputs("#define LOCKS\n", out);
	(void)fprintf(out, "#define OBJECT_A 0x%x\n#define OBJECT_B 0x%x\n", OBJECT_A_BYTES,
		      OBJECT_B_BYTES);
	(void)fputs(head, out);
}

void vma_counter_write(FILE *out)
{
	(void)fputs(counter_code, out);
}

void vma_main_write(FILE *out)
{
	(void)fputs(tail, out);
}

bool cgen_vma(const struct cgen *cgen, FILE *out, struct error *error)
{
	if (cgen->check != CGEN_OUTCOME && cgen->check != CGEN_COUNTER)
		return error_set(error,
				 "a system call that does not come back is nothing that a program "
				 "can show");
	if (!vma_ops_known(cgen, error))
		return false;
	cgen_head(cgen, "cc -o demo demo.c", out);
	(void)fputs("#define SAY_TO 2\n#define CANNOT \"cannot tell: \"\n", out);
	vma_head_write(cgen, out);
	(void)fputs(finding_code, out);
	if (cgen->check == CGEN_COUNTER) {
		(void)fprintf(out, "\n#define COUNTER \"%s\"\n", cgen->counter);
		vma_counter_write(out);
	}
	(void)fputs("\nstatic BARE __attribute__((noreturn, used)) void run(void)\n{\n", out);
	if (cgen->check == CGEN_COUNTER)
		(void)fputs("\tlong before;\n\n", out);
	(void)fputs("\tclear();\n\theap();\n", out);
	if (cgen->check == CGEN_COUNTER)
		(void)fputs("\tbefore = counter(COUNTER);\n", out);
	ops_write(cgen, out);
	(void)fputs("}\n", out);
	vma_main_write(out);
	return true;
}
