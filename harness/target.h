/* A real implementation under test, behind a few functions. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_HARNESS_TARGET_H
#define MEMORACLE_HARNESS_TARGET_H

#include "../model/model.h"

#define TARGET_TEXT_MAX 192

/* What a target is, as text for people and reports. Empty strings where unknown. */
struct target_info {
	char version[TARGET_TEXT_MAX];  /* "glibc 2.36", "Linux 6.18.44" */
	char package[TARGET_TEXT_MAX];  /* "libc6-dev 2.36-9+deb12u14" */
	char build_id[TARGET_TEXT_MAX]; /* hex */
	char profile[TARGET_TEXT_MAX];  /* profile whose switches it was found to have */
	char why_not[TARGET_TEXT_MAX];  /* one line: why it cannot run here, and how to mend it */
	char skips[TARGET_TEXT_MAX]; /* what this host, or what we inherited, keeps it from doing */
};

/* info_set() - a text into a field of struct target_info; what does not fit is cut. */
static inline void info_set(char to[TARGET_TEXT_MAX], const char *from)
{
	uint32_t i = 0;

	for (; i < TARGET_TEXT_MAX - 1 && from[i] != '\0'; i++)
		to[i] = from[i];
	to[i] = '\0';
}

/*
 * struct target - freestanding (raw system calls only; a live libc target may read its process).
 * Memory that a target needs is static or mapped once in open().
 *
 * open:    once per worker; makes the target ready, detects switches into *rules (the domain's rules
 *          struct, already holding the initial values) and fills *info. 0, or -errno with why_not set.
 * reset:   the empty state under *rules; about a microsecond in process. 0, or -errno when the rules
 *          (settings) cannot be set here: the case is then skipped with SKIP_PRECONDITION.
 * supports: NULL, or whether the host can do this op, which the model admitted, at all.
 * apply:   does op->ref; fills *seen, and os->seen[] with the requests made.
 * observe: the values of cells whose field, space and key are given: seen[i] of cell[i], CELL_ABSENT where
 *          there is no such thing; any key is safe.
 * finish:  NULL, or at the end of some cases, when nothing is asked of it any more before the next reset: ends the
 *          process with a message if something is wrong.
 * trouble: NULL, or at the start and end of a campaign: a number that grows when the host reported
 *          trouble (kernel taint, WARN); text says what.
 */
struct target {
	const char *name; /* "vma/live" */
	const struct model *model;
	int (*open)(void *rules, struct target_info *info);
	int (*reset)(const void *rules);
	bool (*supports)(const struct op *op);
	void (*apply)(const struct op *op, struct outcome *seen, struct os *os);
	void (*observe)(const struct cell *cell, uint32_t count, uint64_t *seen);
	void (*finish)(void);
	uint64_t (*trouble)(char text[TARGET_TEXT_MAX]);
};

/* The one target and model of a worker or an in-process fuzz entry; defined in the target's file. */
extern const struct target worker_target;

#endif
