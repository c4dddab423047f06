/* Programs that check system calls, their results and what /proc says of the address space, on any Linux. */
/* SPDX-License-Identifier: MIT */
#include "cgen_check.h"
#include "../../model/vma/env.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Results as lines of TAP. */
static const char tap_code[] =
    "\n"
    "/* Where the kernel places what has no address, downwards from TOP + TOP_BYTES: there it may "
    "be elsewhere. */\n"
    "static uint64_t top = TOP;\n"
    "static int tests, failed;\n"
    "\n"
    "static BARE uint64_t here(uint64_t recorded)\n"
    "{\n"
    "\treturn recorded - TOP <= TOP_BYTES ? recorded - TOP + top : recorded;\n"
    "}\n"
    "\n"
    "static BARE const char *error_name(long e)\n"
    "{\n"
    "\treturn e == EPERM ? \"EPERM\" : e == EAGAIN ? \"EAGAIN\" : e == ENOMEM ? \"ENOMEM\" : e == "
    "EACCES ? \"EACCES\" :\n"
    "\t       e == EFAULT ? \"EFAULT\" : e == EBUSY ? \"EBUSY\" : e == EEXIST ? \"EEXIST\" : e == "
    "ENODEV ? \"ENODEV\" :\n"
    "\t       e == EINVAL ? \"EINVAL\" : e == EBADF ? \"EBADF\" : e == ENOSYS ? \"ENOSYS\" : e == "
    "EOPNOTSUPP ? \"EOPNOTSUPP\" :\n"
    "\t       e == EOVERFLOW ? \"EOVERFLOW\" : (const char *)0;\n"
    "}\n"
    "\n"
    "/* An address with its region, a number, or the name of an error. */\n"
    "static BARE void say_place(uint64_t at)\n"
    "{\n"
    "\tuint64_t recorded = at - top <= TOP_BYTES ? at - top + TOP : at;\n"
    "\tconst char *error = error_name(-(long)at);\n"
    "\tunsigned i;\n"
    "\n"
    "\tfor (i = 0; i < sizeof(regions) / sizeof(regions[0]); i++)\n"
    "\t\tif (recorded - regions[i].at < regions[i].bytes) {\n"
    "\t\t\tsay(regions[i].name);\n"
    "\t\t\tsay(\"+0x\");\n"
    "\t\t\tsay_digits(recorded - regions[i].at, 16);\n"
    "\t\t\treturn;\n"
    "\t\t}\n"
    "\tif (error)\n"
    "\t\tsay(error);\n"
    "\telse\n"
    "\t\tsay_number((long)at);\n"
    "}\n"
    "\n"
    "/* One line of TAP. */\n"
    "static BARE void tap(int good, const char *what, const char *want)\n"
    "{\n"
    "\tsay(good ? \"ok \" : \"not ok \");\n"
    "\tsay_number(++tests);\n"
    "\tsay(\" - \");\n"
    "\tsay(what);\n"
    "\tsay(\" -> \");\n"
    "\tsay(want);\n"
    "\tsay(\"\\n\");\n"
    "\tfailed |= !good;\n"
    "}\n"
    "\n"
    "static BARE void skip(const char *what, const char *why)\n"
    "{\n"
    "\tsay(\"ok \");\n"
    "\tsay_number(++tests);\n"
    "\tsay(\" - \");\n"
    "\tsay(what);\n"
    "\tsay(\" # SKIP \");\n"
    "\tsay(why);\n"
    "\tsay(\"\\n\");\n"
    "}\n"
    "\n"
    "/* A call. Returns: its result, or what was recorded where it failed: what later calls go on "
    "from. */\n"
    "static BARE uint64_t check(const char *what, const char *text, long result, uint64_t want)\n"
    "{\n"
    "\tuint64_t seen = (uint64_t)result;\n"
    "\n"
    "\ttap(seen == here(want), what, text);\n"
    "\tif (seen == here(want))\n"
    "\t\treturn seen;\n"
    "\tsay(\"# want \");\n"
    "\tsay(text);\n"
    "\tsay(\", got \");\n"
    "\tsay_place(seen);\n"
    "\tsay(\"\\n\");\n"
    "\treturn seen >= (uint64_t)-4095 ? here(want) : seen;\n"
    "}\n";

