/* The mm calls that strace and syzkaller name, as lines of a case. */
/* SPDX-License-Identifier: MIT */
#include "import_mm.h"
#include "form.h"
#include <inttypes.h>
#include <string.h>

static const struct mm_call calls[] = {
	{ "mmap", { "addr", "length", "prot", "flags", "object", "offset" }, true },
	{ "munmap", { "addr", "length" }, false },
	{ "mprotect", { "addr", "length", "prot" }, false },
	{ "mremap", { "addr", "length", "new_length", "flags", "new_addr" }, true },
	{ "brk", { "addr" }, false },
	{ "madvise", { "addr", "length", "advice" }, false },
	{ "mlock", { "addr", "length" }, false },
	{ "mlock2", { "addr", "length", "flags" }, false },
	{ "munlock", { "addr", "length" }, false },
};

const struct mm_call *mm_call_find(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strlen(calls[i].name) == length && memcmp(calls[i].name, name, length) == 0)
			return &calls[i];
	return NULL;
}

uint64_t mm_region(const struct import *import, const char *name)
{
	uint32_t i = 0;

	while (strcmp(import->tables->region[i].name, name) != 0)
		i++;
	return import->tables->region[i].base;
}

uint32_t mm_call_args(const struct mm_call *call)
{
	uint32_t count = 0;

	while (call->arg[count] != NULL)
		count++;
	return count;
}

/* The operand of the row that has all arguments: the last of that name. */
static const struct operand_row *operand_of(const struct tables *tables, const char *op,
					    const char *arg)
{
	const struct operand_row *operand = NULL;

	for (uint32_t i = 0; i < tables->op_count; i++)
		for (uint32_t j = 0; j < tables->op[i].arg_count; j++)
			if (strcmp(tables->op[i].name, op) == 0 &&
			    strcmp(tables->op[i].arg[j].name, arg) == 0)
				operand = tables->op[i].arg[j].operand;
	return operand;
}

static const char *value_print(const struct import *import, const char *op, const char *arg,
			       uint64_t value, char out[FORM_TEXT_MAX])
{
	const struct operand_row *operand = operand_of(import->tables, op, arg);

	return form_print(import->tables, operand->form, operand->names, value, out);
}

static const char *operand_print(const struct import *import, const struct mm_call *call,
				 const struct mm_args *args, uint32_t i, char out[FORM_TEXT_MAX])
{
	if (strcmp(call->arg[i], "addr") == 0)
		return args->addr;
	if (strcmp(call->arg[i], "new_addr") == 0)
		return args->new_addr;
	if (strcmp(call->arg[i], "object") == 0)
		return "none";
	return value_print(import, call->name, call->arg[i], args->value[i], out);
}

bool mm_call_write(struct import *import, const struct mm_call *call, const struct mm_args *args)
{
	char text[FORM_TEXT_MAX];

	(void)fputs(call->name, import->out);
	for (uint32_t i = 0; call->arg[i] != NULL; i++)
		(void)fprintf(import->out, " %s=%s", call->arg[i],
			      operand_print(import, call, args, i, text));
	if (call->fills)
		(void)fprintf(import->out, " dst=s%" PRIu32, args->slot);
	return import_op(import, "%s%s", args->result ? " -> " : "",
			 args->result ? args->result : "");
}
