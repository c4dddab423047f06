/* Compact ops as the exact calls that they were in a run. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_EXACT_H
#define MEMORACLE_FRONT_EXACT_H

#include "session.h"

/*
 * struct exact_ops - of each record the exact call that its op was; row is NULL where none was made: no op, skipped,
 * or a call that has no exact form.
 */
struct exact_ops {
	struct op *op;
	uint32_t count;
};

/*
 * exact_ops_find() - runs the case to find out, at most the first OPS_MAX of its records; the mailbox keeps the views of
 * the run before.
 */
bool exact_ops_find(struct exact_ops *exact, struct session *session, const struct case_file *file,
		    struct error *error);
void exact_ops_free(struct exact_ops *exact);

/* exact_op() - the call of record @i, or NULL. */
const struct op *exact_op(const struct exact_ops *exact, uint32_t i);

/* exact_case() - the case in exact calls: what has one; expectations stay. */
void exact_case(struct case_file *file, const struct exact_ops *exact);

#endif
