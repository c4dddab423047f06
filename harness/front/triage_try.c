/* triage: replays the findings under each change of the model. */
/* SPDX-License-Identifier: MIT */
#include "triage.h"
#include <stdio.h>

/* The fault that the cause's worker has: the one of the conditions, unless the cause plants one or takes it out. */
static const char *cause_fault(const struct triage_group *group, const struct cause *cause)
{
	for (uint32_t i = 0; i < cause->change_count; i++)
		if (cause->change[i].kind == CAUSE_FAULT)
			return cause->change[i].value ? cause->change[i].fault->name : NULL;
	return group->fault;
}

static bool has_own_worker(const struct cause *cause)
{
	for (uint32_t i = 0; i < cause->change_count; i++)
		if (cause->change[i].kind == CAUSE_FAULT)
			return true;
	return false;
}

/* The worker with that fault; causes that need the same one come one after another. */
static struct session *other_enter(struct triage_group *group, const char *fault,
				   struct error *error)
{
	const struct options plain = { .hang_seconds = group->session.hang_seconds };

	if (group->other_open && group->other_fault == fault)
		return &group->other;
	if (group->other_open)
		session_close(&group->other);
	group->other_fault = fault;
	group->other_open = session_open(&group->other, group->target, fault, &plain, error);
	return group->other_open ? &group->other : NULL;
}

struct session *cause_enter(struct triage_group *group, const struct cause *cause,
			    struct error *error)
{
	struct session *session = has_own_worker(cause)
				      ? other_enter(group, cause_fault(group, cause), error)
				      : &group->session;

	if (session == NULL)
		return NULL;
	session_rules_copy(session, &group->base);
	for (uint32_t i = 0; i < cause->change_count; i++)
		if (cause->change[i].kind != CAUSE_FAULT)
			(void)session_override_number(session, cause->change[i].param,
						      cause->change[i].value);
	return session;
}

/* Most causes are told apart by a look at what each op touched; the few others are looked at in full. */
static bool finding_try(struct session *session, const struct triage_finding *finding,
			bool *explained, bool *moved, struct error *error)
{
	static const enum state_level levels[] = { STATE_TOUCHED, STATE_FULL };
	struct sighting seen;

	for (uint32_t i = 0; i < 2; i++) {
		if (!finding_replay(session, finding, levels[i], &seen, error))
			return false;
		*explained = seen.kind == SIGHTING_NONE && finding_held(session, finding);
		*moved = seen.kind != SIGHTING_NONE && !sighting_equal(&seen, &finding->seen);
		if (!*explained)
			break;
	}
	return true;
}

/* When the real side itself dies, no change of the model explains it: whatever the model says, it dies. */
static bool may_be_explained(const struct triage_finding *finding)
{
	bool died = finding->seen.kind == SIGHTING_CRASH || finding->seen.kind == SIGHTING_HANG;

	return finding->state == TRIAGE_DIFFERS && (!died || finding->seen.phase == PHASE_MODEL);
}

/* A cause whose worker is not there, or does not run, was not tried. */
static bool cause_try(struct triage_group *group, struct cause *cause)
{
	struct error error;
	struct session *session;
	bool good =
	    !has_own_worker(cause) || worker_linked(group->target, cause_fault(group, cause));

	session = good ? cause_enter(group, cause, &error) : NULL;
	good = session != NULL;
	for (uint32_t i = 0; good && i < group->finding_count; i++)
		if (may_be_explained(group->finding[i]))
			good = finding_try(session, group->finding[i], &cause->explains[i],
					   &cause->moves[i], &error);
	return good;
}

static void progress_show(const struct triage *triage, const struct triage_group *group, uint32_t i)
{
	if (triage->progress)
		(void)fprintf(stderr, "\r\033[K%s: %u of %u changes of the model",
			      group->target->name, i, group->cause_count);
}

void group_try(struct triage *triage, struct triage_group *group, uint32_t first)
{
	for (uint32_t i = first; i < group->cause_count && !triage_time_is_up(triage); i++) {
		progress_show(triage, group, i);
		if (cause_try(group, &group->cause[i]))
			group->tried++;
		else
			group->not_linked += group->cause[i].change_count == 1;
	}
	if (triage->progress)
		(void)fprintf(stderr, "\r\033[K");
}
