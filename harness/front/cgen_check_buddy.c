/* Programs that check page_alloc.c: every result, and every cell of the state. */
/* SPDX-License-Identifier: MIT */
#include "cgen_check.h"
#include <inttypes.h>

static const char tap_code[] =
    "\n"
    "static int tests, failed;\n"
    "\n"
    "static void tap(int good, const char *what, const char *want, const char *got)\n"
    "{\n"
    "\tdprintf(SAY_TO, \"%s %d - %s%s%s\\n\", good ? \"ok\" : \"not ok\", ++tests, what, *want ? "
    "\" -> \" : \"\", want);\n"
    "\tif (!good)\n"
    "\t\tdprintf(SAY_TO, \"# want %s, got %s\\n\", want, got);\n"
    "\tfailed |= !good;\n"
    "}\n"
    "\n"
    "static __attribute__((unused)) void skip(const char *what, const char *why)\n"
    "{\n"
    "\tdprintf(SAY_TO, \"ok %d - %s # SKIP %s\\n\", ++tests, what, why);\n"
    "}\n";

static const char state_code[] =
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
    "}\n";

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

static bool main_write(const struct cgen *cgen, FILE *out, struct error *error)
{
	buddy_begin_write(cgen, "\tuint64_t trouble;\n", out);
	(void)fprintf(out,
		      "\tdprintf(SAY_TO, \"# page_alloc.c of %%s\\n1..%u\\n\", kernel_version);\n"
		      "\ttrouble = kernel->trouble();\n",
		      cgen->op_count + cgen->state_count + 1);
	for (uint32_t i = 0, k = 0; i < cgen->op_count; i++) {
		if (!buddy_call_write(cgen, i, out))
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
	    cgen, buddy_build,
	    " * Checked: each result, all cells of the state with lists in order, and that the "
	    "code itself warned of nothing.\n"
	    " * Not checked: wake-ups and reclaims that it asked for; the pages of a bulk one by "
	    "one.\n",
	    out);
	buddy_head_write(out);
	(void)fputs(tap_code, out);
	buddy_calls_write(out);
	fields_write(cgen->file->tables, out);
	(void)fputs(state_code, out);
	for (uint32_t i = 0; i < cgen->state_count; i++)
		state_table_write(&cgen->state[i], out);
	return main_write(cgen, out, error);
}
