/* Starts a worker process, hands requests over and notices when it crashes or hangs. */
/* SPDX-License-Identifier: MIT */
#include "worker_client.h"
#include "guest.h"
#include "inherit.h"
#include "../target/model/real.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POLL_MS 100
#define STATUS_DESCRIPTORS 125
#define CHILD_FDS 210 /* above every descriptor that a worker is given */

double seconds_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

bool worker_create(struct worker *worker, const char *path, struct error *error)
{
	*worker = (struct worker){ .command_fd = -1, .answer_fd = -1, .said_fd = -1 };
	(void)signal(SIGPIPE, SIG_IGN);
	worker->box_fd = memory_file("memoracle-mailbox", MAILBOX_FILE_BYTES);
	if (worker->box_fd < 0)
		return error_set(error, "cannot make the mailbox of %lu KiB: %s%s",
				 MAILBOX_FILE_BYTES / 1024, strerror(errno),
				 errno == EFBIG ? " (ulimit -f)" : "");
	worker->box =
	    mmap(NULL, MAILBOX_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, worker->box_fd, 0);
	if (worker->box == MAP_FAILED) {
		worker->box = NULL;
		return error_set(error, "cannot map the mailbox: %s", strerror(errno));
	}
	worker->path = text_format("%s", path);
	worker->said_fd = memory_file("memoracle-said", 0);
	return worker->said_fd >= 0 ||
	       error_set(error, "cannot make a memory file: %s", strerror(errno));
}

/* In the child, before the program: descriptors in their places, death with the parent. */
static void child_run(const struct worker *worker, int command_fd, int answer_fd, pid_t parent)
{
	char *argv[] = { worker->path, NULL };
	int null_fd = memory_file("memoracle-null", 0); /* there may be no /dev/null */
	int box = fcntl(worker->box_fd, F_DUPFD_CLOEXEC, CHILD_FDS);
	int said = fcntl(worker->said_fd, F_DUPFD_CLOEXEC, CHILD_FDS);
	int command = fcntl(command_fd, F_DUPFD_CLOEXEC, CHILD_FDS);
	int answer = fcntl(answer_fd, F_DUPFD_CLOEXEC, CHILD_FDS);

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(126);
	if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 || dup2(null_fd, STDOUT_FILENO) < 0 ||
	    dup2(said, STDERR_FILENO) < 0 || dup2(box, MAILBOX_FD) < 0 ||
	    dup2(command, COMMAND_FD) < 0 || dup2(answer, ANSWER_FD) < 0) {
		(void)dprintf(worker->said_fd, "descriptors up to %d are needed (ulimit -n 1024)\n",
			      CHILD_FDS + 10);
		_exit(STATUS_DESCRIPTORS);
	}
	(void)setpgid(0, 0); /* a signal from the terminal is for the front to judge */
	inherit_reset_worker();
	if (worker->real_model != NULL)
		(void)setenv(REAL_MODEL_ENV, worker->real_model, 1);
	if (worker->release != NULL)
		(void)setenv(REAL_RELEASE_ENV, worker->release, 1);
	if (worker->guest != NULL)
		guest_exec(worker->guest);
	else
		(void)execv(worker->path, argv);
	(void)dprintf(STDERR_FILENO, "%s\n", strerror(errno));
	_exit(127);
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

static bool guest_short(const struct worker *worker)
{
	char *console = worker_console(worker);
	bool is_short = guest_memory_short(console);

	free(console);
	return is_short;
}

static void death_note(struct worker *worker, int status, const struct rusage *usage)
{
	int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	worker->cause = DEATH_OWN;
	if (number == SIGXCPU || (number == SIGKILL && limit_cpu_spent(usage)))
		worker->cause = DEATH_CPU_LIMIT;
	if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_DESCRIPTORS)
		worker->cause = DEATH_LIMIT;
	if (number == SIGSYS)
		worker->cause = DEATH_FILTER;
	if (number == SIGKILL && oom_kills() > worker->oom_kills)
		worker->cause = DEATH_MEMORY;
	if (worker->guest != NULL && guest_short(worker))
		worker->cause = DEATH_GUEST_MEMORY;
	if (WIFSIGNALED(status))
		(void)snprintf(worker->death, sizeof(worker->death), "killed by SIG%s",
			       sigabbrev_np(WTERMSIG(status)) ? sigabbrev_np(WTERMSIG(status))
							      : "?");
	else if (worker->guest != NULL && WEXITSTATUS(status) == 0)
		(void)snprintf(worker->death, sizeof(worker->death), "ended");
	else
		(void)snprintf(worker->death, sizeof(worker->death), "exited with status %d",
			       WEXITSTATUS(status));
}

