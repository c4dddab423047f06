/* Other real sides of a campaign: what each of them does in a case that differs, and so who stands alone. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_BESIDE_H
#define MEMORACLE_FRONT_BESIDE_H

#include "session.h"

#define SIDES_MAX 8u

/* struct beside - sessions of the sides other than the one whose campaign it is. */
struct beside {
	struct session *session; /* not in place: a small stack has no room for them */
	uint32_t count;
};

/*
 * sides_split() - "vma/live,vma/source" as names; a comma that no target follows belongs to the name before
 * (vma/model@thp_align=1,mdwe=1).
 * Returns: how many, at most SIDES_MAX; the caller frees each.
 */
uint32_t sides_split(const char *text, char *name[SIDES_MAX]);

/* beside_open() - all of @name but @own. Returns: false with *error if one cannot run, or is of another domain. */
bool beside_open(struct beside *beside, char *const *name, uint32_t count, uint32_t own,
		 const struct options *options, struct error *error);
void beside_close(struct beside *beside);

/*
 * beside_ask() - runs @file, which showed @sighting on @own, on the others, and notes in its metadata how each ends and
 * who stands alone: one side, if all others agree with the model; the model, if all sides show the same.
 * Returns: false with *error if a worker could not be started again.
 */
bool beside_ask(struct beside *beside, struct case_file *file, const struct session *own,
		const struct sighting *sighting, struct error *error);

#endif
