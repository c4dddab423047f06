/* triage: replays the findings under each change of the model. */
/* SPDX-License-Identifier: MIT */
#include "triage.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES_MAX 8u

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

/* ---- on several processors: most of the time goes into starting workers, so the faults are shared out */

/* What a process found of one cause; for each finding a bool, explains and then moves. */
struct share {
	uint32_t first, count; /* causes */
	uint32_t processes;
	bool *tried, *found; /* in memory that all processes have */
	size_t bytes;
};

static bool share_open(struct share *share, const struct triage_group *group, uint32_t first)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	share->first = first;
	share->count = group->cause_count - first;
	share->processes = processors < 1                     ? 1
			   : processors > (long)PROCESSES_MAX ? PROCESSES_MAX
							      : (uint32_t)processors;
	share->bytes = (size_t)share->count * (1 + 2 * (size_t)group->finding_count);
	share->tried =
	    mmap(NULL, share->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (share->count == 0 || share->tried == MAP_FAILED)
		return false;
	share->found = share->tried + share->count;
	return true;
}

/* Which process tries the cause? All that need the same worker go to the same one, all that need none to the first. */
static uint32_t share_of(const struct share *share, const struct cause *cause)
{
	for (uint32_t i = 0; i < cause->change_count; i++)
		if (cause->change[i].kind == CAUSE_FAULT && cause->change[i].value != 0)
			return (uint32_t)(cause->change[i].fault - fault_entries) %
			       share->processes;
	return 0;
}

static void progress_show(const struct triage *triage, const struct triage_group *group, uint32_t i)
{
	if (triage->progress)
		(void)fprintf(stderr, "\r\033[K%s: %u of %u changes of the model",
			      group->target->name, i, group->cause_count);
}

static void share_try(const struct triage *triage, struct triage_group *group,
		      const struct share *share, uint32_t process)
{
	uint32_t findings = group->finding_count;

	for (uint32_t i = 0; i < share->count && !triage_time_is_up(triage); i++) {
		struct cause *cause = &group->cause[share->first + i];
		bool *found = share->found + (size_t)i * 2 * findings;

		if (share_of(share, cause) != process)
			continue;
		if (process == 0)
			progress_show(triage, group, share->first + i);
		share->tried[i] = cause_try(group, cause);
		memcpy(found, cause->explains, findings);
		memcpy(found + findings, cause->moves, findings);
	}
}

/* In a process of its own: the workers that the parent has are not touched. */
static pid_t share_start(const struct triage *triage, struct triage_group *group,
			 const struct share *share, uint32_t process)
{
	pid_t pid, parent = getpid();

	(void)fflush(NULL);
	pid = fork();
	if (pid != 0)
		return pid;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(1);
	group->other_open = false;
	share_try(triage, group, share, process);
	if (group->other_open)
		session_close(&group->other);
	_exit(0);
}

/* What another process found is told; a process that died has tried nothing more. */
static void share_take(struct triage_group *group, const struct share *share)
{
	uint32_t findings = group->finding_count;

	for (uint32_t i = 0; i < share->count; i++) {
		struct cause *cause = &group->cause[share->first + i];
		const bool *found = share->found + (size_t)i * 2 * findings;

		memcpy(cause->explains, found, findings);
		memcpy(cause->moves, found + findings, findings);
		group->tried += share->tried[i];
		group->not_linked += !share->tried[i] && cause->change_count == 1;
	}
}

void group_try(struct triage *triage, struct triage_group *group, uint32_t first)
{
	struct share share;
	pid_t pid[PROCESSES_MAX];

	if (!share_open(&share, group, first))
		return;
	for (uint32_t i = 1; i < share.processes; i++)
		pid[i] = share_start(triage, group, &share, i);
	share_try(triage, group, &share, 0);
	for (uint32_t i = 1; i < share.processes; i++) {
		if (pid[i] < 0)
			share_try(triage, group, &share, i);
		else
			(void)waitpid(pid[i], NULL, 0);
	}
	share_take(group, &share);
	(void)munmap(share.tried, share.bytes);
	if (triage->progress)
		(void)fprintf(stderr, "\r\033[K");
}
