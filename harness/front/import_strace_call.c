/* One call of strace: taken apart, and as an op. */
/* SPDX-License-Identifier: MIT */
#include "import_strace.h"
#include "form.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#define LOWEST UINT64_C(0x10000000) /* below it a case has no memory of its own */

/* Is it the '<' of "3</lib/x>", not of a shift? */
static bool opens_name(const char *at)
{
	return *at == '<' && at[1] != '<' && isdigit((unsigned char)at[-1]);
}

/* To the '>' that ends a name: one behind which the argument ends. */
static char *name_skip(char *at)
{
	do {
		at++;
		at += strcspn(at, ">");
	} while (*at != '\0' && at[1] != ',' && at[1] != ')');
	return at;
}

/* Splits "A, B) = R" at its commas. Returns: what stands behind the parenthesis, or NULL. */
static char *args_split(char *at, struct strace_call *call)
{
	int depth = 0;

	call->arg_count = 0;
	call->arg[call->arg_count++] = at;
	for (; *at != '\0'; at++) {
		if (*at == '"')
			at += import_string_end(at) - at;
		else if (opens_name(at))
			at = name_skip(at);
		else if (strchr("([{", *at) != NULL)
			depth++;
		else if (strchr(")]}", *at) != NULL && depth-- == 0)
			break;
		if (*at == '\0')
			return NULL;
		if (*at != ',' || depth != 0)
			continue;
		*at = '\0';
		if (call->arg_count < STRACE_ARGS)
			call->arg[call->arg_count++] = at + 1;
	}
	if (*at != ')')
		return NULL;
	*at = '\0';
	return at + 1;
}

/* "0x7f00", "0", "-1 EINVAL (Invalid argument)", "?" */
static bool result_parse(char *at, struct strace_call *call)
{
	const char *number = at;

	call->result = RESULT_NONE;
	if (*at == '?')
		return true;
	if (!import_number(&number, &call->value) || (*number != '\0' && *number != ' '))
		return false;
	call->result = RESULT_VALUE;
	if (number[0] != ' ' || number[1] != 'E')
		return true;
	call->result = RESULT_ERRNO;
	call->error = number + 1;
	at += number + 1 - at;
	at[strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] = '\0';
	return true;
}

bool strace_call_parse(char *text, struct strace_call *call)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
	char *at;

	if (length == 0 || text[length] != '(')
		return false;
	call->name = text;
	at = args_split(text + length + 1, call);
	if (at == NULL)
		return false;
	text[length] = '\0';
	at += strspn(at, " ");
	if (*at != '=' || at[1] != ' ')
		return false;
	return result_parse(at + 2, call);
}

/* Flag, number, or a number that a name says how far to shift: 21<<MAP_HUGE_SHIFT. */
static bool part_number(const char *text, size_t length, uint64_t *value)
{
	static const char shift[] = "<<MAP_HUGE_SHIFT";
	const char *at = text;

	if (flag_find(text, length, value))
		return true;
	if (!import_number(&at, value))
		return false;
	if ((size_t)(at - text) == length)
		return true;
	*value <<= MAP_HUGE_SHIFT;
	return strncmp(at, shift, sizeof(shift) - 1) == 0 &&
	       (size_t)(at - text) + sizeof(shift) - 1 == length;
}

bool strace_number(const char *text, uint64_t *value)
{
	*value = 0;
	text += strspn(text, " ");
	if (strcmp(text, "NULL") == 0)
		return true;
	for (;;) {
		size_t length = strcspn(text, "| ");
		uint64_t part;

		if (!part_number(text, length, &part))
			return false;
		*value |= part;
		text += length;
		if (*text != '|') /* "0x40 / * MAP_??? * /": the number says it all */
			return *text == '\0' || strncmp(text, " /*", 3) == 0;
		text++;
	}
}

