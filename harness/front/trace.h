/* Cases of any length: they are handed over in parts, and the state is compared in full after each. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_TRACE_H
#define MEMORACLE_FRONT_TRACE_H

#include "session.h"

/*
 * struct trace_plan - how a case is divided.
 * @part:  records of a part at most; 0: as many as a worker takes.
 * @from:  from this record on parts have @fine records instead.
 * @end:   records that are run; 0: all.
 * @ended: NULL, or told of each part that was run: the notes in the mailbox are those of its records.
 */
struct trace_plan {
	uint32_t part, from, fine, end;
	void (*ended)(void *context, const struct session *session, uint32_t base, uint32_t count);
	void *context;
};

/* trace_long() - does the case need more than one part? */
bool trace_long(const struct case_file *file);

/*
 * trace_run() - as session_case(), part by part; the mailbox has the sums of all parts, and the notes and views of the
 * last one.
 */
bool trace_run(struct session *session, const struct case_file *file, enum state_level level,
	       const struct trace_plan *plan, struct sighting *sighting, struct error *error);

/*
 * trace_prefix() - so too; where a case of several parts differs, sighting->record is the last op of the shortest
 * prefix whose state differs in the end.
 */
bool trace_prefix(struct session *session, const struct case_file *file, enum state_level level,
		  const struct trace_plan *plan, struct sighting *sighting, struct error *error);

#endif
