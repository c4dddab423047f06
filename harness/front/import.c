/* import: a case from another tool's output. What the formats share, and the command. */
/* SPDX-License-Identifier: MIT */
#include "import.h"
#include "case_file.h"
#include "file.h"
#include "form.h"
#include "options.h"
#include "registry.h"
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_OPS 1024u

const struct import_format import_formats[] = {
	{ "memory-replay", "ptmalloc", "a trace of memory_replay", import_memory_replay },
	{ "strace", "vma", "the output of strace", import_strace },
	{ "syz", "vma", "a program of syzkaller", import_syz },
	{ NULL, NULL, NULL, NULL },
};

bool import_line(struct import *import)
{
	ssize_t length = getline(&import->line, &import->line_room, import->in);

	if (length < 0)
		return false;
	import->lines++;
	if (import->line[length - 1] != '\n')
		return error_set(import->error,
				 "line %" PRIu64
				 " is cut: no newline at its end; copy it again, or end it if "
				 "it is whole",
				 import->lines);
	import->line[--length] = '\0';
	if (length > 0 && import->line[length - 1] == '\r')
		import->line[--length] = '\0';
	if (memchr(import->line, '\0', (size_t)length) != NULL)
		return error_set(import->error, "line %" PRIu64 " is no text: it holds zero bytes",
				 import->lines);
	return true;
}

bool import_pass(struct import *import, const char *format, ...)
{
	char name[IMPORT_KIND_BYTES];
	uint32_t i = 0;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	while (i < import->kind_count && strcmp(import->kind[i].name, name) != 0)
		i++;
	if (i == IMPORT_KINDS) /* more kinds than anyone reads: the last one stands for the rest */
		(void)strcpy(import->kind[--i].name, "other");
	else if (i == import->kind_count)
		(void)strcpy(import->kind[import->kind_count++].name, name);
	import->kind[i].count++;
	return true;
}

void import_note(struct import *import, const char *format, ...)
{
	size_t used = strlen(import->note);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(import->note + used, sizeof(import->note) - used, format, args);
	va_end(args);
}

/* The text so far becomes records: only these grow with the input. */
static bool text_take(struct import *import)
{
	struct error error; /* also of a row that did not fit where another one does */

	(void)fflush(import->out);
	import->broken =
	    !case_add_text(import->file, import->text, import->text_size, &import->state, &error);
	if (import->broken)
		*import->error = error;
	free(import->file->line); /* of a text that nobody sees */
	import->file->line = NULL;
	(void)fseeko(import->out, 0, SEEK_SET);
	return !import->broken;
}

bool import_op(struct import *import, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vfprintf(import->out, format, args);
	va_end(args);
	(void)fputc('\n', import->out);
	import->ops++;
	return import->ops % TEXT_OPS != 0 || text_take(import);
}

uint32_t import_slot_idle(const struct import *import)
{
	const struct import_slots *slots = &import->slots;

	return slots->idle_count > 0 ? slots->idle[slots->idle_count - 1] : slots->next;
}

bool import_slot_take(struct import *import, uint32_t *slot)
{
	struct import_slots *slots = &import->slots;

	*slot = import_slot_idle(import);
	if (slots->idle_count > 0)
		slots->idle_count--;
	else if (slots->next == IMPORT_SLOTS - 1) /* one stays idle */
		return error_set(import->error, "line %" PRIu64 ": more than %u blocks are live",
				 import->lines, IMPORT_SLOTS - 1);
	else
		slots->next++;
	return true;
}

void import_slot_give(struct import *import, uint32_t slot)
{
	struct import_slots *slots = &import->slots;

	if (slots->idle_count == slots->idle_room) {
		slots->idle_room = slots->idle_room ? 2 * slots->idle_room : 64;
		slots->idle = memory_grow(slots->idle, slots->idle_room, sizeof(slots->idle[0]));
	}
	slots->idle[slots->idle_count++] = slot;
}

const char *import_string_end(const char *at)
{
	char quote = *at++;

	while (*at != '\0' && *at != quote)
		at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
	return at;
}

bool import_number(const char **at, uint64_t *value)
{
	size_t length = strspn(*at, "-0123456789abcdefxABCDEF");

	if (!number_parse(*at, length, value))
		return false;
	*at += length;
	return true;
}

