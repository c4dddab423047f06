/* One clear line for what went wrong, and memory that is there or ends the process. */
/* SPDX-License-Identifier: MIT */
#include "error.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

bool error_set(struct error *error, const char *format, ...)
{
	char text[ERROR_TEXT_MAX];
	size_t used = 0;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (const char *at = text; *at != '\0' && used < sizeof(error->text) - 5; at++)
		if (is_control(*at))
			used += (size_t)sprintf(error->text + used, "\\x%02x", (unsigned char)*at);
		else
			error->text[used++] = *at;
	error->text[used] = '\0';
	return false;
}

bool error_prefix(struct error *error, const char *format, ...)
{
	char old[ERROR_TEXT_MAX], place[ERROR_TEXT_MAX];
	va_list args;

	memcpy(old, error->text, sizeof(old));
	va_start(args, format);
	(void)vsnprintf(place, sizeof(place), format, args);
	va_end(args);
	return error_set(error, "%.300s%s", place, old);
}

int error_print(const struct error *error)
{
	(void)fflush(stdout);
	(void)fprintf(stderr, "memoracle: %s\n", error->text);
	return 2;
}

void memory_missing(void)
{
	(void)fputs("memoracle: out of memory\n", stderr);
	_Exit(2);
}

void *memory_new(size_t count, size_t bytes)
{
	void *memory = calloc(count ? count : 1, bytes);

	if (memory == NULL)
		memory_missing();
	return memory;
}

void *memory_grow(void *old, size_t count, size_t bytes)
{
	void *memory = reallocarray(old, count ? count : 1, bytes);

	if (memory == NULL)
		memory_missing();
	return memory;
}

char *text_copy(const char *text, size_t length)
{
	char *copy = memory_new(length + 1, 1);

	memcpy(copy, text, length);
	return copy;
}

char *text_format(const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0)
		memory_missing();
	return text;
}

FILE *memory_open(char **text, size_t *size)
{
	FILE *out = open_memstream(text, size);

	if (out == NULL)
		memory_missing();
	return out;
}

/* The bytes of @text between quotes; in $'' all that ends them, or is no character, is escaped. */
static char *quoted(const char *text, bool dollar)
{
	size_t size;
	char *word = NULL;
	FILE *out = memory_open(&word, &size);

	(void)fputs(dollar ? "$'" : "'", out);
	for (; *text != '\0'; text++) {
		if (is_control(*text))
			(void)fprintf(out, "\\%03o", (unsigned char)*text);
		else if (*text == '\'')
			(void)fputs(dollar ? "\\'" : "'\\''", out);
		else if (*text == '\\' && dollar)
			(void)fputs("\\\\", out);
		else
			(void)fputc(*text, out);
	}
	(void)fputc('\'', out);
	if (fclose(out) != 0)
		memory_missing();
	return word;
}

char *text_quote(const char *text)
{
	bool plain = text[0] != '\0', control = false;

	for (const char *at = text; *at != '\0'; at++) {
		control = control || is_control(*at);
		plain = plain && ((unsigned char)*at >= 0x80 || isalnum((unsigned char)*at) ||
				  strchr("%+,-./:=@_", *at) != NULL);
	}
	return plain ? text_format("%s", text) : quoted(text, control);
}