/* The address space, as far as /proc/self/maps and /proc/self/status have it. */
static const char state_code[] =
    "\n"
    "struct vma {\n"
    "\tuint64_t start, end, pgoff; /* bytes, bytes, pages of the object */\n"
    "\tint perms, object;\t    /* read 1, write 2, exec 4, shared 8; 0 none, 1 and 2 are fd[], 3 "
    "other shared memory */\n"
    "};\n"
    "\n"
    "static char text[4096];\n"
    "static long text_at, text_end;\n"
    "\n"
    "static BARE int next_char(void)\n"
    "{\n"
    "\tif (text_at == text_end) {\n"
    "\t\ttext_at = 0;\n"
    "\t\ttext_end = call(SYS_read, (uint64_t)maps, (uint64_t)text, sizeof(text), 0, 0, 0);\n"
    "\t\tif (text_end <= 0) {\n"
    "\t\t\ttext_end = 0;\n"
    "\t\t\treturn -1;\n"
    "\t\t}\n"
    "\t}\n"
    "\treturn text[text_at++];\n"
    "}\n"
    "\n"
    "/* Returns: what stands behind the number. */\n"
    "static BARE int next_number(uint64_t *value, unsigned base)\n"
    "{\n"
    "\tint c;\n"
    "\n"
    "\t*value = 0;\n"
    "\tfor (;;) {\n"
    "\t\tc = next_char();\n"
    "\t\tif (c >= '0' && c <= '9')\n"
    "\t\t\t*value = *value * base + (unsigned)(c - '0');\n"
    "\t\telse if (base == 16 && c >= 'a' && c <= 'f')\n"
    "\t\t\t*value = *value * base + (unsigned)(c - 'a') + 10;\n"
    "\t\telse\n"
    "\t\t\treturn c;\n"
    "\t}\n"
    "}\n"
    "\n"
    "/* A line of /proc/self/maps. Returns: 0 at its end. */\n"
    "static BARE int line_read(struct vma *to)\n"
    "{\n"
    "\tuint64_t number, offset;\n"
    "\tint i, c;\n"
    "\n"
    "\tif (next_number(&to->start, 16) != '-')\n"
    "\t\treturn 0;\n"
    "\tnext_number(&to->end, 16);\n"
    "\tto->perms = 0;\n"
    "\tfor (i = 0; i < 4; i++)\n"
    "\t\tto->perms |= (next_char() == \"rwxs\"[i]) << i;\n"
    "\tnext_char();\n"
    "\tnext_number(&offset, 16);\n"
    "\tnext_number(&number, 16);\n"
    "\tnext_number(&number, 16);\n"
    "\tc = next_number(&number, 10);\n"
    "\twhile (c >= 0 && c != '\\n')\n"
    "\t\tc = next_char();\n"
    "\tto->object = number == 0 ? 0 : number == inode[1] ? 1 : number == inode[2] ? 2 : 3;\n"
    "\tto->pgoff = number == 0 ? 0 : offset / 4096;\n"
    "\treturn 1;\n"
    "}\n"
    "\n"
    "/* The next VMA that is not the program's own. */\n"
    "static BARE int vma_read(struct vma *to)\n"
    "{\n"
    "\tuint64_t from = (uint64_t)__executable_start & ~4095ul, end = ((uint64_t)_end + 4095) & "
    "~4095ul;\n"
    "\n"
    "\twhile (line_read(to))\n"
    "\t\tif (to->end > 0x10000000 && to->start < 1ul << 47 && (to->end <= from || to->start >= "
    "end))\n"
    "\t\t\treturn 1;\n"
    "\treturn 0;\n"
    "}\n"
    "\n"
    "static BARE void say_vma(int any, uint64_t start, uint64_t end, const struct vma *v)\n"
    "{\n"
    "\tint i;\n"
    "\n"
    "\tif (!any) {\n"
    "\t\tsay(\"nothing\");\n"
    "\t\treturn;\n"
    "\t}\n"
    "\tsay_place(start);\n"
    "\tsay(\" to \");\n"
    "\tsay_place(end);\n"
    "\tsay(\" \");\n"
    "\tfor (i = 0; i < 4; i++)\n"
    "\t\tsay(v->perms >> i & 1 ? &\"r\\0w\\0x\\0s\"[2 * i] : \"-\");\n"
    "\tsay(\" object \");\n"
    "\tsay_number(v->object);\n"
    "\tsay(\" pgoff \");\n"
    "\tsay_number((long)v->pgoff);\n"
    "}\n"
    "\n"
    "/* All VMAs, from low to high. */\n"
    "static BARE void state(const char *what, const char *want_text, const struct vma *want, int "
    "count)\n"
    "{\n"
    "\tstruct vma seen;\n"
    "\tint i = 0, any;\n"
    "\n"
    "\tif (maps < 0) {\n"
    "\t\tskip(what, \"/proc/self/maps cannot be read\");\n"
    "\t\treturn;\n"
    "\t}\n"
    "\tcall(SYS_lseek, (uint64_t)maps, 0, SEEK_SET, 0, 0, 0);\n"
    "\ttext_at = text_end = 0;\n"
    "\twhile ((any = vma_read(&seen)) && i < count && seen.start == here(want[i].start) &&\n"
    "\t       seen.end == here(want[i].end) && seen.pgoff == want[i].pgoff && seen.perms == "
    "want[i].perms &&\n"
    "\t       seen.object == want[i].object)\n"
    "\t\ti++;\n"
    "\ttap(!any && i == count, what, want_text);\n"
    "\tif (!any && i == count)\n"
    "\t\treturn;\n"
    "\tsay(\"# want \");\n"
    "\tsay_vma(i < count, i < count ? here(want[i].start) : 0, i < count ? here(want[i].end) : 0, "
    "&want[i]);\n"
    "\tsay(\", got \");\n"
    "\tsay_vma(any, seen.start, seen.end, &seen);\n"
    "\tsay(\"\\n\");\n"
    "}\n"
    "\n"
    "static BARE void count(const char *what, const char *want_text, long seen, long want)\n"
    "{\n"
    "\tif (status < 0) {\n"
    "\t\tskip(what, \"/proc/self/status cannot be read\");\n"
    "\t\treturn;\n"
    "\t}\n"
    "\ttap(seen == want, what, want_text);\n"
    "\tif (seen == want)\n"
    "\t\treturn;\n"
    "\tsay(\"# want \");\n"
    "\tsay(want_text);\n"
    "\tsay(\", got \");\n"
    "\tsay_number(seen);\n"
    "\tsay(\"\\n\");\n"
    "}\n";

