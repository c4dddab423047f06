/* One clear line for what went wrong, and memory that is there or ends the process. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_ERROR_H
#define MEMORACLE_FRONT_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define ERROR_TEXT_MAX 768

struct error {
	char text[ERROR_TEXT_MAX]; /* no newline */
};

/* error_set() - Returns: false, so that callers can return it. */
bool error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* error_prefix() - puts a place in front of what error_set() said. Returns: false. */
bool error_prefix(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * text_quote() - @text as one word of a shell's command, for people too: a file's name as it is where that is plain,
 * in quotes where a shell would take it apart, control characters escaped. The caller frees it.
 */
char *text_quote(const char *text);

/* error_print() - the line on stderr. Returns: the exit status 2. */
int error_print(const struct error *error);

/* memory_missing() - ends the process with status 2. */
void memory_missing(void) __attribute__((noreturn));
/* memory_new() - zeroed memory; ends the process with status 2 when there is none. */
void *memory_new(size_t count, size_t bytes);
/* memory_grow() - as realloc, never NULL. */
void *memory_grow(void *old, size_t count, size_t bytes);
char *text_copy(const char *text, size_t length);
/* memory_open() - a stream into memory that fclose() leaves in *text, for the caller to free. */
FILE *memory_open(char **text, size_t *size);
/* text_format() - a new string, as sprintf. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
