/* Stand-alone C programs that show a difference without memoracle. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_CGEN_H
#define MEMORACLE_FRONT_CGEN_H

#include "session.h"
#include <stdio.h>

/* What the program looks at after the last op. */
enum cgen_check {
	CGEN_OUTCOME, /* its result */
	CGEN_BREAK,   /* where the break is */
	CGEN_CRASH,   /* whether it comes back at all */
	CGEN_COUNTER, /* a counter: of /proc/self/status, of mallinfo2() */
};

/* One op that was applied. */
struct cgen_op {
	struct op op; /* row and ref are set */
	int32_t err;
	uint64_t value; /* as the target showed them */
};

struct cgen {
	const struct session *session;
	const struct case_file *file;
	struct sighting sighting;
	struct cgen_op *op; /* the last one shows the difference */
	uint32_t op_count;
	uint32_t searched; /* ops added to make a difference in state visible */
	enum cgen_check check;
	uint64_t want_break, seen_break;
	const char *counter; /* its name; want and seen are those of the difference */
};

/* Writes the program of a domain. Returns: false with *error where it would prove nothing. */
bool cgen_ptmalloc(const struct cgen *cgen, FILE *out, struct error *error);
bool cgen_vma(const struct cgen *cgen, FILE *out, struct error *error);

/* cgen_head() - the comment at the program's head; @build is the command that makes it. */
void cgen_head(const struct cgen *cgen, const char *build, FILE *out);

#endif
