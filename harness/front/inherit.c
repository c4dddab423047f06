/* What our processes inherit from whoever started them, and must not: specs/vma-inherited.md lists it. */
/* SPDX-License-Identifier: MIT */
#include "inherit.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Newer than the headers that this is built with. */
#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#endif
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u
#endif

#define KIBIBYTE 1024u

/* A descriptor that is closed would become a file of ours, for anybody to write into: reading and writing it fails. */
static void descriptors_fill(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/", O_RDONLY | O_DIRECTORY);
}

bool descriptor_writable(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

/* The soft limit goes up to the hard one; with @beyond there is none at all any more, where that is allowed. */
static void limit_lift(__rlimit_resource_t resource, bool beyond)
{
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0 || (beyond && setrlimit(resource, &none) == 0))
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(resource, &limit);
}

/* The last second of CPU time is announced by SIGXCPU, which can be told from any other death. */
static void limit_announce(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CPU, &limit) != 0 || limit.rlim_max == RLIM_INFINITY ||
	    limit.rlim_cur < limit.rlim_max || limit.rlim_max < 2)
		return;
	limit.rlim_cur = limit.rlim_max - 1;
	(void)setrlimit(RLIMIT_CPU, &limit);
}

void inherit_reset(void)
{
	descriptors_fill();
	(void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of write() */
	(void)signal(SIGCHLD, SIG_DFL); /* else nobody learns how a worker ended */
	limit_lift(RLIMIT_NOFILE, false);
	limit_announce();
}

void inherit_reset_worker(void)
{
	static const __rlimit_resource_t lifted[] = { RLIMIT_AS, RLIMIT_DATA, RLIMIT_FSIZE,
						      RLIMIT_MEMLOCK };
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	for (size_t i = 0; i < sizeof(lifted) / sizeof(lifted[0]); i++)
		limit_lift(lifted[i], true);
	(void)personality(PER_LINUX);
	(void)prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
	(void)prctl(PR_SET_MEMORY_MERGE, 0, 0, 0, 0);
}

void inherit_limits(char *text, size_t bytes)
{
	static const struct {
		__rlimit_resource_t resource;
		char option;
	} rows[] = { { RLIMIT_AS, 'v' }, { RLIMIT_DATA, 'd' }, { RLIMIT_STACK, 's' } };
	struct rlimit limit;
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (getrlimit(rows[i].resource, &limit) == 0 && limit.rlim_max != RLIM_INFINITY &&
		    used < bytes)
			used += (size_t)snprintf(text + used, bytes - used, "%s-%c %llu",
						 used == 0 ? "ulimit " : ", ", rows[i].option,
						 (unsigned long long)limit.rlim_max / KIBIBYTE);
}

int memory_file(const char *name, off_t bytes)
{
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit limit = none;
	int fd = memfd_create(name, MFD_CLOEXEC), error;

	if (fd < 0 && errno == EACCES) /* vm.memfd_noexec = 2 */
		fd = memfd_create(name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);
	if (fd < 0)
		return -1;
	(void)getrlimit(RLIMIT_FSIZE, &limit);
	if (setrlimit(RLIMIT_FSIZE, &none) != 0)
		limit_lift(RLIMIT_FSIZE, false);
	error = ftruncate(fd, bytes) != 0 ? errno : 0;
	(void)setrlimit(RLIMIT_FSIZE, &limit);
	if (error == 0)
		return fd;
	(void)close(fd);
	errno = error;
	return -1;
}

bool limit_cpu_spent(const struct rusage *usage)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_CPU, &limit) == 0 && limit.rlim_max != RLIM_INFINITY &&
	       (rlim_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) + 1 >= limit.rlim_max;
}

unsigned long long oom_kills(void)
{
	FILE *file = fopen("/proc/vmstat", "re");
	unsigned long long count = 0;
	char line[128];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "oom_kill %llu", &count) == 1)
			break;
	if (file != NULL)
		(void)fclose(file);
	return count;
}