/* What a call of the trace is on its way to an op. */
struct step {
	struct space *space;
	const struct strace_call *call;
	const struct mm_call *mm;
	struct mm_args args;
	char result[MM_ADDR_BYTES];
};

static bool step_left(const struct step *step, const char *why)
{
	return import_pass(step->space->import, "%s %s", step->mm->name, why);
}

static bool succeeded(const struct step *step)
{
	return step->call->result == RESULT_VALUE;
}

/*
 * Does the error hold wherever the case is run? What limits and the other mappings of the process decide does not;
 * that a range has holes does.
 */
static bool error_holds(const struct step *step)
{
	static const char *const chance[] = { "EAGAIN", "EPERM", "EINTR", "ENOMEM" };
	const char *name = step->call->error;
	int32_t err;

	if (!errno_parse(name, strlen(name), &err))
		return false;
	if (strcmp(name, "ENOMEM") == 0 &&
	    (strcmp(step->mm->name, "mprotect") == 0 || strcmp(step->mm->name, "madvise") == 0))
		return true;
	for (size_t i = 0; i < sizeof(chance) / sizeof(chance[0]); i++)
		if (strcmp(name, chance[i]) == 0)
			return false;
	return true;
}

/*
 * From a call on that may do other things here than it did there, nothing is expected but of the break, which nothing
 * else moves.
 */
static void certain_check(struct step *step)
{
	struct space *space = step->space;
	const uint64_t *value = step->args.value;

	if (space->parted_at == 0 && !space_certain(space, value[0], value[1]))
		space->parted_at = space->import->ops + 1;
	if (space->parted_at != 0)
		step->args.result = NULL;
}

/* What the trace saw is expected where it holds on another run. */
static bool step_write(struct step *step)
{
	if (step->call->result == RESULT_ERRNO && error_holds(step))
		step->args.result = step->call->error;
	if (strcmp(step->mm->name, "brk") != 0)
		certain_check(step);
	return mm_call_write(step->space->import, step->mm, &step->args);
}

/* Takes a slot for the result, if there is one. */
static bool slot_choose(struct step *step)
{
	step->args.slot = import_slot_idle(step->space->import);
	return !succeeded(step) || import_slot_take(step->space->import, &step->args.slot);
}

/* An address that is chosen for new memory. @fixed: it takes the place of what is there. */
static bool place_print(const struct step *step, uint64_t addr, bool fixed, char out[MM_ADDR_BYTES])
{
	if (space_address(step->space, addr, out))
		return true;
	if (addr < LOWEST || (fixed && space_find(step->space, addr) != NULL))
		return false;
	(void)snprintf(out, MM_ADDR_BYTES, "0x%" PRIx64, addr);
	return true;
}

/* New memory that the case does not have: what lies there can not be named. */
static bool map_left(struct step *step, uint64_t bytes, const char *why)
{
	if (succeeded(step))
		space_map(step->space, step->call->value, bytes, PIECE_UNSAID);
	return step_left(step, why);
}

