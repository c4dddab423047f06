/* One clear line for what went wrong, and memory that is there or ends the process. */
/* SPDX-License-Identifier: MIT */
#include "error.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool error_set(struct error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	for (char *at = error->text; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = '?';
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

static void memory_missing(void)
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
