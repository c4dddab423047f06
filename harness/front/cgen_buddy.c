/* Programs of calls to page_alloc.c, linked with the object that the build makes of it. */
/* SPDX-License-Identifier: MIT */
#include "cgen_check.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* As model/buddy/algorithm/boot.c has them, by the setting geometry. */
static const struct {
	const char *build;
	uint64_t start_pfn, pages;
} zones[] = {
	{ "kernel_tiny", 0x1000, 512 },   { "kernel_tiny", 0x1000, 4096 },
	{ "kernel_real", 0x8000, 32768 }, { "kernel_tiny", 0x1013, 2999 },
	{ "kernel_tiny", 0x1000, 128 },
};

static const char head_code[] =
    "\n"
    "#include \"harness/shim/linux/kernel.h\"\n"
    "#include <stdio.h>\n"
    "#include <sys/mman.h>\n"
    "#include <unistd.h>\n"
    "\n"
    "static const struct kernel *kernel;\n"
    "static struct os os;\t\t /* what the code asks of the rest of the kernel */\n"
    "static uint64_t pages_given[7]; /* by the last bulk, the first */\n";

/* How an op must come out, and what is looked at in the end. */
static const char finding_code[] =
    "\n"
    "static void tap(int good, const char *what, const char *want, const char *got)\n"
    "{\n"
    "\tif (good)\n"
    "\t\treturn;\n"
    "\tdprintf(2, \"cannot tell: %s gave %s where %s was recorded\\n\", what, got, want);\n"
    "\t_exit(2);\n"
    "}\n"
    "\n"
    "static __attribute__((unused)) void skip(const char *what, const char *why)\n"
    "{\n"
    "\ttap(0, what, \"a block\", why);\n"
    "}\n"
    "\n"
    "static int verdict(uint64_t got, uint64_t there, uint64_t gone)\n"
    "{\n"
    "\tif (got == there || got == gone) {\n"
    "\t\tdprintf(2, got == gone ? \"gone\\n\" : \"still there\\n\");\n"
    "\t\treturn got != gone;\n"
    "\t}\n"
    "\tdprintf(2, \"cannot tell: 0x%lx is neither what was recorded nor what was expected\\n\", "
    "(unsigned long)got);\n"
    "\treturn 2;\n"
    "}\n";

static const char calls_code[] =
    "\n"
    "static __attribute__((unused)) void log_begin(uint64_t reclaimed)\n"
    "{\n"
    "\tos.seen_count = 0;\n"
    "\tkernel->log(&os, reclaimed);\n"
    "}\n"
    "\n"
    "/* Returns: the page, or KERNEL_NO_PFN. */\n"
    "static __attribute__((unused)) uint64_t alloc(uint32_t order, uint32_t flags, uint64_t "
    "reclaimed, uint64_t want,\n"
    "\t\t\t\t\t      const char *what, const char *text)\n"
    "{\n"
    "\tchar got[64] = \"ENOMEM\";\n"
    "\tuint64_t pfn;\n"
    "\n"
    "\tlog_begin(reclaimed);\n"
    "\tpfn = kernel->alloc(order, flags);\n"
    "\tif (pfn != KERNEL_NO_PFN)\n"
    "\t\tsnprintf(got, sizeof(got), \"pfn+0x%lx\", (unsigned long)pfn);\n"
    "\ttap(pfn == want, what, text, got);\n"
    "\treturn pfn;\n"
    "}\n"
    "\n"
    "static __attribute__((unused)) void bulk(uint32_t count, uint32_t flags, uint64_t reclaimed, "
    "uint32_t want,\n"
    "\t\t\t\t\t const char *what, const char *text)\n"
    "{\n"
    "\tchar got[64];\n"
    "\tuint32_t given;\n"
    "\n"
    "\tlog_begin(reclaimed);\n"
    "\tgiven = (uint32_t)kernel->bulk(count, flags, pages_given, 7);\n"
    "\tsnprintf(got, sizeof(got), \"%u\", given);\n"
    "\ttap(given == want, what, text, got);\n"
    "}\n"
    "\n"
    "/* Calls that give nothing; there is none where the block was not given either. */\n"
    "static __attribute__((unused)) void page_call(void (*call)(uint64_t pfn, uint32_t order), "
    "uint64_t pfn, uint32_t order,\n"
    "\t\t\t\t\t      const char *what)\n"
    "{\n"
    "\tif (pfn >= KERNEL_NO_PFN - (1 << 20)) {\n"
    "\t\tskip(what, \"the block was not given\");\n"
    "\t\treturn;\n"
    "\t}\n"
    "\tlog_begin(0);\n"
    "\tcall(pfn, order);\n"
    "\ttap(1, what, \"\", \"\");\n"
    "}\n"
    "\n"
    "static __attribute__((unused)) void lru_set(uint64_t pfn, uint32_t order)\n"
    "{\n"
    "\tkernel->mark_lru(pfn, order, 1);\n"
    "}\n"
    "\n"
    "static __attribute__((unused)) void lru_clear(uint64_t pfn, uint32_t order)\n"
    "{\n"
    "\tkernel->mark_lru(pfn, order, 0);\n"
    "}\n"
    "\n"
    "static int zone_begin(const struct kernel *build, uint64_t start_pfn, uint64_t pages,\n"
    "\t\t      const struct kernel_settings *settings)\n"
    "{\n"
    "\tstruct kernel_zone zone = { .start_pfn = start_pfn, .pages = pages, .memory_bytes = pages * "
    "96 + (1u << 18) };\n"
    "\n"
    "\tif (kernel_why_not[0] == '\\0')\n"
    "\t\tzone.memory = mmap(NULL, zone.memory_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | "
    "MAP_ANONYMOUS, -1, 0);\n"
    "\tif (kernel_why_not[0] != '\\0' || zone.memory == MAP_FAILED) {\n"
    "\t\tdprintf(SAY_TO, CANNOT \"%s\\n\", kernel_why_not[0] != '\\0' ? kernel_why_not : \"no "
    "memory\");\n"
    "\t\treturn 0;\n"
    "\t}\n"
    "\tkernel = build;\n"
    "\tkernel->init(&zone);\n"
    "\tkernel->set(settings);\n"
    "\treturn 1;\n"
    "}\n";

