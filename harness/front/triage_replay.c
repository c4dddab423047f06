/* triage: replays findings, as they were found and under a change of the model. */
/* SPDX-License-Identifier: MIT */
#include "triage.h"
#include "subject.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HANG_SECONDS 2.0 /* of a replay: what differed in a campaign took no longer */

/* A planted fault may break the invariant: where the cells are equal, that is no difference between the sides. */
bool finding_replay(struct session *session, const struct triage_finding *finding,
		    enum state_level level, struct sighting *seen, struct error *error)
{
	bool again = finding->seen.kind == SIGHTING_DIFFERENCE;

	session_begin(session, level)->wf_every =
	    !again || finding->seen.difference.kind == DIFFERENCE_WF;
	return session_one(session, finding->file.records, finding->file.record_count, seen, error);
}

bool finding_held(const struct session *session, const struct triage_finding *finding)
{
	const struct result *result = &session->worker.box->result;
	const struct op_note *note = session_note(session, finding->seen.record);
	uint32_t verdict = note != NULL ? note->verdict : VERDICT_COUNT;

	return (verdict == VERDICT_AGREE || verdict == VERDICT_OPEN || finding->idle) &&
	       result->verdict[VERDICT_SKIPPED] <= finding->skipped;
}

bool sighting_equal(const struct sighting *a, const struct sighting *b)
{
	const struct difference *x = &a->difference, *y = &b->difference;

	return a->kind == b->kind && a->record == b->record && x->kind == y->kind &&
	       x->field == y->field && x->space == y->space && x->key == y->key &&
	       x->want == y->want && x->seen == y->seen &&
	       x->want_outcome.err == y->want_outcome.err &&
	       x->want_outcome.value[0] == y->want_outcome.value[0];
}

/* The first replay says where it differs: what comes after plays no part. */
static bool finding_first(struct session *session, struct triage_finding *finding,
			  struct error *error)
{
	const struct result *result = &session->worker.box->result;
	const struct op_note *note;

	if (!finding_replay(session, finding, STATE_FULL, &finding->seen, error))
		return false;
	finding->replays = 1;
	if (finding->seen.kind == SIGHTING_NONE)
		return true;
	note = session_note(session, finding->seen.record);
	finding->shown = 1;
	finding->skipped = result->verdict[VERDICT_SKIPPED];
	finding->idle = note != NULL && note->verdict == VERDICT_SKIPPED;
	sighting_signature(&finding->file, &finding->seen, finding->signature);
	case_cut(&finding->file, finding->seen.record);
	return true;
}

/* The others say whether it does so every time. One that agreed at first may differ later. */
static bool finding_settle_state(struct session *session, struct triage_finding *finding,
				 struct error *error)
{
	if (!finding_first(session, finding, error))
		return false;
	while (finding->replays < finding_replays(&finding->seen)) {
		struct triage_finding again = *finding;

		if (!finding_replay(session, finding, STATE_FULL, &again.seen, error))
			return false;
		finding->shown += finding->shown > 0
				      ? sighting_same(&finding->file, &again.seen, &finding->seen)
				      : again.seen.kind != SIGHTING_NONE;
		finding->replays++;
	}
	finding->state = finding->shown == finding->replays ? TRIAGE_DIFFERS
			 : finding->shown > 0               ? TRIAGE_FLAKY
							    : TRIAGE_AGREES;
	return true;
}

bool group_open(struct triage_group *group, const struct options *options, struct error *error)
{
	const struct case_file *first = &group->finding[0]->file;
	struct session *session = &group->session;

	if (!session_open(session, group->target, group->fault, options, error))
		return false;
	if (session->hang_seconds > HANG_SECONDS)
		session->hang_seconds = HANG_SECONDS;
	if (options->assign_count == 0 && options->profile == NULL &&
	    !subject_rules(session, first, error))
		return false;
	group->base = *session;
	for (uint32_t i = 0; i < group->finding_count; i++) {
		struct triage_finding *finding = group->finding[i];
		char *need = session_needs(session, &finding->file);

		if (need != NULL)
			finding->state = TRIAGE_SKIPPED;
		else if (!finding_settle_state(session, finding, error))
			return false;
		free(need);
	}
	return true;
}
