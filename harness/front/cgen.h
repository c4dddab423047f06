/* Stand-alone C programs that show a difference without memoracle. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_CGEN_H
#define MEMORACLE_FRONT_CGEN_H

#include "state_pair.h"
#include <stdio.h>

/* What the program looks at: at the result of the last op and whatever shows a difference, or at all. */
enum cgen_check {
	CGEN_OUTCOME, /* its result */
	CGEN_BREAK,   /* where the break is */
	CGEN_CRASH,   /* whether it comes back at all */
	CGEN_COUNTER, /* a counter: of /proc/self/status, of mallinfo2() */
	CGEN_CELL,    /* a cell of the state: where real side and program are one process */
	CGEN_ALL,     /* every result, and the state as far as a program can see it */
};

#define CGEN_SKIPPED (-1) /* no errno */

/* One op that was applied; with CGEN_ALL also those that were not. */
struct cgen_op {
	struct op op;   /* row and ref are set */
	int32_t err;    /* CGEN_SKIPPED: it was not applied, and skip says why */
	uint8_t skip;   /* enum skip */
	uint64_t value; /* as the target showed them */
};

/* The model's state after an op. */
struct cgen_state {
	uint32_t op; /* index in op[] */
	struct cell *cell;
	struct state_pair pair;
};

struct cgen {
	struct session *session;
	const struct case_file *file;
	struct sighting sighting;
	struct cgen_op *op; /* the last one shows the difference */
	uint32_t op_count;
	uint32_t searched; /* ops added to make a difference in state visible */
	enum cgen_check check;
	uint64_t want_break, seen_break;
	const char *counter;      /* its name; want and seen are those of the difference */
	struct cgen_state *state; /* with CGEN_ALL: in order of their ops */
	uint32_t state_count;
	const char
	    *profile; /* with CGEN_ALL: whose results these are, without a target; NULL: recorded */
};

/* Writes the program of a domain. Returns: false with *error where it would prove nothing. */
bool cgen_ptmalloc(const struct cgen *cgen, FILE *out, struct error *error);
bool cgen_vma(const struct cgen *cgen, FILE *out, struct error *error);
bool cgen_buddy(const struct cgen *cgen, FILE *out, struct error *error);

/* command_cgen() with --check. */
int command_cgen_check(const struct options *options);

/* cgen_op_is() - is it the op of that name? */
bool cgen_op_is(const struct cgen_op *op, const char *name);

/* cgen_resolve() - fills op[]: the ops as the worker resolved them, with what the target showed. */
bool cgen_resolve(struct cgen *cgen, struct session *session, struct error *error);

/* cgen_write() - the program that @write makes goes to @path. */
bool cgen_write(const struct cgen *cgen,
		bool (*write)(const struct cgen *cgen, FILE *out, struct error *error),
		const char *path, struct error *error);

/* cgen_head() - the comment at the program's head; @build is the command that makes it. */
void cgen_head(const struct cgen *cgen, const char *build, FILE *out);

/* cgen_text() - @text as a C string. */
void cgen_text(const char *text, FILE *out);

/* What the programs of both kinds share. */
void vma_head_write(const struct cgen *cgen, FILE *out);
bool vma_ops_known(const struct cgen *cgen, struct error *error);
void vma_call_write(const struct cgen *cgen, uint32_t index, FILE *out);
void vma_result_write(const struct cgen_op *op, int32_t err, uint64_t value, FILE *out);
void vma_counter_write(FILE *out);
void vma_main_write(FILE *out);

extern const char buddy_build[];
void buddy_head_write(FILE *out);
void buddy_calls_write(FILE *out);
/* @declarations: of main(). */
void buddy_begin_write(const struct cgen *cgen, const char *declarations, FILE *out);
bool buddy_call_write(const struct cgen *cgen, uint32_t index, FILE *out);

void ptmalloc_head_write(FILE *out);
/* ptmalloc_run_write() - the beginning of the function run(). */
void ptmalloc_run_write(const struct cgen *cgen, FILE *out);
/* ptmalloc_trap_write() - libc's system calls come to the C function answer() that is @answer. */
void ptmalloc_trap_write(const char *answer, FILE *out);
/* ptmalloc_plays() - do results hang on more than any kernel does alike: on refusals, on what it grants, on where mappings lie? */
bool ptmalloc_plays(const struct cgen *cgen);
/* ptmalloc_play_write() - then libc gets a system that answers as the targets' does: PLAYED, play(). */
void ptmalloc_play_write(const struct cgen *cgen, FILE *out);
bool ptmalloc_is_sbrk(const struct cgen_op *op);
bool ptmalloc_is_realloc(const struct cgen_op *op);
/* ptmalloc_alignment() - of the block that @op gives; ptmalloc_request_bytes() - what it asked for. */
uint64_t ptmalloc_alignment(const struct cgen_op *op);
uint64_t ptmalloc_request_bytes(const struct cgen_op *op);
bool ptmalloc_denies(const struct cgen *cgen);
bool ptmalloc_gives_pointer(const struct cgen_op *op);
bool ptmalloc_gives_nothing(const struct cgen_op *op);
bool ptmalloc_fixes_thresholds(const char *name);
bool ptmalloc_call_write(const struct cgen *cgen, uint32_t index, FILE *out);
/* @before: statements before the fork. @killed: those behind it, where a signal ended the child. */
void ptmalloc_main_write(const struct cgen *cgen, const char *before, const char *killed,
			 FILE *out);

#endif