const char buddy_build[] =
    "cc -no-pie -I TREE -o check check.c TREE/build/linux/plain/buddy.o, where TREE is "
    "memoracle's;\n"
    " * `make LINUX_SRC=DIR` in it makes that object of another page_alloc.c";

static uint64_t setting(const struct case_file *file, const char *name)
{
	int param = param_find(file->tables, name);

	for (uint32_t i = 0; i < file->record_count; i++) {
		const uint8_t *record = file->records + (size_t)i * OP_BYTES;

		if (record[0] == OP_SET && (int)record[2] == param)
			return record_u64(record + 4, 8);
	}
	return file->tables->param[param].initial;
}

static bool gives_block(const struct cgen_op *op)
{
	return cgen_op_is(op, "alloc_pages") || cgen_op_is(op, "alloc_large");
}

/* A page: in a block that an op gave, from where that block lies now. */
static void page_write(const struct cgen *cgen, uint32_t index, uint64_t pfn, FILE *out)
{
	for (uint32_t i = index; i-- > 0;) {
		const struct cgen_op *op = &cgen->op[i];

		if (gives_block(op) && op->err == 0 &&
		    pfn - op->value < UINT64_C(1) << op->op.ref[0]) {
			(void)fprintf(out, "p[%u] + %" PRIu64, i, pfn - op->value);
			return;
		}
	}
	(void)fprintf(out, "0x%" PRIx64, pfn);
}

/* Calls about a block, by the function that makes them. */
static const char *page_function(const struct cgen_op *op)
{
	if (cgen_op_is(op, "free_pages") || cgen_op_is(op, "free_loose"))
		return "kernel->free";
	if (cgen_op_is(op, "split_page"))
		return "kernel->split";
	if (cgen_op_is(op, "mark_lru"))
		return op->op.ref[2] != 0 ? "lru_set" : "lru_clear";
	return NULL;
}

bool buddy_call_write(const struct cgen *cgen, uint32_t index, FILE *out)
{
	const struct cgen_op *op = &cgen->op[index];
	const uint64_t *ref = op->op.ref;
	const char *function = page_function(op);

	if (op->err == CGEN_SKIPPED) {
		(void)fputs("\tskip(", out);
		check_texts(cgen, index, out);
	} else if (gives_block(op)) {
		(void)fprintf(out, "\tp[%u] = alloc(%" PRIu64 ", 0x%" PRIx64 ", %" PRIu64 ", ",
			      index, ref[0], ref[1], ref[2]);
		(void)fprintf(out, op->err ? "KERNEL_NO_PFN, " : "0x%" PRIx64 ", ", op->value);
		check_texts(cgen, index, out);
	} else if (cgen_op_is(op, "alloc_pages_bulk")) {
		(void)fprintf(out, "\tbulk(%" PRIu64 ", 0x%" PRIx64 ", %" PRIu64 ", %" PRIu64 ", ",
			      ref[0], ref[1], ref[2], op->value);
		check_texts(cgen, index, out);
	} else if (cgen_op_is(op, "drain")) {
		(void)fputs("\tlog_begin(0);\n\tkernel->drain();\n\ttap(1, ", out);
		check_text(cgen, index, out);
		(void)fputs(", \"\", \"\"", out);
	} else if (function != NULL) {
		(void)fprintf(out, "\tpage_call(%s, ", function);
		page_write(cgen, index, ref[0], out);
		(void)fprintf(out, ", %" PRIu64 ", ", ref[1]);
		check_text(cgen, index, out);
	} else {
		return false;
	}
	(void)fputs(");\n", out);
	return true;
}