static bool do_mmap(struct step *step)
{
	uint64_t *value = step->args.value;
	bool fixed = (value[3] & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0;

	if ((value[3] & MAP_ANONYMOUS) == 0)
		return map_left(step, value[1], "of a file");
	if (!place_print(step, value[0], fixed, step->args.addr))
		return map_left(step, value[1], "in the place of memory that is left out");
	if (!slot_choose(step))
		return false;
	if (succeeded(step) && fixed && step->args.addr[0] == '0') /* a number, not a slot */
		step->args.result = step->args.addr;
	step_write(step);
	if (succeeded(step))
		space_map(step->space, step->call->value, value[1], step->args.slot);
	step->space->placements += succeeded(step) && !fixed;
	return true;
}

/* mlock and mlock2: RLIMIT_MEMLOCK of who runs the case decides too. */
static bool limit_decides(const struct step *step)
{
	return strncmp(step->mm->name, "mlock", 5) == 0;
}

/* Calls for a range: of one mapping of the case they succeed again. */
static bool do_range(struct step *step)
{
	const uint64_t *value = step->args.value;

	if (!space_address(step->space, value[0], step->args.addr))
		return step_left(step, "of memory that is left out");
	if (succeeded(step) && !limit_decides(step) && space_holds(step->space, value[0], value[1]))
		step->args.result = "0";
	return step_write(step);
}

static bool do_munmap(struct step *step)
{
	bool good = do_range(step);

	if (succeeded(step))
		space_forget(step->space, step->args.value[0], step->args.value[1]);
	return good;
}

/* After a success: the old range is gone, unless it is kept or was only duplicated. */
static void remap_note(struct step *step, uint32_t slot)
{
	const uint64_t *value = step->args.value;

	if (!succeeded(step))
		return;
	if ((value[3] & MREMAP_DONTUNMAP) == 0)
		space_forget(step->space, value[0], value[1]);
	space_map(step->space, step->call->value, value[2], slot);
}

static bool do_mremap(struct step *step)
{
	const uint64_t *value = step->args.value;
	bool fixed = (value[3] & MREMAP_FIXED) != 0;

	if (!space_address(step->space, value[0], step->args.addr) ||
	    !place_print(step, fixed ? value[4] : 0, fixed, step->args.new_addr)) {
		remap_note(step, PIECE_UNSAID);
		return step_left(step, "of memory that is left out");
	}
	if (!slot_choose(step))
		return false;
	step_write(step);
	remap_note(step, step->args.slot);
	step->space->placements += succeeded(step) && !fixed;
	return true;
}

static void break_print(const struct space *space, uint64_t addr, char out[MM_ADDR_BYTES])
{
	uint64_t here = addr ? space->heap_here + (addr - space->heap) : 0;

	(void)snprintf(out, MM_ADDR_BYTES, "0x%" PRIx64, here);
}

/* The break counts from where the first brk(NULL) found it. What is refused is refused for what lies above. */
static bool do_brk(struct step *step)
{
	struct space *space = step->space;
	uint64_t asked = step->args.value[0], got = step->call->value;

	if (!succeeded(step))
		return step_left(step, "that failed");
	if (asked == 0 && space->heap == 0)
		space->heap = got;
	if (space->heap == 0 || got < space->heap || (asked != 0 && asked < space->heap))
		return step_left(step, "whose start is not in the trace");
	break_print(space, asked, step->args.addr);
	break_print(space, got, step->result);
	if (asked == 0 || asked == got)
		step->args.result = step->result;
	space->brk = got;
	if (got > space->heap_end)
		space->heap_end = got;
	return step_write(step);
}

static const struct {
	const char *name;
	bool (*run)(struct step *step);
} runs[] = {
	{ "mmap", do_mmap },
	{ "munmap", do_munmap },
	{ "mremap", do_mremap },
	{ "brk", do_brk },
};

/* Arguments that a call does not give are 0: the new address of mremap. */
static bool args_read(struct step *step)
{
	for (uint32_t i = 0; i < mm_call_args(step->mm) && i < step->call->arg_count; i++) {
		if (strcmp(step->mm->arg[i], "object") != 0 &&
		    !strace_number(step->call->arg[i], &step->args.value[i]))
			return false;
	}
	return step->call->arg_count + (strcmp(step->mm->name, "mremap") == 0) >=
	       mm_call_args(step->mm);
}

bool strace_call_import(struct space *space, const struct strace_call *call)
{
	struct step step = {
		.space = space,
		.call = call,
		.mm = mm_call_find(call->name, strlen(call->name)),
	};

	if (!args_read(&step))
		return step_left(&step, "with an argument that is not understood");
	if (call->result == RESULT_NONE)
		return step_left(&step, "without a result");
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		if (strcmp(runs[i].name, call->name) == 0)
			return runs[i].run(&step);
	return do_range(&step);
}
