/* Shared memory between the front and a worker process. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_WORKER_MAILBOX_H
#define MEMORACLE_WORKER_MAILBOX_H

#include "coverage.h"
#include "lockstep.h"

/* Descriptors that a worker is started with. */
#define MAILBOX_FD 200 /* memory of MAILBOX_FILE_BYTES */
#define COMMAND_FD 201 /* a byte: the request in the mailbox is ready; end of file: leave */
#define ANSWER_FD 202  /* a byte: the answer is ready; the first one after open() */

/* Where a worker maps it: below everything that a VMA worker hands to the kernel under test. */
#define MAILBOX_ADDRESS 0x08000000ul
#define MAILBOX_MAGIC 0x6d656d6f7261636cull
#define MAILBOX_VERSION 6u

#define BATCH_CASES_MAX 256u
#define BATCH_RECORDS_MAX NOTES_MAX
#define OVERRIDES_MAX 128u

enum command {
	COMMAND_RUN,     /* the cases in lockstep */
	COMMAND_ALONE,   /* resolve the cases once, then only the target, repeat times */
	COMMAND_RESOLVE, /* the first case; its ops as they were applied, in resolved[] */
	COMMAND_TROUBLE, /* target->trouble */
	COMMAND_OBSERVE, /* asked: more cells of the real side, as the last case left it */
};

struct request {
	uint32_t command;
	uint32_t level;    /* enum state_level */
	uint32_t wf_every; /* 0: never */
	uint32_t strict;   /* expectations count */
	uint32_t open_end; /* nothing is compared at the end of a case: for quick trials */
	uint32_t resume;   /* the first case goes on where the last request left it */
	uint32_t more;     /* the last case goes on in the next request */
	uint32_t dump;     /* on a difference, and at the end of the last case, fill the views */
	uint32_t repeat;   /* run the batch so often (measurement); 0 is 1 */
	uint32_t override_count;
	uint32_t case_count;
	uint32_t case_records
	    [BATCH_CASES_MAX]; /* records of each case, one after another in records[] */
	struct override override[OVERRIDES_MAX];
	uint8_t records[BATCH_RECORDS_MAX * OP_BYTES];
};

struct mailbox {
	uint64_t magic;
	uint32_t version;
	uint32_t bytes; /* sizeof(struct mailbox) of the side that made it */
	struct progress progress;
	/* after open() */
	int32_t open_status; /* 0 or -errno: info.why_not */
	uint32_t param_count;
	struct target_info info;
	uint64_t base[RULES_BYTES_MAX / 8]; /* detected rules: the domain's rules struct */
	/* in and out */
	struct request request;
	struct result result;
	struct cell asked; /* its value is the answer */
	uint64_t trouble;
	char trouble_text[TARGET_TEXT_MAX];
	uint32_t resolved_count;
	struct op resolved[OPS_MAX]; /* row is of no use in the other process */
	uint32_t coverage_count;
	uint8_t coverage[COVERAGE_MAX]; /* 8-bit counters of the model, where the worker has them */
	uint32_t want_count, seen_count; /* above CELLS_MAX: not all are there */
	struct cell want[CELLS_MAX], seen[CELLS_MAX];
};

#define MAILBOX_BYTES ((sizeof(struct mailbox) + 4095) & ~4095ul)
#define MAILBOX_FILE_BYTES (1ul << 24) /* a guest has it as a device's memory: a power of two */
_Static_assert(MAILBOX_BYTES <= MAILBOX_FILE_BYTES, "the mailbox fits the device of a guest");

/* worker_serve() - maps the mailbox, opens the target and serves requests until end of file. */
__attribute__((noreturn)) void worker_serve(void);

#endif