void import_free(struct import *import)
{
	free(import->line);
	free(import->slots.idle);
	import->line = NULL;
	import->slots.idle = NULL;
}

/* "mmap of a file 12, ioctl 7": the most frequent first. @total: of all. The caller frees it. */
static char *kinds_print(const struct import *import, uint64_t *total)
{
	bool said[IMPORT_KINDS] = { false };
	char *text = NULL;
	size_t size;
	FILE *out = memory_open(&text, &size);

	*total = 0;
	for (uint32_t n = 0; n < import->kind_count; n++) {
		uint32_t most = IMPORT_KINDS;

		for (uint32_t i = 0; i < import->kind_count; i++)
			if (!said[i] && (most == IMPORT_KINDS ||
					 import->kind[i].count > import->kind[most].count))
				most = i;
		said[most] = true;
		*total += import->kind[most].count;
		(void)fprintf(out, "%s%s %" PRIu64, n ? ", " : "", import->kind[most].name,
			      import->kind[most].count);
	}
	(void)fclose(out);
	return text;
}

static bool anything_read(const struct import_format *format, const struct import *import,
			  struct error *error)
{
	uint64_t total;
	char *kinds;

	if (import->lines == 0)
		return error_set(error, "is empty");
	if (import->known == 0)
		return error_set(error,
				 "is not %s: none of its %" PRIu64
				 " lines is; see memoracle --help for the formats",
				 format->what, import->lines);
	if (import->ops > 0)
		return true;
	kinds = kinds_print(import, &total);
	error_set(error, "has nothing to replay: %s", kinds);
	free(kinds);
	return false;
}

bool import_case(const struct import_format *format, FILE *in, struct import *import,
		 struct case_file *file, struct error *error)
{
	bool good;

	*file = (struct case_file){ 0 };
	import->in = in;
	import->error = error;
	import->file = file;
	import->tables = domain_find(format->domain);
	import->out = memory_open(&import->text, &import->text_size);
	error->text[0] = '\0';
	(void)fprintf(import->out, "domain %s\n", format->domain);
	good = format->read(import) && error->text[0] == '\0' &&
	       anything_read(format, import, error) && text_take(import);
	(void)fclose(import->out);
	free(import->text);
	if (!good)
		case_free(file);
	return good;
}

static const struct import_format *format_find(const char *name, struct error *error)
{
	char *known = NULL;
	size_t size;
	FILE *out = memory_open(&known, &size);
	const struct import_format *at;

	for (at = import_formats; at->name != NULL && strcmp(at->name, name) != 0; at++)
		(void)fprintf(out, "%s%s", at == import_formats ? "" : ", ", at->name);
	(void)fclose(out);
	if (at->name == NULL)
		error_set(error, "unknown format `%.60s`; known: %s", name, known);
	free(known);
	return at->name ? at : NULL;
}

/* On stderr: standard output may be the case. */
static void summary_print(const struct import *import)
{
	uint64_t total;
	char *kinds = kinds_print(import, &total);

	(void)fprintf(stderr, "import: %" PRIu64 " lines, %" PRIu64 " ops%s\n", import->lines,
		      import->ops, import->note);
	if (total > 0)
		(void)fprintf(stderr, "import: %" PRIu64 " lines passed over: %s\n", total, kinds);
	free(kinds);
}

static bool file_import(const struct import_format *format, const struct options *options,
			struct error *error)
{
	struct import import = { .pid = options->pid };
	struct case_file file;
	FILE *in = file_open(options->arg[1], error);
	bool good;

	if (in == NULL)
		return false;
	good = import_case(format, in, &import, &file, error) ||
	       error_prefix(error, "%s: ", file_name(options->arg[1]));
	if (in != stdin)
		(void)fclose(in);
	if (good) {
		meta_set(&file, "import", format->name);
		good = case_write(&file, options->out_file, error);
		case_free(&file);
	}
	if (good)
		summary_print(&import);
	import_free(&import);
	return good;
}

int command_import(const struct options *options)
{
	struct error error;
	const struct import_format *format = format_find(options->arg[0], &error);

	return format != NULL && file_import(format, options, &error) ? 0 : error_print(&error);
}
