/* Programs of calls to malloc and its friends, for any glibc. */
/* SPDX-License-Identifier: MIT */
#include "cgen.h"
#include "form.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Pointers as model/ptmalloc/region.def lays them out; what op deny names. */
#define REGION_SHIFT 40
#define DENY_OP "deny"

static const char head[] =
    "#define _GNU_SOURCE\n"
    "#pragma GCC diagnostic ignored \"-Wpragmas\"\n"
    "#pragma GCC diagnostic ignored \"-Walloc-size-larger-than=\"\n"
    "#include <errno.h>\n"
    "#include <malloc.h>\n"
    "#include <signal.h>\n"
    "#include <stdint.h>\n"
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "#include <string.h>\n"
    "#include <sys/mman.h>\n"
    "#include <sys/prctl.h>\n"
    "#include <sys/syscall.h>\n"
    "#include <sys/wait.h>\n"
    "#include <ucontext.h>\n"
    "#include <unistd.h>\n"
    "\n"
    "static char *base; /* the break at the start */\n"
    "\n"
    "static void say(const char *text)\n"
    "{\n"
    "\tif (write(SAY_TO, text, strlen(text)) < 0)\n"
    "\t\t_exit(2);\n"
    "}\n"
    "\n"
    "static int cannot(const char *what)\n"
    "{\n"
    "\tchar text[256];\n"
    "\n"
    "\tsnprintf(text, sizeof(text), CANNOT \"%s: %s\\n\", what, strerror(errno));\n"
    "\tsay(text);\n"
    "\treturn 2;\n"
    "}\n";

/* How an op must come out. */
static const char finding_code[] =
    "\n"
    "/* Is this the pointer that was recorded? Of mappings only the place in the page is known. "
    "*/\n"
    "static inline int is(const volatile void *p, int err, uint64_t where, int want_err)\n"
    "{\n"
    "\tuint64_t offset = where & 0xffffffffffULL;\n"
    "\n"
    "\tif (err != want_err)\n"
    "\t\treturn 0;\n"
    "\tif (where == 0)\n"
    "\t\treturn p == NULL;\n"
    "\tif (where >> 40 == 0)\n"
    "\t\treturn (const char *)p == base + offset;\n"
    "\treturn ((uintptr_t)p & 0xfff) == (offset & 0xfff) &&\n"
    "\t       ((const char *)p < base || (const char *)p >= (char *)sbrk(0));\n"
    "}\n"
    "\n"
    "/* An op that must come out as recorded; @got is a pointer or, where @number, a number. */\n"
    "static inline void path(int good, int op, int number, uintptr_t got, const char *recorded)\n"
    "{\n"
    "\tint err = errno, in = got >= (uintptr_t)base && got < (uintptr_t)sbrk(0);\n"
    "\tint early = !number && got != 0 && got < (uintptr_t)base;\n"
    "\tchar text[256], error[16] = \"\";\n"
    "\n"
    "\tif (good)\n"
    "\t\treturn;\n"
    "\tif (err != 0)\n"
    "\t\tsnprintf(error, sizeof(error), \" (errno %d)\", err);\n"
    "\tsnprintf(text, sizeof(text), \"cannot tell: op %d gave %s0x%lx%s where %s was "
    "recorded%s\\n\", op,\n"
    "\t\t !number && in ? \"base+\" : \"\", (unsigned long)(!number && in ? got - (uintptr_t)base "
    ": got),\n"
    "\t\t error, recorded, early ? \": malloc was in use before main; link without -static\" : "
    "\"\");\n"
    "\tsay(text);\n"
    "\t_exit(2);\n"
    "}\n";

/* Where libc's system calls are made they come to the program instead. */
static const char kernel_code[] =
    "\n"
    "extern char __executable_start[], etext[];\n"
    "static unsigned denied; /* 1 brk up, 2 brk down, 4 mmap, 8 mremap, 16 brk up a second time in "
    "a call */\n"
    "static unsigned grown;\n"
    "static uintptr_t brk_now;\n"
    "static char handler_stack[65536];\n"
    "\n"
    "static long kernel(long n, long a, long b, long c, long d, long e, long f)\n"
    "{\n"
    "\tregister long r10 __asm__(\"r10\") = d, r8 __asm__(\"r8\") = e, r9 __asm__(\"r9\") = f;\n"
    "\tlong result;\n"
    "\n"
    "\t__asm__ volatile(\"syscall\" : \"=a\"(result)\n"
    "\t\t\t : \"a\"(n), \"D\"(a), \"S\"(b), \"d\"(c), \"r\"(r10), \"r\"(r8), \"r\"(r9)\n"
    "\t\t\t : \"rcx\", \"r11\", \"memory\");\n"
    "\treturn result;\n"
    "}\n";

