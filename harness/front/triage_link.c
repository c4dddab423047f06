/* triage: workers with a planted fault, linked when they are first needed. */
/* SPDX-License-Identifier: MIT */
#include "triage.h"
#include "file.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINKER "ci/link-faults" /* in the source tree; takes a target and faults */
#define LOOK_MS 300

static bool is_newer(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec != b->st_mtim.tv_sec ? a->st_mtim.tv_sec > b->st_mtim.tv_sec
						      : a->st_mtim.tv_nsec > b->st_mtim.tv_nsec;
}

bool worker_linked(const struct target_entry *target, const char *fault)
{
	char *path = worker_path(target, fault), *plain = worker_path(target, NULL);
	struct stat linked, sound;
	bool good = stat(path, &linked) == 0 &&
		    (fault == NULL || stat(plain, &sound) != 0 || !is_newer(&sound, &linked));

	free(path);
	free(plain);
	return good;
}

/* The faults whose workers are missing: arguments of the linker, behind what stands there. */
static uint32_t missing_list(const struct triage_group *group, char **words, uint32_t count)
{
	for (uint32_t i = 0; i < group->cause_count; i++) {
		const struct change *change = &group->cause[i].change[0];

		if (change->kind == CAUSE_FAULT && change->value != 0 &&
		    !worker_linked(group->target, change->name)) {
			if (words != NULL)
				words[count] = text_format("%s", change->name);
			count++;
		}
	}
	return count;
}

/* The folder above build/worker/, if it is a source tree. */
static char *tree_folder(const struct triage_group *group)
{
	char *worker = worker_path(group->target, NULL);
	char *tail = text_format("/build/worker/%s", group->target->worker);
	char *folder = NULL, *linker;

	if (text_ends(worker, tail)) {
		folder = text_copy(worker, strlen(worker) - strlen(tail));
		linker = text_format("%s/%s", folder, LINKER);
		if (access(linker, X_OK) != 0) {
			free(folder);
			folder = NULL;
		}
		free(linker);
	}
	free(worker);
	free(tail);
	return folder;
}

/* What the linker prints is not for people: the missing workers tell. */
static pid_t linker_start(const char *folder, char **words)
{
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid != 0)
		return pid;
	if (freopen("/dev/null", "w", stdout) == NULL ||
	    freopen("/dev/null", "w", stderr) == NULL || chdir(folder) != 0)
		_exit(126);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)execv(words[0], words);
	_exit(127);
}

static void linker_wait(const struct triage *triage, const struct triage_group *group, pid_t pid,
			uint32_t wanted)
{
	int status;

	while (pid > 0 && waitpid(pid, &status, WNOHANG) == 0) {
		if (triage->progress)
			(void)fprintf(stderr, "\r\033[K%s: %u of %u planted faults linked",
				      group->target->name, wanted - missing_list(group, NULL, 0),
				      wanted);
		(void)poll(NULL, 0, LOOK_MS);
	}
	if (triage->progress)
		(void)fprintf(stderr, "\r\033[K");
}

void workers_link(const struct triage *triage, const struct triage_group *group)
{
	uint32_t wanted = missing_list(group, NULL, 0);
	char *folder = wanted > 0 ? tree_folder(group) : NULL, **words;

	if (wanted == 0)
		return;
	if (folder == NULL) {
		(void)fprintf(stderr,
			      "memoracle: %u planted faults are not linked for %s, and there is no "
			      "source tree with " LINKER " beside build/: only switches and "
			      "defects and what is linked are tried\n",
			      wanted, group->target->name);
		return;
	}
	words = memory_new(wanted + 3, sizeof(*words));
	words[0] = text_format("%s", LINKER);
	words[1] = text_format("%s", group->target->worker);
	(void)missing_list(group, words, 2);
	linker_wait(triage, group, linker_start(folder, words), wanted);
	for (uint32_t i = 0; words[i] != NULL; i++)
		free(words[i]);
	free(words);
	free(folder);
	wanted = missing_list(group, NULL, 0);
	if (wanted > 0)
		(void)fprintf(stderr,
			      "memoracle: %u planted faults could not be linked for %s: `make "
			      "faults` says why; they are not tried\n",
			      wanted, group->target->name);
}
