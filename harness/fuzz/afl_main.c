/* A fuzz entry under AFL++: speaks its fork server's protocol, and hands it the counters that libFuzzer is guided by. */
/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../worker/coverage.h"
#include "entry.h"

/*
 * AFL++'s own driver stops its process after each case and has another one wake it: four changes between processes a
 * case. Here one process runs case after case and answers by itself, the server sleeps until it dies:
 *
 *   afl-fuzz  a word on CONTROL_FD: run the case that lies in the shared input
 *   runner    its process number on STATUS_FD, always one case ahead, so that afl-fuzz waits once a case;
 *             when the case has ended, 0
 *   server    how the runner ended, if it was in a case; then another runner
 */
#define CONTROL_FD 198
#define STATUS_FD 199

#define MAP_BYTES                                                                                  \
	(1 +                                                                                       \
	 COVERAGE_MAX) /* that a case ran, since nothing covered is an error; the model's counters */
#define HELLO                                                                                      \
	(0x80000001u | 0x40000000u | 0x01000000u |                                                 \
	 (MAP_BYTES - 1) << 1) /* map size; shared input */

/* By which afl-fuzz knows that a process runs many cases. */
__attribute__((used)) static const char many_cases[] = "##SIG_AFL_PERSISTENT##";

/* What afl-fuzz put into the shared memory named in the environment. */
struct input {
	uint32_t bytes;
	uint8_t data[];
};

static uint8_t *map;

/* How far the runner is, in memory that the server shares with it. */
enum phase { RUNNER_OPENS, RUNNER_WAITS, RUNNER_RUNS };
static volatile enum phase *phase;

void engine_cover(const uint8_t *counters, uint32_t count)
{
	map[0] = 1;
	memcpy(map + 1, counters, count);
}

static void *shared(const char *name)
{
	const char *number = getenv(name);
	void *at = number != NULL ? shmat(atoi(number), NULL, 0) : (void *)-1;

	return at != (void *)-1 ? at : NULL;
}

/* Returns: false at the end of the campaign. */
static bool word_read(uint32_t *word)
{
	return read(CONTROL_FD, word, sizeof(*word)) == sizeof(*word);
}

static void words_write(const uint32_t *words, size_t bytes)
{
	if (write(STATUS_FD, words, bytes) != (ssize_t)bytes)
		exit(0);
}

/* Runs cases to the end of the campaign, unless one of them ends it. @known: afl-fuzz has a number ahead. */
static void cases_run(int argc, char **argv, const struct input *input, bool known)
{
	uint32_t answer[2] = { 0, (uint32_t)getpid() }, word;

	LLVMFuzzerInitialize(&argc, &argv);
	if (!known)
		words_write(answer + 1, sizeof(word));
	*phase = RUNNER_WAITS;
	while (word_read(&word)) {
		*phase = RUNNER_RUNS;
		LLVMFuzzerTestOneInput(input->data, input->bytes);
		*phase = RUNNER_WAITS;
		words_write(answer, sizeof(answer));
	}
	exit(0);
}

/* Until a runner leaves by itself, as there are no more cases, or cannot open its target. */
static int runners_serve(int argc, char **argv, const struct input *input)
{
	bool known = false;
	int status;
	pid_t runner;

	for (;;) {
		*phase = RUNNER_OPENS;
		runner = fork();
		if (runner == 0)
			cases_run(argc, argv, input, known);
		if (runner < 0 || waitpid(runner, &status, 0) != runner)
			return 2;
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (*phase == RUNNER_OPENS)
			return 2;
		known = *phase == RUNNER_WAITS;
		if (!known)
			words_write(&(uint32_t){ (uint32_t)status }, sizeof(uint32_t));
	}
}

int main(int argc, char **argv)
{
	const struct input *input = shared("__AFL_SHM_FUZZ_ID");
	uint32_t word = HELLO;

	entry_become(argv, entry_name);
	map = shared("__AFL_SHM_ID");
	phase =
	    mmap(NULL, sizeof(*phase), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (map == NULL || input == NULL || phase == MAP_FAILED) {
		fprintf(stderr,
			"%s runs under afl-fuzz; build/replay/ has entries that take files\n",
			argv[0]);
		return 2;
	}
	(void)fcntl(CONTROL_FD, F_SETFD, FD_CLOEXEC);
	(void)fcntl(STATUS_FD, F_SETFD, FD_CLOEXEC);
	words_write(&word, sizeof(word));
	if (!word_read(&word)) /* whether it shares the input, as it does */
		return 2;
	return runners_serve(argc, argv, input);
}
