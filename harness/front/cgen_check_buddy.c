/* Programs that check page_alloc.c, linked with the object that the build makes of it. */
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

static const char run_code[] =
    "\n"
    "#include \"harness/shim/linux/kernel.h\"\n"
    "#include <stdio.h>\n"
    "#include <sys/mman.h>\n"
    "\n"
    "static const struct kernel *kernel;\n"
    "static struct os os; /* what the code asks of the rest of the kernel */\n"
    "static int tests, failed;\n"
    "\n"
    "static void tap(int good, const char *what, const char *want, const char *got)\n"
    "{\n"
    "\tprintf(\"%s %d - %s%s%s\\n\", good ? \"ok\" : \"not ok\", ++tests, what, *want ? \" -> \" : "
    "\"\", want);\n"
    "\tif (!good)\n"
    "\t\tprintf(\"# want %s, got %s\\n\", want, got);\n"
    "\tfailed |= !good;\n"
    "}\n"
    "\n"
    "static __attribute__((unused)) void skip(const char *what, const char *why)\n"
    "{\n"
    "\tprintf(\"ok %d - %s # SKIP %s\\n\", ++tests, what, why);\n"
    "}\n"
    "\n"
    "static void log_begin(uint64_t reclaimed)\n"
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
    "\tstatic uint64_t pfn[1 << 16];\n"
    "\tchar got[64];\n"
    "\tuint32_t given;\n"
    "\n"
    "\tlog_begin(reclaimed);\n"
    "\tgiven = kernel->bulk(count, flags, pfn);\n"
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
    "/* All cells of a state: lists in order, counters, watermarks. */\n"
    "static void state(const char *what, const char *text, const struct cell *want, uint32_t "
    "count)\n"
    "{\n"
    "\tstatic uint64_t seen[1 << 18];\n"
    "\tchar got[160];\n"
    "\tuint32_t i;\n"
    "\n"
    "\tkernel->observe(want, count, seen);\n"
    "\tfor (i = 0; i < count && seen[i] == want[i].value; i++)\n"
    "\t\t;\n"
    "\tif (i < count)\n"
    "\t\tsnprintf(got, sizeof(got), \"%s 0x%lx = 0x%lx instead of 0x%lx\", fields[want[i].field],\n"
    "\t\t\t (unsigned long)want[i].key, (unsigned long)seen[i], (unsigned long)want[i].value);\n"
    "\ttap(i == count, what, text, got);\n"
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
    "\t\tprintf(\"Bail out! %s\\n\", kernel_why_not[0] != '\\0' ? kernel_why_not : \"no "
    "memory\");\n"
    "\t\treturn 0;\n"
    "\t}\n"
    "\tkernel = build;\n"
    "\tkernel->init(&zone);\n"
    "\tkernel->set(settings);\n"
    "\tprintf(\"# page_alloc.c of %s\\n\", kernel_version);\n"
    "\treturn 1;\n"
    "}\n";

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

static bool call_write(const struct cgen *cgen, uint32_t index, FILE *out)
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

static void state_table_write(const struct cgen_state *state, FILE *out)
{
	(void)fprintf(out, "\nstatic const struct cell state_%u[] = {\n", state->op + 1);
	for (uint32_t i = 0; i < state->pair.count; i++)
		(void)fprintf(out, "\t{ %u, %u, 0x%x, 0x%" PRIx64 " },\n", state->cell[i].field,
			      state->cell[i].space, state->cell[i].key, state->cell[i].value);
	(void)fputs("};\n", out);
}

static void fields_write(const struct tables *tables, FILE *out)
{
	(void)fputs("\nstatic const char *const fields[] = {\n", out);
	for (uint32_t i = 0; i < tables->field_count; i++)
		(void)fprintf(out, "\t\"%s\",\n", tables->field[i].name);
	(void)fputs("};\n", out);
}

static void begin_write(const struct cgen *cgen, FILE *out)
{
	static const char *const names[] = { "min_free_kbytes", "watermark_scale_factor",
					     "watermark_boost_factor", "high_fraction", "batch" };
	uint64_t geometry = setting(cgen->file, "geometry");

	(void)fputs("\nint main(void)\n{\n\tstatic const struct kernel_settings settings = {\n",
		    out);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)fprintf(out, "\t\t.%s = %" PRIu64 ",\n", names[i],
			      setting(cgen->file, names[i]));
	(void)fprintf(
	    out,
	    "\t};\n\tstatic uint64_t p[%u]; /* what the calls gave */\n\tuint64_t trouble;\n"
	    "\n\t(void)p;\n\tif (!zone_begin(&%s, 0x%" PRIx64 ", %" PRIu64
	    ", &settings))\n\t\treturn 2;\n\tprintf(\"1..%u\\n\");\n"
	    "\ttrouble = kernel->trouble();\n",
	    cgen->op_count, zones[geometry].build, zones[geometry].start_pfn, zones[geometry].pages,
	    cgen->op_count + cgen->state_count + 1);
}

static bool main_write(const struct cgen *cgen, FILE *out, struct error *error)
{
	begin_write(cgen, out);
	for (uint32_t i = 0, k = 0; i < cgen->op_count; i++) {
		if (!call_write(cgen, i, out))
			return error_set(error, "cgen knows no call for op %s",
					 cgen->op[i].op.row->name);
		if (k < cgen->state_count && cgen->state[k].op == i) {
			(void)fprintf(
			    out, "\tstate(\"after op %u\", \"%u cells\", state_%u, %u);\n", i + 1,
			    cgen->state[k].pair.count, i + 1, cgen->state[k].pair.count);
			k++;
		}
	}
	(void)fputs(
	    "\ttap(kernel->trouble() == trouble, \"the kernel's own checks\", \"no warning\", "
	    "\"some\");\n\treturn failed;\n}\n",
	    out);
	return true;
}

bool check_buddy(const struct cgen *cgen, FILE *out, struct error *error)
{
	check_head(
	    cgen,
	    "cc -no-pie -I TREE -o check check.c TREE/build/linux/plain/kernel.o, where TREE is "
	    "memoracle's;\n"
	    " * `make LINUX_SRC=DIR` in it makes that object of another page_alloc.c",
	    " * Checked: each result, all cells of the state with lists in order, and that the "
	    "code itself warned of nothing.\n"
	    " * Not checked: wake-ups and reclaims that it asked for; the pages of a bulk one by "
	    "one.\n",
	    out);
	fields_write(cgen->file->tables, out);
	(void)fputs(run_code, out);
	for (uint32_t i = 0; i < cgen->state_count; i++)
		state_table_write(&cgen->state[i], out);
	return main_write(cgen, out, error);
}