static const char start_code[] =
    "\n"
    "/* A range that the case names may go over all that lies above 0x10000000. */\n"
    "static BARE void image_check(void)\n"
    "{\n"
    "\tif ((uint64_t)_end <= 0x10000000)\n"
    "\t\treturn;\n"
    "\tsay(CANNOT \"the program lies among what it maps: give -no-pie\\n\");\n"
    "\tleave(2);\n"
    "}\n"
    "\n"
    "/* Where a page that may lie anywhere is placed. */\n"
    "static BARE void top_find(void)\n"
    "{\n"
    "\tuint64_t at = (uint64_t)call(SYS_mmap, 0, 4096, 0, 0x22, (uint64_t)-1, 0);\n"
    "\n"
    "\tif (at < (uint64_t)-4095) {\n"
    "\t\tcall(SYS_munmap, at, 4096, 0, 0, 0, 0);\n"
    "\t\ttop = at + 4096 - TOP_BYTES;\n"
    "\t}\n"
    "\tif (top == TOP)\n"
    "\t\treturn;\n"
    "\tsay(\"# placement begins at 0x\");\n"
    "\tsay_digits(top + TOP_BYTES, 16);\n"
    "\tsay(\", not at 0x\");\n"
    "\tsay_digits(TOP + TOP_BYTES, 16);\n"
    "\tsay(\"\\n\");\n"
    "}\n";

