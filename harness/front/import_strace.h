/* Calls of one traced process, from the lines of strace. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_IMPORT_STRACE_H
#define MEMORACLE_FRONT_IMPORT_STRACE_H

#include "import_space.h"

#define STRACE_ARGS 8

enum strace_result {
	RESULT_NONE, /* "?" */
	RESULT_VALUE,
	RESULT_ERRNO,
};

/* "mmap(NULL, 4096, ...) = 0x7f..." taken apart, in the memory of its text. */
struct strace_call {
	char *name;
	char *arg[STRACE_ARGS];
	uint32_t arg_count;
	enum strace_result result;
	uint64_t value;    /* returned */
	const char *error; /* its name */
};

/* strace_call_parse() - takes @text apart, which changes it. Returns: false if it is no call with its result. */
bool strace_call_parse(char *text, struct strace_call *call);
/* strace_number() - an argument as a number: "NULL", "0x1000", "PROT_READ|PROT_WRITE". */
bool strace_number(const char *text, uint64_t *value);
/* strace_call_import() - becomes an op, or is counted. Returns: false with import->error. */
bool strace_call_import(struct space *space, const struct strace_call *call);

#endif
