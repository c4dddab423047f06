/* Programs that check malloc and its friends, for any libc that has them. */
/* SPDX-License-Identifier: MIT */
#include "cgen_check.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Pointers as model/ptmalloc/region.def lays them out. */
#define REGION_SHIFT 40
#define CHUNK_TO_MEM 0x10u
#define FLAG_BITS UINT64_C(7)
#define CLEARED_MAX 65536u /* bytes of calloc that are looked at */

static const char tap_code[] =
    "\n"
    "#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)\n"
    "#define HAS_MALLINFO2\n"
    "#endif\n"
    "\n"
    "static volatile int *tests; /* so far; the parent sees them, too */\n"
    "static int failed;\n"
    "static __attribute__((unused)) char *region[REGIONS]; /* where offset 0 of a mapping would "
    "lie, once it is known */\n"
    "\n"
    "/* One line of TAP; another where it is not as recorded. */\n"
    "static void tap(int good, const char *what, const char *want, const char *got)\n"
    "{\n"
    "\tchar text[512];\n"
    "\n"
    "\tsnprintf(text, sizeof(text), \"%s %d - %s%s%s\\n\", good ? \"ok\" : \"not ok\", ++*tests, "
    "what,\n"
    "\t\t *want ? \" -> \" : \"\", want);\n"
    "\tsay(text);\n"
    "\tif (good)\n"
    "\t\treturn;\n"
    "\tfailed = 1;\n"
    "\tsnprintf(text, sizeof(text), \"# want %s, got %s\\n\", want, got);\n"
    "\tsay(text);\n"
    "}\n"
    "\n"
    "static __attribute__((unused)) void skip(const char *what, const char *why)\n"
    "{\n"
    "\tchar text[512];\n"
    "\n"
    "\tsnprintf(text, sizeof(text), \"ok %d - %s # SKIP %s\\n\", ++*tests, what, why);\n"
    "\tsay(text);\n"
    "}\n"
    "\n"
    "static __attribute__((unused)) const char *got_pointer(const void *p, int err, char "
    "text[64])\n"
    "{\n"
    "\tuintptr_t at = (uintptr_t)p, from = (uintptr_t)base;\n"
    "\n"
    "\tif (p == NULL)\n"
    "\t\tsnprintf(text, 64, err ? \"NULL (errno %d)\" : \"NULL\", err);\n"
    "\telse if (at >= from && at < (uintptr_t)sbrk(0))\n"
    "\t\tsnprintf(text, 64, \"base+0x%lx\", (unsigned long)(at - from));\n"
    "\telse\n"
    "\t\tsnprintf(text, 64, \"0x%lx\", (unsigned long)at);\n"
    "\treturn text;\n"
    "}\n"
    "\n"
    "/*\n"
    " * A pointer into the heap must be the one that was recorded. Where mappings lie is the "
    "kernel's affair: of a pointer\n"
    " * into one the place in the page, the alignment, and the distance from others of the same "
    "mapping. @stays: not so\n"
    " * where realloc may have moved the mapping. @cleared: bytes that must be 0.\n"
    " */\n"
    "static __attribute__((unused)) void pointer(void *p, int err, uint64_t where, int want_err, "
    "uintptr_t align, "
    "int stays, size_t cleared,\n"
    "\t\t\t   const char *what, const char *want)\n"
    "{\n"
    "\tuint64_t offset = where & 0xffffffffffULL, number = where >> 40;\n"
    "\tchar *at = p, *start = (char *)((uintptr_t)p - offset);\n"
    "\tint good = (p != NULL ? 0 : err) == want_err;\n"
    "\tchar text[64];\n"
    "\tsize_t i;\n"
    "\n"
    "\tif (where == 0)\n"
    "\t\tgood = good && p == NULL;\n"
    "\telse if (number == 0)\n"
    "\t\tgood = good && at == base + offset;\n"
    "#ifdef PLAYED\n"
    "\telse\n"
    "\t\tgood = good && number < mappings && at == (char *)mapping[number].origin + offset;\n"
    "\t(void)start;\n"
    "\t(void)stays;\n"
    "\t(void)align;\n"
    "#else\n"
    "\telse {\n"
    "\t\tgood = good && p != NULL && ((uintptr_t)start & 4095) == 0 && ((uintptr_t)p & (align - "
    "1)) == 0 &&\n"
    "\t\t       (at < base || at >= (char *)sbrk(0)) &&\n"
    "\t\t       (!stays || region[number] == NULL || region[number] == start);\n"
    "\t\tregion[number] = start;\n"
    "\t}\n"
    "#endif\n"
    "\tgot_pointer(p, err, text);\n"
    "\tfor (i = 0; p != NULL && i < cleared; i++)\n"
    "\t\tif (at[i] != 0) {\n"
    "\t\t\tgood = 0;\n"
    "\t\t\tsnprintf(text, sizeof(text), \"memory that is not 0 at +0x%lx\", (unsigned long)i);\n"
    "\t\t\tbreak;\n"
    "\t\t}\n"
    "\ttap(good, what, want, text);\n"
    "}\n"
    "\n"
    "static __attribute__((unused)) void number(size_t got, size_t want, const char *what)\n"
    "{\n"
    "\tchar text[2][32];\n"
    "\n"
    "\tsnprintf(text[0], sizeof(text[0]), \"%lu\", (unsigned long)want);\n"
    "\tsnprintf(text[1], sizeof(text[1]), \"%lu\", (unsigned long)got);\n"
    "\ttap(got == want, what, text[0], text[1]);\n"
    "}\n"
    "\n"
    "/* The break before a call of sbrk, or the break itself. */\n"
    "static __attribute__((unused)) void place(void *p, uint64_t offset, int refused, const char "
    "*what, const char "
    "*want)\n"
    "{\n"
    "\tchar text[64];\n"
    "\n"
    "\tgot_pointer(p, 0, text);\n"
    "\ttap(refused ? p == (void *)-1 : p == base + offset, what, want, p == (void *)-1 ? \"a "
    "refusal\" : text);\n"
    "}\n";