/* Counters that the state has and /proc/self/status tells; what grows downwards stands apart there. */
static const struct {
	const char *field, *pages;
} counters[] = {
	{ "total_vm", "counter(\"VmSize:\")" },
	{ "data_vm", "counter(\"VmData:\") + counter(\"VmStk:\")" },
	{ "locked_vm", "counter(\"VmLck:\")" },
};

#define COUNTERS (sizeof(counters) / sizeof(counters[0]))

static void regions_write(const struct tables *tables, FILE *out)
{
	(void)fputs("\nstatic const struct {\n\tconst char *name;\n\tuint64_t at, bytes;\n} "
		    "regions[] = {\n",
		    out);
	for (uint32_t i = 0; i < tables->region_count; i++)
		(void)fprintf(out, "\t{ \"%s\", 0x%" PRIx64 ", 0x%" PRIx64 " },\n",
			      tables->region[i].name, tables->region[i].base,
			      tables->region[i].bytes);
	(void)fputs("};\n", out);
	for (uint32_t i = 0; i < tables->region_count; i++)
		if (strcmp(tables->region[i].name, "top") == 0)
			(void)fprintf(
			    out, "#define TOP 0x%" PRIx64 "ul\n#define TOP_BYTES 0x%" PRIx64 "ul\n",
			    tables->region[i].base, tables->region[i].bytes);
}

static uint64_t cell_of(const struct cgen_state *state, const char *field, uint64_t page)
{
	return state_value(&state->pair, SIDE_MODEL, field, page_space(page), page_key(page));
}

/* The VMAs of a state as a table. Returns: how many there are. */
static uint32_t vmas_write(const struct cgen_state *state, FILE *out)
{
	uint32_t from, to, count = 0;
	uint64_t start, end;

	(void)fprintf(out, "\nstatic const struct vma state_%u[] = {\n", state->op + 1);
	if (!state_range(&state->pair, "next", &from, &to))
		return 0;
	start = cell_of(state, "next", state->cell[state->pair.order[from]].key);
	for (; start != CELL_ABSENT; start = cell_of(state, "next", end)) {
		uint64_t object = cell_of(state, "object", start);

		end = cell_of(state, "end", start);
		(void)fprintf(out,
			      "\t{ 0x%" PRIx64 ", 0x%" PRIx64 ", %" PRIu64 ", %" PRIu64 ", %" PRIu64
			      " },\n",
			      (uint64_t)(start * PAGE_BYTES), (uint64_t)(end * PAGE_BYTES),
			      cell_of(state, "pgoff", start), cell_of(state, "perms", start),
			      object < 3 ? object : 3);
		count++;
	}
	return count;
}

/* All tables; each ends with a row that is not looked at, so that none is empty. */
static void states_write(const struct cgen *cgen, uint32_t *vmas, FILE *out)
{
	for (uint32_t i = 0; i < cgen->state_count; i++) {
		vmas[i] = vmas_write(&cgen->state[i], out);
		(void)fputs("\t{ 0, 0, 0, 0, 0 },\n};\n", out);
	}
}

/* How many counters a state has: the view leaves out what the kernel may count for ever. */
static uint32_t counters_of(const struct cgen_state *state)
{
	uint32_t count = 0;

	for (size_t i = 0; i < COUNTERS; i++)
		count += cell_of(state, counters[i].field, 0) != CELL_ABSENT;
	return count;
}

static void state_write(const struct cgen_state *state, uint32_t vmas, FILE *out)
{
	uint32_t op = state->op + 1;

	(void)fprintf(out, "\tstate(\"after op %u\", \"%u VMAs\", state_%u, %u);\n", op, vmas, op,
		      vmas);
	for (size_t i = 0; i < COUNTERS; i++) {
		uint64_t value = cell_of(state, counters[i].field, 0);

		if (value == CELL_ABSENT)
			continue;
		(void)fprintf(out,
			      "\tcount(\"after op %u: %s\", \"%" PRIu64
			      "\", %s - before[%zu], %" PRIu64 ");\n",
			      op, counters[i].field, value, counters[i].pages, i, value);
	}
}