static void pause_ms(long ms)
{
	const struct timespec pause = { .tv_nsec = ms * 1000000 };

	(void)nanosleep(&pause, NULL);
}

/* Its end of the pipe is closed: it goes by itself, and shall say how, but QEMU closes first and ends then. */
static void worker_let_go(const struct worker *worker)
{
	siginfo_t info = { 0 };

	for (int i = 0; i < 100 && info.si_pid == 0; i++) {
		pause_ms(i > 0 ? 10 : 0);
		if (waitid(P_PID, (id_t)worker->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0)
			break;
	}
}

/* Waits for the end of a worker that is going, or was killed. */
static void worker_reap(struct worker *worker)
{
	struct rusage usage = { 0 };
	int status = 0;

	fd_close(&worker->command_fd);
	fd_close(&worker->answer_fd);
	if (worker->pid > 0 && wait4(worker->pid, &status, 0, &usage) == worker->pid)
		death_note(worker, status, &usage);
	worker->pid = 0;
}

static void worker_kill(struct worker *worker)
{
	if (worker->pid > 0)
		(void)kill(worker->pid, SIGKILL);
	worker_reap(worker);
}

/* What changes while a worker makes headway. */
static uint64_t progress_mark(const struct mailbox *box)
{
	return (uint64_t)box->progress.case_index << 40 ^ (uint64_t)box->progress.record << 8 ^
	       box->progress.phase ^ box->result.ops << 20;
}

/* Waits for the answer byte. A worker whose progress stands still for @hang_seconds is killed. */
static enum worker_end worker_wait(struct worker *worker, double hang_seconds)
{
	struct pollfd poll_fd = { .fd = worker->answer_fd, .events = POLLIN };
	uint64_t mark = progress_mark(worker->box);
	double since = seconds_now();
	char byte;

	for (;;) {
		int ready = poll(&poll_fd, 1, POLL_MS);

		if (ready > 0) {
			ssize_t got = read(worker->answer_fd, &byte, 1);

			if (got == 1)
				return WORKER_ANSWERED;
			if (got < 0 && errno == EINTR)
				continue;
			if (worker->guest != NULL)
				worker_let_go(worker);
			worker_kill(worker);
			return WORKER_CRASHED;
		}
		if (progress_mark(worker->box) != mark) {
			mark = progress_mark(worker->box);
			since = seconds_now();
		} else if (seconds_now() - since > hang_seconds) {
			worker_kill(worker);
			return WORKER_HUNG;
		}
	}
}

static bool worker_spawn(struct worker *worker, struct error *error)
{
	int command[2], answer[2];
	pid_t parent = getpid();

	if (pipe2(command, O_CLOEXEC) != 0)
		return error_set(error, "cannot make a pipe: %s", strerror(errno));
	if (pipe2(answer, O_CLOEXEC) != 0) {
		(void)close(command[0]);
		(void)close(command[1]);
		return error_set(error, "cannot make a pipe: %s", strerror(errno));
	}
	(void)ftruncate(worker->said_fd, 0);
	(void)lseek(worker->said_fd, 0, SEEK_SET);
	(void)fflush(NULL);
	worker->oom_kills = oom_kills();
	worker->pid = fork();
	if (worker->pid == 0)
		child_run(worker, command[0], answer[1], parent);
	(void)close(command[0]);
	(void)close(answer[1]);
	worker->command_fd = command[1];
	worker->answer_fd = answer[0];
	if (worker->pid > 0)
		return true;
	worker->pid = 0;
	worker_reap(worker);
	return error_set(error, "cannot start a process: %s%s", strerror(errno),
			 errno == EAGAIN ? " (ulimit -u, or the control group's pids.max)" : "");
}

/* What to do about a worker that ended before its target was open. */
static void start_advice(const struct worker *worker, char *text, size_t bytes)
{
	char limits[100];

	inherit_limits(limits, sizeof(limits));
	if (worker->cause == DEATH_LIMIT)
		(void)snprintf(text, bytes, "raise the limit");
	else if (worker->cause == DEATH_FILTER)
		(void)snprintf(text, bytes,
			       "a seccomp filter kills it: use one that refuses calls");
	else if (worker->cause == DEATH_MEMORY)
		(void)snprintf(text, bytes, "memory is short: see the control group's limit");
	else if (limits[0] != '\0')
		(void)snprintf(text, bytes, "raise %s", limits);
	else
		(void)snprintf(text, bytes, "run `make`");
}

/* A worker, or a guest around it, that did not come as far as its target. */
static bool start_failed(const struct worker *worker, enum worker_end end, struct error *error)
{
	const char *how = end == WORKER_HUNG ? "hung" : worker->death;
	char said[256], advice[160];

	worker_said(worker, said, sizeof(said));
	if (worker->guest != NULL)
		return error_set(error, "the guest %s at boot%s%s", how, said[0] ? ": " : "", said);
	start_advice(worker, advice, sizeof(advice));
	return error_set(error, "worker %s %s before its target was open%s%s; %s", worker->path,
			 how, said[0] ? ": " : "", said, advice);
}

bool worker_start(struct worker *worker, double hang_seconds, struct error *error)
{
	struct mailbox *box = worker->box;
	enum worker_end end;

	worker_stop(worker);
	box->magic = MAILBOX_MAGIC;
	box->version = MAILBOX_VERSION;
	box->bytes = sizeof(*box);
	box->open_status = -1;
	if (!worker_spawn(worker, error))
		return false;
	worker->starts++;
	end = worker_wait(worker, hang_seconds);
	return end == WORKER_ANSWERED || start_failed(worker, end, error);
}

enum worker_end worker_serve_request(struct worker *worker, double hang_seconds)
{
	char byte = 0;

	if (worker->pid <= 0)
		return WORKER_CRASHED;
	if (write(worker->command_fd, &byte, 1) != 1) {
		worker_kill(worker);
		return WORKER_CRASHED;
	}
	return worker_wait(worker, hang_seconds);
}

char *worker_console(const struct worker *worker)
{
	off_t size = lseek(worker->said_fd, 0, SEEK_END);
	char *text = memory_new(size > 0 ? (size_t)size + 1 : 1, 1);
	ssize_t got = size > 0 ? pread(worker->said_fd, text, (size_t)size, 0) : 0;

	text[got > 0 ? got : 0] = '\0';
	return text;
}

static const char *line_last(char *text)
{
	char *line;

	for (size_t i = strlen(text); i > 0 && (text[i - 1] == '\n' || text[i - 1] == '\r'); i--)
		text[i - 1] = '\0';
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}

void worker_said(const struct worker *worker, char *text, size_t bytes)
{
	char *console = worker_console(worker);

	if (worker->guest == NULL || !guest_said(console, text, bytes))
		(void)snprintf(text, bytes, "%s", line_last(console));
	free(console);
}

void worker_stop(struct worker *worker)
{
	if (worker->pid > 0 && worker->guest == NULL) {
		/* End of file tells it to leave; one that does not is killed, and a guest has nothing to lose. */
		fd_close(&worker->command_fd);
		for (int i = 0; i < 50; i++) {
			int status = 0;

			if (waitpid(worker->pid, &status, WNOHANG) == worker->pid) {
				worker->pid = 0;
				break;
			}
			pause_ms(2);
		}
	}
	worker_kill(worker);
}

void worker_destroy(struct worker *worker)
{
	if (worker->path == NULL)
		return;
	worker_stop(worker);
	if (worker->box != NULL)
		(void)munmap(worker->box, MAILBOX_BYTES);
	fd_close(&worker->box_fd);
	fd_close(&worker->said_fd);
	guest_destroy(worker->guest);
	free(worker->path);
	free(worker->real_model);
	worker->path = NULL;
}
