/* triage: which change of the model explains which findings. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_TRIAGE_H
#define MEMORACLE_FRONT_TRIAGE_H

#include "finding.h"
#include "options.h"
#include <jansson.h>

/* What a finding turned out to be when it was replayed. */
enum triage_state {
	TRIAGE_DIFFERS, /* in every replay */
	TRIAGE_FLAKY,   /* in some: no cause is looked for */
	TRIAGE_AGREES,  /* in none: the model predicts it here */
	TRIAGE_SKIPPED, /* the target lacks a precondition */
};

struct triage_finding {
	char *path;
	struct case_file file; /* cut behind the op that differs */
	const struct target_entry *target;
	enum triage_state state;
	struct sighting seen; /* under the conditions that it was found under */
	char signature[SIGNATURE_MAX];
	uint32_t shown, replays;
	uint64_t skipped; /* ops, up to the one that differs */
	bool idle;        /* that op was skipped itself: the end of the case is charged to it */
	bool explained;
};

/* In the order in which equals are named: the smallest change of the model first. */
enum cause_kind { CAUSE_SWITCH, CAUSE_DEFECT, CAUSE_FAULT, CAUSE_PAIR, CAUSE_KINDS };

/* One change of the model. */
struct change {
	enum cause_kind kind;
	const struct rule_row *rule; /* NULL if the table has no row of that name */
	const char *name;            /* of the switch, defect or fault */
	uint32_t param;              /* of a switch or defect */
	uint64_t value;              /* its value; of a fault: 1 planted, 0 taken out */
	const struct fault_entry *fault;
};

#define CHANGES_MAX 8u

/* A campaign under a cause. */
struct trial {
	uint64_t agreed;               /* ops */
	bool differs;                  /* it ended with a difference: */
	char signature[SIGNATURE_MAX]; /* this one */
};

/*
 * struct cause - a change of the model, a pair, or all that were named, and what came of it in its group's findings.
 * @explains: by finding: model and target agree, and no fewer ops were compared. @moves: they differ otherwise.
 * @same_as:  index of the cause that was named for the same findings and held no longer, or -1.
 */
struct cause {
	struct change change[CHANGES_MAX];
	uint32_t change_count;
	bool *explains, *moves;
	struct trial trial;
	int same_as;
};

/* Findings of one target that were made under the same conditions. */
struct triage_group {
	const struct target_entry *target;
	char *conditions;
	const char *fault; /* planted when they were found; NULL: none */
	struct triage_finding **finding;
	uint32_t finding_count;
	struct session base;    /* under the conditions: rules, not the worker */
	struct session session; /* for causes that need no other worker */
	struct session other;   /* with another fault: the last one that was needed */
	const char *other_fault;
	bool other_open;
	struct cause *cause;
	uint32_t cause_count;
	uint32_t *named; /* indices of the causes that explain most, as they were found */
	uint32_t named_count;
	struct cause *together; /* all that were named, if there are several */
	uint32_t tried;
	uint32_t not_linked; /* single causes whose worker is not there */
};

/* How much is tried. */
struct triage_limits {
	bool link;            /* make the workers of faults that are not there */
	uint64_t tie_ops;     /* campaign that tells apart what explains the same; 0: none */
	uint64_t confirm_ops; /* campaign under each cause that is named; 0: none */
	double seconds;       /* nothing more is tried after so long; 0: no limit */
};

struct triage {
	const struct options *options;
	struct triage_limits limits;
	struct triage_finding *finding;
	uint32_t finding_count;
	struct triage_group *group;
	uint32_t group_count;
	double started, seconds;
	bool progress; /* on a terminal */
};

/* ---- the whole */

/* triage_add() - a finding, or those of a folder, each file once. Returns: false with *error. */
bool triage_add(struct triage *triage, const char *path, struct error *error);
/* triage_run() - replays the findings, looks for causes and confirms them. Returns: false with *error. */
bool triage_run(struct triage *triage, struct error *error);
void triage_free(struct triage *triage);
bool triage_time_is_up(const struct triage *triage);

/* triage_campaign() - the end of a campaign: its findings, with what is linked, within a few seconds. */
void triage_campaign(const struct finding_list *findings, double hang_seconds);
/* triage_explain() - explain's lines `causes`. */
void triage_explain(const struct options *options);

/* ---- its steps, one a file */

/* group_open() - a session under the group's conditions, in which every finding is replayed. */
bool group_open(struct triage_group *group, const struct options *options, struct error *error);
/* finding_replay() - one replay under @session. Returns: false only if no worker runs. */
bool finding_replay(struct session *session, const struct triage_finding *finding,
		    enum state_level level, struct sighting *seen, struct error *error);
/* finding_held() - after a replay without a difference: was the op compared that differed, and none more skipped? */
bool finding_held(const struct session *session, const struct triage_finding *finding);
/* sighting_equal() - the same difference at the same op, with the same values. */
bool sighting_equal(const struct sighting *a, const struct sighting *b);

/*
 * group_undoes() - what takes back what the model was told when the findings were made: the first suspects.
 * group_causes() - all other single changes. group_pairs() - two at once, for what no single one explains.
 */
void group_undoes(struct triage_group *group);
void group_causes(struct triage_group *group);
void group_pairs(struct triage_group *group);

/* group_try() - replays the findings under the causes from @first on. */
void group_try(struct triage *triage, struct triage_group *group, uint32_t first);
/* cause_enter() - a session with the change made, until the next call; NULL with *error. */
struct session *cause_enter(struct triage_group *group, const struct cause *cause,
			    struct error *error);

/* group_cover() - the smallest set of causes that explains most. */
bool group_cover(struct triage *triage, struct triage_group *group, struct error *error);
/* group_together() - a campaign under all causes that were named, if there are several. */
bool group_together(struct triage *triage, struct triage_group *group, struct error *error);
/* trial_run() - cases of a seed and variants of the findings under @cause, until @ops agreed or the sides differ. */
bool trial_run(struct triage_group *group, struct cause *cause, uint64_t ops, struct error *error);

/* workers_link() - makes the workers with a fault planted that are missing; says what is in the way. */
void workers_link(const struct triage *triage, const struct triage_group *group);
/* worker_linked() - is the worker there, and as new as the one without a fault? */
bool worker_linked(const struct target_entry *target, const char *fault);

enum cause_kind cause_kind(const struct cause *cause);
const char *cause_kind_name(const struct cause *cause);
/* cause_name() - "merge_unfaulted", "a+b", for the caller to free. */
char *cause_name(const struct cause *cause);
/* cause_explains() - how many of its group's findings. */
uint32_t cause_explains(const struct triage_group *group, const struct cause *cause);

/* ---- what is told */

/* triage_status() - 0 all explained, 1 some not. */
int triage_status(const struct triage *triage);
void triage_print(const struct triage *triage);
/* triage_causes_print() - of the one finding of explain: every cause that explains it. */
void triage_causes_print(const struct triage *triage);
/* triage_json() - the document that --json asks for. */
json_t *triage_json(const struct triage *triage, int status);

#endif
