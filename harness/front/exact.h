/* Compact ops as the exact calls that they were in a run. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_EXACT_H
#define MEMORACLE_FRONT_EXACT_H

#include "form.h"
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

/* exact_arg_name() - the argument of the op's call that is ref[@ref], or "" where the call has no exact form. */
const char *exact_arg_name(const struct tables *tables, const struct op *op, uint32_t ref);

/* skip_print() - why the op was skipped, and by which argument: "unmodelled: flags". Returns: @out. */
const char *skip_print(const struct tables *tables, const struct op *op, const struct op_note *note,
		       char out[FORM_TEXT_MAX]);

/* exact_case() - the case in exact calls: what has one; expectations stay. */
void exact_case(struct case_file *file, const struct exact_ops *exact);

#endif