void buddy_head_write(FILE *out)
{
	(void)fputs(head_code, out);
}

void buddy_calls_write(FILE *out)
{
	(void)fputs(calls_code, out);
}

void buddy_begin_write(const struct cgen *cgen, const char *declarations, FILE *out)
{
	static const char *const names[] = { "min_free_kbytes", "watermark_scale_factor",
					     "watermark_boost_factor", "high_fraction", "batch" };
	uint64_t geometry = setting(cgen->file, "geometry");

	(void)fputs("\nint main(void)\n{\n\tstatic const struct kernel_settings settings = {\n",
		    out);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)fprintf(out, "\t\t.%s = %" PRIu64 ",\n", names[i],
			      setting(cgen->file, names[i]));
	(void)fprintf(out,
		      "\t};\n\tstatic uint64_t p[%u]; /* what the calls gave */\n%s\n\t(void)p;\n"
		      "\tif (!zone_begin(&%s, 0x%" PRIx64 ", %" PRIu64
		      ", &settings))\n\t\treturn 2;\n",
		      cgen->op_count, declarations, zones[geometry].build,
		      zones[geometry].start_pfn, zones[geometry].pages);
}

/* The last op's own result: the first value that differs, or the page that there is none. */
static bool outcome_write(const struct cgen *cgen, FILE *out, struct error *error)
{
	const struct outcome *seen = &cgen->sighting.difference.seen_outcome;
	const struct outcome *want = &cgen->sighting.difference.want_outcome;
	const struct cgen_op *last = &cgen->op[cgen->op_count - 1];
	const uint64_t *ref = last->op.ref;
	uint32_t at = 0;

	while (at + 1 < OUTCOME_VALUES && seen->value[at] == want->value[at])
		at++;
	(void)fprintf(out, "\tlog_begin(%" PRIu64 ");\n", ref[2]);
	if (gives_block(last)) {
		(void)fprintf(out, "\treturn verdict(kernel->alloc(%" PRIu64 ", 0x%" PRIx64 "), ",
			      ref[0], ref[1]);
		(void)fprintf(out, seen->err ? "KERNEL_NO_PFN, " : "0x%" PRIx64 ", ",
			      seen->value[0]);
		(void)fprintf(out, want->err ? "KERNEL_NO_PFN);\n" : "0x%" PRIx64 ");\n",
			      want->value[0]);
		return true;
	}
	if (!cgen_op_is(last, "alloc_pages_bulk"))
		return error_set(error, "op %s gives nothing that a program could look at",
				 last->op.row->name);
	(void)fprintf(out,
		      "\tp[0] = kernel->bulk(%" PRIu64 ", 0x%" PRIx64 ", pages_given, 7);\n"
		      "\treturn verdict(",
		      ref[0], ref[1]);
	(void)fprintf(out, at == 0 ? "p[0]" : "pages_given[%u]", at - 1);
	(void)fprintf(out, ", 0x%" PRIx64 ", 0x%" PRIx64 ");\n", seen->value[at], want->value[at]);
	return true;
}

static void cell_write(const struct difference *difference, FILE *out)
{
	(void)fprintf(out,
		      "\tkernel->observe(&cell, 1, &got);\n"
		      "\treturn verdict(got, 0x%" PRIx64 ", 0x%" PRIx64 ");\n",
		      difference->seen, difference->want);
}

bool cgen_buddy(const struct cgen *cgen, FILE *out, struct error *error)
{
	const struct difference *difference = &cgen->sighting.difference;
	bool cell = cgen->check == CGEN_CELL, good = true;
	char *declarations =
	    cell ? text_format("\tstatic const struct cell cell = { %u, %u, 0x%x, 0 };\n"
			       "\tuint64_t got;\n",
			       difference->field, difference->space, difference->key)
		 : text_format("%s", "");

	cgen_head(cgen, buddy_build, out);
	(void)fputs("#define SAY_TO 2\n#define CANNOT \"cannot tell: \"\n", out);
	buddy_head_write(out);
	(void)fputs(finding_code, out);
	buddy_calls_write(out);
	buddy_begin_write(cgen, declarations, out);
	free(declarations);
	if (!cell && cgen->check != CGEN_OUTCOME)
		return error_set(error, "a crash of this process shows nothing more: use replay");
	for (uint32_t i = 0; good && i + !cell < cgen->op_count; i++)
		good = buddy_call_write(cgen, i, out) ||
		       error_set(error, "cgen knows no call for op %s", cgen->op[i].op.row->name);
	if (cell)
		cell_write(difference, out);
	else
		good = good && outcome_write(cgen, out, error);
	(void)fputs("}\n", out);
	return good;
}