static const char trap_code[] =
    "\n"
    "static void handler(int signal, siginfo_t *info, void *context)\n"
    "{\n"
    "\tgreg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;\n"
    "\n"
    "\t(void)signal;\n"
    "\t(void)info;\n"
    "\tr[REG_RAX] = answer(r[REG_RAX], r);\n"
    "}\n"
    "\n"
    "void handler_return(void);\n"
    "__asm__(\".text\\n.globl handler_return\\nhandler_return: mov $15, %eax\\n syscall\\n\");\n"
    "\n"
    "static void trap(void)\n"
    "{\n"
    "\tstack_t stack = { .ss_sp = handler_stack, .ss_size = sizeof(handler_stack) };\n"
    "\tstruct {\n"
    "\t\tvoid (*handler)(int, siginfo_t *, void *);\n"
    "\t\tunsigned long flags;\n"
    "\t\tvoid (*restorer)(void);\n"
    "\t\tunsigned long mask;\n"
    "\t} action = { handler, SA_SIGINFO | SA_ONSTACK | 0x04000000, handler_return, 0 };\n"
    "\n"
    "\tbrk_now = (uintptr_t)sbrk(0);\n"
    "\tkernel(SYS_sigaltstack, (long)&stack, 0, 0, 0, 0, 0);\n"
    "\tkernel(SYS_rt_sigaction, SIGSYS, (long)&action, 0, 8, 0, 0);\n"
    "\tif (kernel(SYS_prctl, 59, 1, (long)__executable_start, etext - __executable_start, 0, 0) != "
    "0) {\n"
    "\t\tsay(CANNOT \"the kernel has no prctl(PR_SET_SYSCALL_USER_DISPATCH)\\n\");\n"
    "\t\t_exit(2);\n"
    "\t}\n"
    "}\n";

void ptmalloc_trap_write(const char *answer, FILE *out)
{
	(void)fputs(kernel_code, out);
	(void)fputs(answer, out);
	(void)fputs(trap_code, out);
}

bool ptmalloc_denies(const struct cgen *cgen)
{
	for (uint32_t i = 0; i < cgen->op_count; i++)
		if (cgen_op_is(&cgen->op[i], DENY_OP))
			return true;
	return false;
}

bool ptmalloc_gives_pointer(const struct cgen_op *op)
{
	return op->op.row->result_form == FORM_PTR;
}

/* The C expression for a pointer operand: the last op that returned it. */
static void pointer_write(const struct cgen *cgen, uint32_t before, uint64_t pointer, FILE *out)
{
	if (pointer == 0) {
		(void)fputs("NULL", out);
		return;
	}
	while (before-- > 0)
		if (ptmalloc_gives_pointer(&cgen->op[before]) && cgen->op[before].err == 0 &&
		    cgen->op[before].value == pointer) {
			(void)fprintf(out, "p[%u]", before);
			return;
		}
	(void)fprintf(out, "base + 0x%" PRIx64, pointer);
}

static void number_write(uint64_t value, FILE *out)
{
	if (value > UINT64_MAX - 0x10000)
		(void)fprintf(out, "(size_t)%" PRId64, (int64_t)value);
	else
		(void)fprintf(out, value > INT32_MAX ? "0x%" PRIx64 "ul" : "%" PRIu64, value);
}

/* Calls whose operands are what their functions take, in this order. */
static const struct {
	const char *op, *call;
} plain_calls[] = {
	{ "malloc", "malloc" },           { "malloc_huge", "malloc" },
	{ "calloc", "calloc" },           { "realloc", "realloc" },
	{ "memalign", "memalign" },       { "realloc_huge", "realloc" },
	{ "valloc", "valloc" },           { "aligned_alloc", "aligned_alloc" },
	{ "pvalloc", "pvalloc" },         { "malloc_usable_size", "malloc_usable_size" },
	{ "malloc_trim", "malloc_trim" },
};