/* What mallinfo2() tells of the state. */
static const struct {
	const char *field, *member;
} counters[] = {
	{ "system_mem", "arena" },
	{ "n_mmaps", "hblks" },
	{ "mmapped_mem", "hblkhd" },
};

#define COUNTERS (sizeof(counters) / sizeof(counters[0]))

/* The break, the counters, the top's size. */
#define STATE_LINES (COUNTERS + 2)

/* Not every libc has these. */
static bool is_glibc_only(const struct cgen_op *op)
{
	return cgen_op_is(op, "mallopt") || cgen_op_is(op, "malloc_trim") ||
	       cgen_op_is(op, "pvalloc");
}

/* Bytes of a new block that must be 0. */
static uint64_t cleared(const struct cgen_op *op)
{
	uint64_t bytes = ptmalloc_request_bytes(op);

	if (!cgen_op_is(op, "calloc") || op->err != 0)
		return 0;
	return bytes < CLEARED_MAX ? bytes : CLEARED_MAX;
}

static void result_write(const struct cgen *cgen, uint32_t index, FILE *out)
{
	const struct cgen_op *op = &cgen->op[index];
	const char *name = errno_name(op->err);

	if (ptmalloc_is_sbrk(op))
		(void)fprintf(out, "place(p[%u], 0x%" PRIx64 ", %d, ", index, op->value,
			      op->err != 0);
	else if (ptmalloc_gives_pointer(op))
		(void)fprintf(out,
			      "pointer(p[%u], errno, 0x%" PRIx64 ", %s, 0x%" PRIx64 ", %d, %" PRIu64
			      ", ",
			      index, op->value, op->err ? name ? name : "-1" : "0",
			      ptmalloc_alignment(op), !ptmalloc_is_realloc(op), cleared(op));
	else
		(void)fprintf(out, "number(n, 0x%" PRIx64 ", ", op->value);
}

/* Two strings, or one where the number is printed from itself. */
static void texts_write(const struct cgen *cgen, uint32_t index, FILE *out)
{
	const struct cgen_op *op = &cgen->op[index];

	if (ptmalloc_gives_pointer(op) || op->err == CGEN_SKIPPED)
		check_texts(cgen, index, out);
	else
		check_text(cgen, index, out);
	(void)fputs(");\n", out);
}

static void unseen_write(const struct cgen *cgen, uint32_t index, const char *why, FILE *out)
{
	(void)fputs("\tskip(", out);
	check_text(cgen, index, out);
	(void)fprintf(out, ", \"%s\");\n", why);
}

static bool op_write(const struct cgen *cgen, uint32_t index, FILE *out)
{
	const struct cgen_op *op = &cgen->op[index];

	if (op->err == CGEN_SKIPPED) {
		(void)fputs("\tskip(", out);
		texts_write(cgen, index, out);
		return true;
	}
	if (is_glibc_only(op))
		(void)fputs("#ifdef __GLIBC__\n", out);
	if (!ptmalloc_call_write(cgen, index, out))
		return false;
	if (ptmalloc_gives_nothing(op)) {
		(void)fputs("\ttap(1, ", out);
		check_text(cgen, index, out);
		(void)fputs(", \"\", \"\");\n", out);
	} else {
		(void)fputs("\t", out);
		result_write(cgen, index, out);
		texts_write(cgen, index, out);
	}
	if (is_glibc_only(op)) {
		(void)fputs("#else\n", out);
		unseen_write(cgen, index, "this libc has no such function", out);
		(void)fputs("#endif\n", out);
	}
	return true;
}

static uint64_t cell_of(const struct cgen_state *state, const char *field)
{
	return state_value(&state->pair, SIDE_MODEL, field, 0, 0);
}

