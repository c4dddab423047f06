/* Starts a worker process, hands requests over and notices when it crashes or hangs. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_WORKER_CLIENT_H
#define MEMORACLE_FRONT_WORKER_CLIENT_H

#include "../worker/mailbox.h"
#include "error.h"
#include <sys/types.h>

/* Why a worker died, as far as that is not for itself to answer. */
enum death_cause {
	DEATH_OWN,
	DEATH_CPU_LIMIT,    /* RLIMIT_CPU: another one has as much again */
	DEATH_MEMORY,       /* killed for want of memory */
	DEATH_FILTER,       /* killed by a seccomp filter */
	DEATH_LIMIT,        /* too few descriptors; it said how many */
	DEATH_GUEST_MEMORY, /* the guest ran out of its memory */
};

/*
 * struct worker - one worker process and the mailbox shared with it. The mailbox outlives a worker
 * that died: what it left there is the finding.
 */
struct worker {
	char *path;
	char *real_model;    /* NULL, or the copy that a target of kind model loads */
	const char *release; /* NULL, or which: what follows `@` */
	struct guest *guest; /* NULL, or the one that it runs in */
	struct mailbox *box;
	int box_fd;
	int said_fd; /* what the process wrote on stderr: an abort message */
	int command_fd, answer_fd;
	pid_t pid; /* 0: none runs */
	uint32_t starts;
	char death[128]; /* how the last one ended: "killed by SIGSEGV" */
	enum death_cause cause;
	unsigned long long oom_kills; /* of the machine when it was started */
};

enum worker_end { WORKER_ANSWERED, WORKER_CRASHED, WORKER_HUNG };

/* worker_create() - the mailbox only; worker_start() runs the program. */
bool worker_create(struct worker *worker, const char *path, struct error *error);

/*
 * worker_start() - runs the program and waits until its target is open.
 * Returns: false if it could not be run or answered nothing; box->open_status says whether the target
 * is there.
 */
bool worker_start(struct worker *worker, double hang_seconds, struct error *error);

/* worker_serve_request() - box->request is filled in: one hand-over. Kills a worker that hangs. */
enum worker_end worker_serve_request(struct worker *worker, double hang_seconds);

/* worker_console() - all that the process wrote on stderr, or the guest on its console; the caller frees it. */
char *worker_console(const struct worker *worker);

/* worker_said() - the last line of it, or the one that says why a guest ended; "" if none. */
void worker_said(const struct worker *worker, char *text, size_t bytes);

void worker_stop(struct worker *worker);
void worker_destroy(struct worker *worker);

/* seconds_now() - monotonic time. */
double seconds_now(void);

#endif