static const char *plain_call(const struct cgen_op *op)
{
	for (size_t i = 0; i < sizeof(plain_calls) / sizeof(plain_calls[0]); i++)
		if (cgen_op_is(op, plain_calls[i].op))
			return plain_calls[i].call;
	return NULL;
}

static void arguments_write(const struct cgen *cgen, uint32_t index, FILE *out)
{
	const struct op *op = &cgen->op[index].op;
	uint32_t written = 0;

	for (uint32_t a = 0; a < op->row->arg_count; a++) {
		uint8_t use = op->row->arg[a].use;

		if (use == SLOT_FILLS)
			continue;
		(void)fputs(written++ ? ", " : "", out);
		if (use == SLOT_NONE)
			number_write(op->ref[a], out);
		else
			pointer_write(cgen, index, op->ref[a], out);
	}
}

/* The call of one op: a pointer goes to p[], a number to n. */
bool ptmalloc_call_write(const struct cgen *cgen, uint32_t index, FILE *out)
{
	const struct cgen_op *op = &cgen->op[index];
	const char *call = plain_call(op);

	(void)fputs(ptmalloc_denies(cgen) ? "\terrno = 0;\n\tgrown = 0;\n\t" : "\terrno = 0;\n\t",
		    out);
	if (cgen_op_is(op, DENY_OP)) {
		(void)fprintf(out, "denied = %" PRIu64 ";\n", op->op.ref[0]);
	} else if (cgen_op_is(op, "free")) {
		(void)fputs("free(", out);
		pointer_write(cgen, index, op->op.ref[0], out);
		(void)fputs(");\n", out);
	} else if (cgen_op_is(op, "mallopt")) {
		(void)fprintf(out, "n = (size_t)mallopt(%d, %d);\n", (int)op->op.ref[0],
			      (int)op->op.ref[1]);
	} else if (cgen_op_is(op, "sbrk") || cgen_op_is(op, "sbrk_back")) {
		(void)fprintf(out, "p[%u] = sbrk(%s%" PRIu64 ");\n", index,
			      cgen_op_is(op, "sbrk") ? "" : "-", op->op.ref[0]);
	} else if (cgen_op_is(op, "posix_memalign")) {
		(void)fprintf(out, "q = NULL;\n\terrno = posix_memalign(&q, ");
		arguments_write(cgen, index, out);
		(void)fprintf(out, ");\n\tp[%u] = q;\n", index);
	} else if (call != NULL) {
		if (ptmalloc_gives_pointer(op))
			(void)fprintf(out, "p[%u] = %s(", index, call);
		else
			(void)fprintf(out, "n = (size_t)%s(", call);
		arguments_write(cgen, index, out);
		(void)fputs(");\n", out);
	} else {
		return false;
	}
	return true;
}

/* What a call leaves nothing of. */
bool ptmalloc_gives_nothing(const struct cgen_op *op)
{
	return cgen_op_is(op, "free") || cgen_op_is(op, DENY_OP);
}

/* An expression that is true if op @index came out as (err, value). */
static void same_write(const struct cgen *cgen, uint32_t index, int32_t err, uint64_t value,
		       FILE *out)
{
	const char *name = errno_name(err);

	if (cgen_op_is(&cgen->op[index], "sbrk") || cgen_op_is(&cgen->op[index], "sbrk_back"))
		(void)fprintf(out, err ? "p[%u] == (void *)-1" : "p[%u] == base + 0x%" PRIx64,
			      index, value);
	else if (ptmalloc_gives_pointer(&cgen->op[index]))
		(void)fprintf(out, "is(p[%u], errno, 0x%" PRIx64 ", %s)", index, value,
			      err ? (name ? name : "-1") : "0");
	else
		(void)fprintf(out, "n == 0x%" PRIx64, value);
}

/* An op that must come out as recorded. */
static void path_write(const struct cgen *cgen, uint32_t index, FILE *out)
{
	const struct cgen_op *op = &cgen->op[index];
	char recorded[FORM_TEXT_MAX];

	if (ptmalloc_gives_nothing(op))
		return;
	(void)fputs("\tpath(", out);
	same_write(cgen, index, op->err, op->value, out);
	if (ptmalloc_gives_pointer(op))
		(void)fprintf(out, ", %u, 0, (uintptr_t)p[%u], ", index + 1, index);
	else
		(void)fprintf(out, ", %u, 1, n, ", index + 1);
	(void)fprintf(out, "\"%s\");\n",
		      result_print(cgen->file->tables, op->op.row, op->err, op->value, recorded));
}

