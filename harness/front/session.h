/* A target with its worker: cases go in, what they showed comes out. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_SESSION_H
#define MEMORACLE_FRONT_SESSION_H

#include "case_file.h"
#include "options.h"
#include "registry.h"
#include "worker_client.h"

#define SIGNATURE_MAX 160
#define FORCED_MAX 16u

/* How a hand-over ended. */
enum sighting_kind {
	SIGHTING_NONE,       /* both sides agreed */
	SIGHTING_DIFFERENCE, /* difference says where */
	SIGHTING_CRASH,      /* the worker died */
	SIGHTING_HANG,       /* the worker made no headway and was killed */
	SIGHTING_TROUBLE,    /* the host reported trouble */
};

struct sighting {
	uint32_t kind;
	uint32_t case_index; /* in the hand-over */
	uint32_t record;     /* in the case */
	uint32_t phase;      /* of a crash or hang: enum progress_phase */
	struct difference difference;
	struct stale stale; /* what the case expects and both sides contradict: no difference */
	char death[256];    /* of a crash, hang or trouble: what the process or the host said */
};

/* Sums over hand-overs. */
struct totals {
	uint64_t cases, ops, cells, wf_model, wf_target;
	uint64_t verdict[VERDICT_COUNT];
	uint64_t skipped_by[SKIP_COUNT];
	uint64_t rule_hits[RULES_MAX];
	double worker_seconds;
};

struct session {
	const struct target_entry *target;
	const struct tables *tables;
	const char *fault; /* NULL: the model as it is */
	struct worker worker;
	struct target_info info;
	uint64_t rules[RULES_BYTES_MAX / 8]; /* as detected, with the overrides */
	struct override override[OVERRIDES_MAX];
	uint32_t override_count;
	struct override forced[FORCED_MAX]; /* MEMORACLE_FORCE_RULE: found otherwise than it is */
	uint32_t forced_count;
	uint64_t fixed;        /* bit p: parameter p is overridden (the first 64) */
	uint32_t records_used; /* of the request */
	uint32_t note_base;    /* the first record that the mailbox has a note of */
	double hang_seconds;
	struct totals totals;
	char *console; /* NULL, or what the guest had said that died last */
};

/* session_profile() - name of the profile that the target has; "probed" where its switches are found out one by one. */
const char *session_profile(const struct session *session);

/* session_able() - can @target run here? The worker that was started to see is the next session's with it. */
bool session_able(const struct target_entry *target, double hang_seconds);

/*
 * session_open() - starts the target's worker and applies --profile, --rule and --set.
 * Returns: false with *error if it cannot run here.
 */
bool session_open(struct session *session, const struct target_entry *target, const char *fault,
		  const struct options *options, struct error *error);
void session_close(struct session *session);

/* session_override_number() - Returns: false if the value is out of range, or there are too many overrides. */
bool session_override_number(struct session *session, uint32_t param, uint64_t value);
/* session_rules_copy() - the overrides of another session of the domain instead of one's own. */
void session_rules_copy(struct session *to, const struct session *from);
/* session_override() - as --rule or --set on the command line. */
bool session_override(struct session *session, const char *name, const char *value,
		      struct error *error);

/* session_begin() - an empty hand-over. */
struct request *session_begin(struct session *session, enum state_level level);
/* session_add() - Returns: false if it does not fit any more. */
bool session_add(struct session *session, const uint8_t *records, uint32_t count);
/* session_go() - runs the hand-over. Returns: false only if no worker could be started again. */
bool session_go(struct session *session, struct sighting *sighting, struct error *error);
/* session_one() - both of one case, after session_begin(). Returns: false with *error, also if it does not fit. */
bool session_one(struct session *session, const uint8_t *records, uint32_t count,
		 struct sighting *sighting, struct error *error);

/*
 * session_note() - how the op of @record ended in the last run; NULL where that was in an earlier part of a long case.
 */
const struct op_note *session_note(const struct session *session, uint32_t record);

/* session_case() - one case, strict, with both views filled in; counted in the totals. Long ones run as trace.h says. */
bool session_case(struct session *session, const struct case_file *file, enum state_level level,
		  struct sighting *sighting, struct error *error);

/*
 * session_resolve() - runs the first @count records of the case, to find out what its ops were; the mailbox keeps the
 * views of the run before.
 * Returns: of each record its op with ref[] as the model resolved it, row NULL where none was applied, in memory that
 * the caller frees; NULL with *error.
 */
struct op *session_resolve(struct session *session, const struct case_file *file, uint32_t count,
			   struct error *error);

/* session_trouble() - what the host counts as trouble (kernel taint, WARN). */
uint64_t session_trouble(struct session *session, char text[TARGET_TEXT_MAX]);

/*
 * session_observe() - one more cell of the real side, as the last case left it; CELL_ABSENT if the worker
 * is gone.
 */
uint64_t session_observe(struct session *session, const struct cell *cell);

/*
 * session_needs() - the first precondition of the case that the target does not meet.
 * Returns: "RULE=V, TARGET has RULE=W" in memory that the caller frees, or NULL.
 */
char *session_needs(const struct session *session, const struct case_file *file);

double session_cpu_seconds(const struct session *session);

/* Names in a signature. */
const char *sighting_field(const struct tables *tables, const struct sighting *sighting);
const char *sighting_op(const struct case_file *file, const struct sighting *sighting);
void sighting_signature(const struct case_file *file, const struct sighting *sighting,
			char out[SIGNATURE_MAX]);
/* sighting_rule() - the rule cited, or "". */
const char *sighting_rule(const struct tables *tables, const struct sighting *sighting);
/* What each side shows, in memory that the caller frees. */
char *sighting_want(const struct case_file *file, const struct sighting *sighting);
char *sighting_seen(const struct case_file *file, const struct sighting *sighting);
/* sighting_place() - the cell or request that differs: "bin[0] 3", "request 2". */
char *sighting_place(const struct case_file *file, const struct sighting *sighting);
/* cell_name() - "bin[1] 3", the space where it is not 0, in memory that the caller frees. */
char *cell_name(const struct tables *tables, const struct cell *cell);

#endif
