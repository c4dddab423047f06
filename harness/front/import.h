/* Cases from elsewhere: what the importers share. Each turns its input into lines of exact calls, in the text of cases. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_IMPORT_H
#define MEMORACLE_FRONT_IMPORT_H

#include "case_file.h"
#include <stdint.h>
#include <stdio.h>

#define IMPORT_KINDS 64
#define IMPORT_KIND_BYTES 80
#define IMPORT_NOTE_BYTES 320
#define IMPORT_SLOTS SLOTS_MAX

/* Lines of one kind that were passed over. */
struct import_kind {
	char name[IMPORT_KIND_BYTES];
	uint64_t count;
};

/*
 * struct import_slots - slots that no live block has, the last one given back first.
 * Invariant: those below @next that are not in @idle have a block each.
 */
struct import_slots {
	uint32_t *idle;
	uint32_t idle_count, idle_room;
	uint32_t
	    next; /* from here on none has been taken; those that a format leaves out lie below too */
};

struct import {
	const struct tables *tables; /* of the format's domain */
	FILE *in;
	FILE *out; /* text that becomes the end of the case, in memory */
	char *text;
	size_t text_size;
	struct case_file *file;
	struct record_state state; /* of the file's end */
	bool broken;               /* the text is no case: a bug of the importer */
	struct error *error;
	char *line; /* without its newline */
	size_t line_room;
	uint64_t lines, known, ops; /* read; of the format; written */
	struct import_slots slots;
	struct import_kind kind[IMPORT_KINDS];
	uint32_t kind_count;
	uint32_t pid;                 /* the process that --pid chose, 0: the busiest */
	char note[IMPORT_NOTE_BYTES]; /* of the input as a whole, for the summary */
};

/* One format. read() takes line by line to the end. Returns: false with import->error set. */
struct import_format {
	const char *name;
	const char *domain;
	const char *what; /* for messages: "a trace of memory_replay" */
	bool (*read)(struct import *import);
};

extern const struct import_format import_formats[]; /* the last has no name */
bool import_memory_replay(struct import *import);
bool import_strace(struct import *import);
bool import_syz(struct import *import);

/*
 * import_case() - reads @in to its end.
 * @import: zeroed, but for what was chosen; import_free() when its summary is no longer needed.
 * Returns: false with *error, and nothing in *file.
 */
bool import_case(const struct import_format *format, FILE *in, struct import *import,
		 struct case_file *file, struct error *error);
void import_free(struct import *import);

/* import_line() - Returns: is there another line? It is in import->line then. */
bool import_line(struct import *import);
/* import_pass() - counts a line that becomes no op, by its kind. Returns: true. */
bool import_pass(struct import *import, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* import_note() - appends to the first line of the summary. */
void import_note(struct import *import, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* import_op() - writes a line of the case. Returns: false with import->error. */
bool import_op(struct import *import, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* import_slot_take() - a slot that no live block has. Returns: false with import->error when there is none. */
bool import_slot_take(struct import *import, uint32_t *slot);
void import_slot_give(struct import *import, uint32_t slot);
/* import_slot_idle() - Returns: a slot that holds nothing, for calls that name no block or get none. */
uint32_t import_slot_idle(const struct import *import);

/* import_string_end() - the quote that closes the string which begins with the quote at @at, or the end of the line. */
const char *import_string_end(const char *at);

/* import_number() - reads a number at *@at and steps behind it. Returns: false if there is none. */
bool import_number(const char **at, uint64_t *value);

#endif