static bool ops_write(const struct cgen *cgen, FILE *out, struct error *error)
{
	for (uint32_t i = 0; i < cgen->op_count; i++) {
		if (!ptmalloc_call_write(cgen, i, out))
			return error_set(error, "cgen knows no call for op %s",
					 cgen->op[i].op.row->name);
		if (i + 1 < cgen->op_count)
			path_write(cgen, i, out);
	}
	return true;
}

/* An expression that is true if what the program looks at is @side's. */
static void check_write(const struct cgen *cgen, bool seen, FILE *out)
{
	const struct difference *difference = &cgen->sighting.difference;
	const struct outcome *outcome =
	    seen ? &difference->seen_outcome : &difference->want_outcome;

	if (cgen->check == CGEN_BREAK)
		(void)fprintf(out, "(char *)sbrk(0) == base + 0x%" PRIx64,
			      seen ? cgen->seen_break : cgen->want_break);
	else if (cgen->check == CGEN_COUNTER)
		(void)fprintf(out, "mallinfo2().%s == 0x%" PRIx64, cgen->counter,
			      seen ? difference->seen : difference->want);
	else
		same_write(cgen, cgen->op_count - 1, outcome->err, outcome->value[0], out);
}

static void verdict_write(const struct cgen *cgen, FILE *out)
{
	(void)fputs("\tif (", out);
	check_write(cgen, true, out);
	(void)fputs(") {\n\t\tsay(\"still there\\n\");\n\t\treturn 1;\n\t}\n\tif (", out);
	check_write(cgen, false, out);
	(void)fputs(") {\n\t\tsay(\"gone\\n\");\n\t\treturn 0;\n\t}\n", out);
	if (cgen->check == CGEN_OUTCOME)
		path_write(cgen, cgen->op_count - 1, out);
	else
		(void)fprintf(out,
			      "\tsay(\"cannot tell: %s is neither what was recorded nor what was "
			      "expected\\n\");\n",
			      cgen->check == CGEN_BREAK ? "the break" : cgen->counter);
	(void)fputs("\treturn 2;\n", out);
}

/* Both outcomes look alike to the program: two mappings at the same place in a page. */
static bool alike(const struct cgen *cgen)
{
	const struct outcome *want = &cgen->sighting.difference.want_outcome;
	const struct outcome *seen = &cgen->sighting.difference.seen_outcome;
	const struct cgen_op *last = &cgen->op[cgen->op_count - 1];

	if (cgen->check != CGEN_OUTCOME)
		return false;
	if (!ptmalloc_gives_pointer(last))
		return want->value[0] == seen->value[0];
	if (want->err != seen->err)
		return false;
	return want->value[0] == seen->value[0] ||
	       (want->value[0] >> REGION_SHIFT != 0 && seen->value[0] >> REGION_SHIFT != 0 &&
		((want->value[0] ^ seen->value[0]) & 0xfff) == 0);
}

/* Tunables that keep the allocator from moving its thresholds, when they are given at all. */
bool ptmalloc_fixes_thresholds(const char *name)
{
	return strcmp(name, "top_pad") == 0 || strcmp(name, "trim_threshold") == 0 ||
	       strcmp(name, "mmap_threshold") == 0 || strcmp(name, "mmap_max") == 0;
}

static void tunable_write(const char *name, uint64_t value, FILE *out)
{
	(void)fprintf(out, "%sglibc.malloc.%s=%" PRIu64, ftell(out) > 0 ? ":" : "", name, value);
}

/* Settings of the case go through tunables, which are read when the process starts. */
static void tunables_write(const struct cgen *cgen, FILE *out)
{
	const struct case_file *file = cgen->file;
	bool fixed = false, wanted = false;

	for (uint32_t i = 0; i < file->record_count; i++) {
		const uint8_t *record = file->records + (size_t)i * OP_BYTES;
		const struct param_row *row = &file->tables->param[record[2]];
		uint64_t value = record_u64(record + 4, 8);

		if (record[0] != OP_SET)
			break;
		if (value == row->initial)
			continue;
		if (strcmp(row->name, "fixed_thresholds") == 0) {
			wanted = true;
			continue;
		}
		tunable_write(row->name, value, out);
		fixed = fixed || ptmalloc_fixes_thresholds(row->name);
	}
	if (wanted && !fixed) {
		int param = param_find(file->tables, "mmap_max");

		tunable_write("mmap_max", file->tables->param[param].initial, out);
	}
}