/* Lines of TAP. */
static uint32_t lines_count(const struct cgen *cgen)
{
	uint32_t lines = cgen->op_count + cgen->state_count;

	for (uint32_t i = 0; i < cgen->state_count; i++)
		lines += counters_of(&cgen->state[i]);
	return lines;
}

/* Is the result an address that later ops may go on from? */
static bool gives_place(const struct cgen_op *op)
{
	return op->op.row->result_form == FORM_PTR && op->err == 0 && !cgen_op_is(op, "brk");
}

static void op_write(const struct cgen *cgen, uint32_t index, FILE *out)
{
	const struct cgen_op *op = &cgen->op[index];

	if (op->err == CGEN_SKIPPED)
		(void)fputs("\tskip(", out);
	else if (gives_place(op))
		(void)fprintf(out, "\tat[%u] = check(", index);
	else
		(void)fputs("\tcheck(", out);
	check_texts(cgen, index, out);
	if (op->err != CGEN_SKIPPED) {
		(void)fputs(", ", out);
		vma_call_write(cgen, index, out);
		(void)fputs(op->err != 0 ? ", (uint64_t)" : ", ", out);
		vma_result_write(op, op->err, op->value, out);
	}
	(void)fputs(");\n", out);
}

static bool uses_heap(const struct cgen *cgen)
{
	for (uint32_t i = 0; i < cgen->op_count; i++)
		if (cgen_op_is(&cgen->op[i], "brk"))
			return true;
	return false;
}

static void run_write(const struct cgen *cgen, const uint32_t *vmas, FILE *out)
{
	(void)fprintf(out,
		      "\nstatic BARE __attribute__((noreturn, used)) void run(void)\n{\n"
		      "\tstatic uint64_t at[%u]; /* what the calls gave */\n"
		      "\tlong "
		      "before[%zu];\n\n\t(void)at;\n\timage_check();\n\tclear();\n%s\ttop_find();"
		      "\n\tsay(\"1..%u\\n\");\n",
		      cgen->op_count, COUNTERS, uses_heap(cgen) ? "\theap();\n" : "\t(void)heap;\n",
		      lines_count(cgen));
	for (size_t i = 0; i < COUNTERS; i++)
		(void)fprintf(out, "\tbefore[%zu] = %s;\n", i, counters[i].pages);
	for (uint32_t i = 0, k = 0; i < cgen->op_count; i++) {
		op_write(cgen, i, out);
		if (k < cgen->state_count && cgen->state[k].op == i) {
			state_write(&cgen->state[k], vmas[k], out);
			k++;
		}
	}
	(void)fputs("\tleave(failed);\n}\n", out);
}

bool check_vma(const struct cgen *cgen, FILE *out, struct error *error)
{
	uint32_t *vmas;

	if (!vma_ops_known(cgen, error))
		return false;
	check_head(
	    cgen, "cc -no-pie -o check check.c (x86-64, any libc, any optimisation)",
	    " * Checked: each result, with addresses; then all VMAs and the counters of "
	    "/proc/self/status.\n"
	    " * What the kernel places is compared from where placement begins. Not checked: "
	    "flags of smaps.\n",
	    out);
	(void)fputs("#if !defined(__x86_64__) || !defined(__linux__)\n"
		    "#error \"this is for Linux on x86-64\"\n"
		    "#endif\n",
		    out);
	vma_head_write(cgen, out);
	regions_write(cgen->file->tables, out);
	(void)fputs(tap_code, out);
	vma_counter_write(out);
	(void)fputs(state_code, out);
	(void)fputs(start_code, out);
	vmas = memory_new(cgen->state_count + 1, sizeof(*vmas));
	states_write(cgen, vmas, out);
	run_write(cgen, vmas, out);
	free(vmas);
	vma_main_write(out);
	return true;
}