/* Size of the top; 0 before there is a heap. */
static uint64_t top_bytes(const struct cgen_state *state)
{
	uint64_t top = cell_of(state, "top"), offset, head;

	if (top == CELL_ABSENT)
		return 0;
	offset = top & ((UINT64_C(1) << REGION_SHIFT) - 1);
	head = state_value(&state->pair, SIDE_MODEL, "head", (uint16_t)(top >> REGION_SHIFT),
			   (uint32_t)((offset - CHUNK_TO_MEM) / 16));
	return head == CELL_ABSENT ? 0 : head & ~FLAG_BITS;
}

static void counter_write(const struct cgen_state *state, const char *member, uint64_t value,
			  FILE *out)
{
	(void)fprintf(
	    out,
	    "#ifdef HAS_MALLINFO2\n"
	    "\tnumber(mallinfo2().%s, 0x%" PRIx64 ", \"after op %u: %s of mallinfo2\");\n"
	    "#else\n"
	    "\tskip(\"after op %u: %s of mallinfo2\", \"this libc has no such function\");\n"
	    "#endif\n",
	    member, value, state->op + 1, member, state->op + 1, member);
}

static void state_write(const struct cgen *cgen, const struct cgen_state *state, FILE *out)
{
	uint64_t brk = cell_of(state, "brk");
	char text[FORM_TEXT_MAX];

	(void)fprintf(out,
		      "\tplace(sbrk(0), 0x%" PRIx64 ", 0, \"after op %u: the break\", \"%s\");\n",
		      brk, state->op + 1, form_print(cgen->file->tables, FORM_PTR, "", brk, text));
	for (size_t i = 0; i < COUNTERS; i++)
		counter_write(state, counters[i].member, cell_of(state, counters[i].field), out);
	counter_write(state, "keepcost", top_bytes(state), out);
}

static uint64_t regions_of(const struct cgen *cgen)
{
	uint64_t most = 0;

	for (uint32_t i = 0; i < cgen->op_count; i++)
		if (ptmalloc_gives_pointer(&cgen->op[i]) && cgen->op[i].err == 0 &&
		    cgen->op[i].value >> REGION_SHIFT > most)
			most = cgen->op[i].value >> REGION_SHIFT;
	return most + 1;
}

static bool run_write(const struct cgen *cgen, FILE *out, struct error *error)
{
	ptmalloc_run_write(cgen, out);
	for (uint32_t i = 0, k = 0; i < cgen->op_count; i++) {
		if (!op_write(cgen, i, out))
			return error_set(error, "cgen knows no call for op %s",
					 cgen->op[i].op.row->name);
		if (k < cgen->state_count && cgen->state[k].op == i)
			state_write(cgen, &cgen->state[k++], out);
	}
	(void)fputs("\treturn failed;\n}\n\n", out);
	return true;
}

static void main_write(const struct cgen *cgen, FILE *out)
{
	char *before = text_format(
	    "\ttests = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, "
	    "0);\n"
	    "\tif (tests == MAP_FAILED)\n"
	    "\t\treturn cannot(\"mmap\");\n"
	    "\tsay(\"1..%zu\\n\");\n",
	    cgen->op_count + cgen->state_count * STATE_LINES);

	ptmalloc_main_write(cgen, before,
			    "\t\tchar text[64];\n\n"
			    "\t\tsnprintf(text, sizeof(text), \"not ok %d - ended by signal "
			    "%d\\n\", *tests + 1, WTERMSIG(status));\n"
			    "\t\tsay(text);\n"
			    "\t\treturn 1;\n",
			    out);
	free(before);
}

bool check_ptmalloc_prepare(struct case_file *file)
{
	int fixed = param_find(file->tables, "fixed_thresholds");
	bool found = false;

	for (uint32_t i = 0; i < file->record_count; i++) {
		const uint8_t *record = file->records + (size_t)i * OP_BYTES;
		const struct param_row *row = &file->tables->param[record[2]];

		if (record[0] != OP_SET)
			break;
		if ((int)record[2] == fixed && record_u64(record + 4, 8) == 1)
			return false;
		found = found || (ptmalloc_fixes_thresholds(row->name) &&
				  record_u64(record + 4, 8) != row->initial);
	}
	if (found)
		case_set(file, (uint32_t)fixed, 1);
	return found;
}

bool check_ptmalloc(const struct cgen *cgen, FILE *out, struct error *error)
{
	check_head(
	    cgen, "cc -o check check.c (any libc, any optimisation; not -static)",
	    " * Checked: each result, in the heap from where the break was at the start; the "
	    "break, and what mallinfo2()\n"
	    " * tells. Of mappings: the place in the page, the alignment, and distances inside "
	    "one. Not checked: lists.\n",
	    out);
	(void)fprintf(out,
		      "#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)\n"
		      "#error \"leave out -fsanitize: it brings an allocator of its own\"\n"
		      "#endif\n"
		      "#define REGIONS %" PRIu64 "\n",
		      regions_of(cgen));
	ptmalloc_head_write(out);
	if (ptmalloc_plays(cgen))
		ptmalloc_play_write(cgen, out);
	(void)fputs(tap_code, out);
	if (!run_write(cgen, out, error))
		return false;
	main_write(cgen, out);
	return true;
}