/* The process starts again with the case's settings. */
static void again_write(const struct cgen *cgen, FILE *out)
{
	char *tunables = NULL;
	size_t size = 0;
	FILE *memory = memory_open(&tunables, &size);

	tunables_write(cgen, memory);
	(void)fclose(memory);
	if (size > 0)
		(void)fprintf(out,
			      "\tif (argc < 2) {\n"
			      "\t\tsetenv(\"GLIBC_TUNABLES\", \"%s\", 1);\n"
			      "\t\texecl(\"/proc/self/exe\", argv[0], \"again\", NULL);\n"
			      "\t\treturn cannot(\"/proc/self/exe\");\n\t}\n",
			      tunables);
	else
		(void)fputs("\t(void)argc;\n\t(void)argv;\n", out);
	free(tunables);
}

void ptmalloc_main_write(const struct cgen *cgen, const char *before, const char *killed, FILE *out)
{
	(void)fputs("int main(int argc, char **argv)\n{\n\tint status = 2;\n\tpid_t child;\n\n",
		    out);
	again_write(cgen, out);
	(void)fprintf(out,
		      "%s\tchild = fork();\n"
		      "\tif (child == 0)\n"
		      "\t\t_exit(run());\n"
		      "\tif (child < 0 || waitpid(child, &status, 0) != child)\n"
		      "\t\treturn cannot(\"fork\");\n"
		      "\tif (WIFSIGNALED(status)) {\n%s\t}\n"
		      "\treturn WEXITSTATUS(status);\n}\n",
		      before, killed);
}

void ptmalloc_head_write(FILE *out)
{
	(void)fputs(head, out);
}

/* The heap begins at a multiple of 1 MiB where the break can be moved, so that alignments come out as recorded. */
void ptmalloc_run_write(const struct cgen *cgen, FILE *out)
{
	(void)fprintf(out,
		      "\nstatic int run(void)\n{\n"
		      "\tstatic void *volatile p[%u];\n"
		      "\tvolatile size_t n = 0;\n"
		      "\tvoid *q = NULL;\n\n"
		      "\t(void)n;\n\t(void)q;\n\t(void)p;\n%s"
		      "\tbase = sbrk(0);\n",
		      cgen->op_count,
		      ptmalloc_plays(cgen)
			  ? "\tplay();\n"
			  : "\tbase = sbrk(0);\n"
			    "\tif (sbrk(-(uintptr_t)base & 0xfffff) == (void *)-1)\n"
			    "\t\tsay(\"# this libc moves no break: addresses are from where it "
			    "is\\n\");\n");
}

static void main_write(const struct cgen *cgen, FILE *out)
{
	char *killed =
	    text_format("\t\tfprintf(stderr, \"%sthe process was ended by signal %%d\\n\", "
			"WTERMSIG(status));\n\t\treturn %d;\n",
			cgen->check == CGEN_CRASH ? "still there: " : "cannot tell: ",
			cgen->check == CGEN_CRASH ? 1 : 2);

	ptmalloc_main_write(cgen, "", killed, out);
	free(killed);
}

bool cgen_ptmalloc(const struct cgen *cgen, FILE *out, struct error *error)
{
	if (alike(cgen))
		return error_set(error, "both outcomes look alike to a program: it could not tell");
	cgen_head(cgen, "cc -o demo demo.c", out);
	(void)fputs("#define SAY_TO 2\n#define CANNOT \"cannot tell: \"\n", out);
	ptmalloc_head_write(out);
	if (ptmalloc_plays(cgen))
		ptmalloc_play_write(cgen, out);
	(void)fputs(finding_code, out);
	ptmalloc_run_write(cgen, out);
	if (!ops_write(cgen, out, error))
		return false;
	if (cgen->check == CGEN_CRASH)
		(void)fputs("\tsay(\"gone\\n\");\n\treturn 0;\n", out);
	else
		verdict_write(cgen, out);
	(void)fputs("}\n\n", out);
	main_write(cgen, out);
	return true;
}
