/* import syz: the mm calls of a program of syzkaller. */
/* SPDX-License-Identifier: MIT */
#include "import_mm.h"
#include "form.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

/* Programs write addresses as if their data lay at SYZ_DATA. Here it is the arena. */
#define SYZ_DATA UINT64_C(0x7f0000000000)
#define SYZ_DATA_BYTES UINT64_C(0x1000000)
#define ERRNO_BYTES 24
#define GUARD_BYTES UINT64_C(0x1000)

struct syz {
	struct import *import;
	bool mapped;    /* the data is */
	uint64_t props; /* calls with properties: async, fail_nth ... */
};

/* One call as written, without the number of its variant. */
struct syz_call {
	const char *name;
	size_t length;
	const char *args;    /* behind the first parenthesis */
	const char *rest;    /* behind the last one: properties */
	const char *comment; /* behind them: "# EINVAL", or nothing */
};

static void address_print(const struct import *import, uint64_t offset, char out[MM_ADDR_BYTES])
{
	(void)snprintf(out, MM_ADDR_BYTES, "0x%" PRIx64, mm_region(import, "arena") + offset);
}

/* What the executor maps before a program runs: its data, readable, writable and executable, between guard pages. */
static bool data_map(struct import *import)
{
	static const struct {
		uint64_t offset, length, prot;
	} map[] = {
		{ -GUARD_BYTES, GUARD_BYTES, PROT_NONE },
		{ 0, SYZ_DATA_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC },
		{ SYZ_DATA_BYTES, GUARD_BYTES, PROT_NONE },
	};
	const struct mm_call *mmap = mm_call_find("mmap", 4);
	bool good = true;

	for (size_t i = 0; good && i < sizeof(map) / sizeof(map[0]); i++) {
		struct mm_args args = {
			.value = { 0, map[i].length, map[i].prot,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0, 0 },
			.slot = MM_SLOT_FIRST,
		};

		address_print(import, map[i].offset, args.addr);
		good = mm_call_write(import, mmap, &args);
	}
	return good;
}

/* Returns: the parenthesis that closes the one before @at, or NULL. */
static const char *args_end(const char *at)
{
	int depth = 1;

	for (; *at != '\0'; at++) {
		if (*at == '"' || *at == '\'')
			at = import_string_end(at);
		else if (strchr("([{", *at) != NULL)
			depth++;
		else if (strchr(")]}", *at) != NULL && --depth == 0)
			return at;
		if (*at == '\0')
			break;
	}
	return NULL;
}

/* Behind the properties, "(fail_nth: 5)", at @at. */
static const char *props_skip(const char *at)
{
	at += strspn(at, " \t");
	while (*at == '(') {
		at += strcspn(at, ")");
		at += *at == ')';
		at += strspn(at, " \t");
	}
	return at;
}

static bool call_split(const char *line, struct syz_call *call)
{
	size_t length;

	line += strspn(line, " \t");
	if (*line == 'r' && isdigit((unsigned char)line[1])) {
		line += 1 + strspn(line + 1, "0123456789");
		if (strncmp(line, " = ", 3) != 0)
			return false;
		line += 3;
	}
	call->name = line;
	length = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$");
	if (length == 0 || line[length] != '(')
		return false;
	call->length = strcspn(line, "$(");
	call->args = line + length + 1;
	call->rest = args_end(call->args);
	if (call->rest == NULL)
		return false;
	call->comment = props_skip(++call->rest);
	return *call->comment == '\0' || *call->comment == '#';
}

/* "(0x7f0000001000/0x3000)=nil" behind '&' */
static bool pointer_parse(const char **at, uint64_t *value)
{
	uint64_t bytes;

	if (*(*at)++ != '(' || !import_number(at, value))
		return false;
	if (**at == '/' && ((*at)++, !import_number(at, &bytes)))
		return false;
	if (*(*at)++ != ')')
		return false;
	if (strncmp(*at, "=nil", 4) == 0)
		*at += 4;
	return true;
}

/* Calls of mm take numbers, nil and addresses; a resource stands where a descriptor does. */
static bool arg_parse(const char **at, uint64_t *value, bool *address)
{
	*address = false;
	*value = 0;
	if (**at == '&') {
		(*at)++;
		*address = true;
		return pointer_parse(at, value);
	}
	if (strncmp(*at, "nil", 3) == 0) {
		*at += 3;
		return true;
	}
	if (**at == 'r') {
		*at += 1 + strspn(*at + 1, "0123456789");
		return true;
	}
	return import_number(at, value);
}

static void arg_address(const struct import *import, const char *name, uint64_t value, bool address,
			struct mm_args *args)
{
	char *out = strcmp(name, "new_addr") == 0 ? args->new_addr : args->addr;

	if (address)
		address_print(import, value - SYZ_DATA, out);
	else
		(void)snprintf(out, MM_ADDR_BYTES, "0x%" PRIx64, value);
}

static bool args_parse(const struct import *import, const struct mm_call *call, const char *at,
		       struct mm_args *args)
{
	for (uint32_t i = 0; call->arg[i] != NULL; i++) {
		bool address;

		at += strspn(at, i ? ", " : " ");
		if (!arg_parse(&at, &args->value[i], &address) || strchr(",)", *at) == NULL)
			return false;
		if (strstr(call->arg[i], "addr") != NULL)
			arg_address(import, call->arg[i], args->value[i], address, args);
	}
	return *at == ')';
}

static bool is_file(const struct mm_call *call, const struct mm_args *args)
{
	return strcmp(call->name, "mmap") == 0 && (args->value[3] & MAP_ANONYMOUS) == 0;
}

/* "# EINVAL" */
static const char *error_expected(const char *comment, char out[ERRNO_BYTES])
{
	const char *name = comment + (*comment == '#');
	size_t length;
	int32_t err;

	name += strspn(name, " ");
	length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
	if (length >= ERRNO_BYTES || !errno_parse(name, length, &err))
		return NULL;
	memcpy(out, name, length);
	out[length] = '\0';
	return out;
}

static bool call_import(struct syz *syz, const struct syz_call *text)
{
	const struct mm_call *call = mm_call_find(text->name, text->length);
	struct mm_args args = { .slot = MM_SLOT_FIRST };
	char error[ERRNO_BYTES];

	if (call == NULL)
		return import_pass(syz->import, "%.*s", text->length > 40 ? 40 : (int)text->length,
				   text->name);
	if (!args_parse(syz->import, call, text->args, &args))
		return import_pass(syz->import, "%s with other arguments than its own", call->name);
	if (is_file(call, &args))
		return import_pass(syz->import, "mmap of a file");
	if (!syz->mapped && !data_map(syz->import))
		return false;
	syz->mapped = true;
	syz->props += memchr(text->rest, '(', (size_t)(text->comment - text->rest)) != NULL;
	args.result = error_expected(text->comment, error);
	return mm_call_write(syz->import, call, &args);
}

static bool line_read(struct syz *syz)
{
	const char *line = syz->import->line;
	struct syz_call call;

	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#')
		return true;
	if (!call_split(line, &call))
		return import_pass(syz->import, "not a call");
	syz->import->known++;
	return call_import(syz, &call);
}

bool import_syz(struct import *import)
{
	struct syz syz = { .import = import };
	bool good = true;

	while (good && import_line(import))
		good = line_read(&syz);
	if (syz.mapped)
		import_note(import,
			    ", the first 3 of them what the executor maps before a program");
	if (syz.props > 0)
		import_note(import, "; %" PRIu64 " calls had properties, which are left out",
			    syz.props);
	return good;
}
