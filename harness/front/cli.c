/* The command line: a table of commands, a table of options, and what they share. */
/* SPDX-License-Identifier: MIT */
#include "error.h"
#include "file.h"
#include "form.h"
#include "inherit.h"
#include "options.h"
#include "registry.h"
#include "../worker/result.h"
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANY_NUMBER 1000000

struct command {
	const char *name;
	const char *usage;
	int arg_min, arg_max;
	int (*run)(const struct options *options);
	const char *help;
};

static const struct command commands[] = {
	{ "list", "", 0, 0, command_list, "targets on this host, or why not" },
	{ "run", "TARGET...", 1, ANY_NUMBER, command_run,
	  "a campaign: cases from a seed; A,B: the same on both, and who stands alone" },
	{ "calibrate", "TARGET...", 1, ANY_NUMBER, command_calibrate,
	  "does the model know what runs here? 0 yes, 1 it differs in a few ways, 2 in many" },
	{ "replay", "FILE...", 1, ANY_NUMBER, command_replay,
	  "run cases: files, text, raw with --target" },
	{ "show", "FILE", 1, 1, command_show, "a case as text, or with --format json as JSON" },
	{ "encode", "FILE.ops -o FILE", 1, 1, command_encode, "text to a case file" },
	{ "shrink", "FILE [-o OUT]", 1, 1, command_shrink,
	  "the smallest case with the same signature" },
	{ "explain", "FILE", 1, 1, command_explain, "the first difference, both sides, the rule" },
	{ "cgen", "[--check] FILE -o OUT.c", 1, 1, command_cgen, "a stand-alone C program" },
	{ "predict", "FILE [--profile P]...", 1, 1, command_predict,
	  "the model alone: each call's result under a release's rules" },
	{ "triage", "FILE|FOLDER...", 1, ANY_NUMBER, command_triage,
	  "the causes of findings: which change of the model explains which" },
	{ "generate", "DOMAIN [-o OUT]", 1, 1, command_generate,
	  "a case of --ops ops from --seed, of any length" },
	{ "import", "FORMAT FILE [-o OUT]", 2, 2, command_import,
	  "a case from the output of strace, memory-replay or syz" },
	{ "faults", "DOMAIN", 1, 1, command_faults, "planted model faults" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

enum option_id {
	OPTION_SEED = 256,
	OPTION_OPS,
	OPTION_TIME,
	OPTION_STATE,
	OPTION_FULL_EVERY,
	OPTION_SHARD,
	OPTION_STOP,
	OPTION_NO_CALIBRATE,
	OPTION_NO_GUESTS,
	OPTION_HANG,
	OPTION_TARGET,
	OPTION_PROFILE,
	OPTION_CHECK,
	OPTION_PID,
	OPTION_FORMAT,
	OPTION_EXACT,
	OPTION_RULE,
	OPTION_SET,
	OPTION_FAULT,
	OPTION_OUT,
	OPTION_JSON,
	OPTION_HELP,
	OPTION_VERSION,
};

/* @takes: what a value must be, where that is not plain. */
static const struct {
	const char *name, *value, *help;
	int id;
	const char *takes;
} option_rows[] = {
	{ "seed", "N", "of the campaign (1)", OPTION_SEED, "0 to 9223372036854775807" },
	{ "ops", "N", "stop after N ops, in each shard its share", OPTION_OPS,
	  "1 to 9223372036854775807" },
	{ "time", "S",
	  "run: stop after S seconds (10, if there is no --ops); shrink: try for S (1.5)",
	  OPTION_TIME, "seconds above 0, below 1e9" },
	{ "state", "touched|full|end",
	  "what is compared after each op (run: touched; else: full); predict: full or end, the "
	  "state that is shown",
	  OPTION_STATE, "touched, full or end" },
	{ "full-every", "N",
	  "replay: compare the whole state after each N records too (65536, in longer cases)",
	  OPTION_FULL_EVERY, "1 to 65536" },
	{ "shard", "I/N", "only every N-th case", OPTION_SHARD,
	  "I/N, I from 1 to N, N up to 4294967295" },
	{ "stop", NULL, "stop at the first finding", OPTION_STOP, NULL },
	{ "no-calibrate", NULL, "run: start the campaign whatever runs here", OPTION_NO_CALIBRATE,
	  NULL },
	{ "no-guests", NULL, "list: leave out the guests, which take seconds to boot",
	  OPTION_NO_GUESTS, NULL },
	{ "hang", "S", "a worker without headway for S seconds hangs (10)", OPTION_HANG,
	  "seconds above 0, below 1e9" },
	{ "target", "TARGET", "run cases there", OPTION_TARGET, NULL },
	{ "profile", "P", "the model's switches, instead of those detected", OPTION_PROFILE, NULL },
	{ "check", NULL,
	  "predict: compare with the results that the case expects; cgen: a program that checks "
	  "every result of a case that agrees, as TAP",
	  OPTION_CHECK, NULL },
	{ "format", "text|json", "show: how (text)", OPTION_FORMAT, "text or json" },
	{ "exact", NULL,
	  "show, cgen --check: ops as the calls that they become, with every argument",
	  OPTION_EXACT, NULL },
	{ "pid", "N", "import strace: the process, instead of the one with most calls", OPTION_PID,
	  "1 to 4294967295" },
	{ "rule", "NAME=V", "one switch or defect: a number, on, off", OPTION_RULE,
	  "NAME=V, at most 64 of them" },
	{ "set", "NAME=V", "one setting, in every case", OPTION_SET, "NAME=V, at most 64 of them" },
	{ "fault", "NAME", "plant a fault in the model", OPTION_FAULT, NULL },
	{ "out", "DIR", "where findings go (build/findings)", OPTION_OUT, NULL },
	{ "output", "FILE", "-o: where shrink, show, encode, cgen, generate, import write", 'o',
	  NULL },
	{ "json", "FILE", "a report, - is standard output", OPTION_JSON, NULL },
	{ "help", NULL, "this text", OPTION_HELP, NULL },
	{ "version", NULL, "of memoracle", OPTION_VERSION, NULL },
};

#define OPTIONS (sizeof(option_rows) / sizeof(option_rows[0]))

static int help_print(void)
{
	char left[64];

	(void)puts("memoracle: a model of memory allocation in lockstep with the real thing\n");
	for (size_t i = 0; i < COMMANDS; i++) {
		(void)snprintf(left, sizeof(left), "%s %s", commands[i].name, commands[i].usage);
		(void)printf("  memoracle %-26s %s\n", left, commands[i].help);
	}
	(void)puts("\nOptions:");
	for (size_t i = 0; i < OPTIONS; i++) {
		(void)snprintf(left, sizeof(left), "--%s %s", option_rows[i].name,
			       option_rows[i].value ? option_rows[i].value : "");
		(void)printf("  %-26s %s\n", left, option_rows[i].help);
	}
	(void)puts("\nA FILE may be -, standard input.");
	(void)puts("Exit status: 0 agreed, 1 diverged, 2 could not run.");
	return 0;
}

/* Reports have numbers up to 2^63 - 1. */
static bool unsigned_parse(const char *text, size_t length, uint64_t *value)
{
	return number_parse(text, length, value) && text[0] != '-' && *value <= INT64_MAX;
}

static bool seconds_parse(const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);
	return end != text && *end == '\0' && *value > 0 && *value < 1e9;
}

static bool shard_parse(const char *text, struct options *options)
{
	const char *slash = strchr(text, '/');
	uint64_t index, count;

	if (slash == NULL || !unsigned_parse(text, (size_t)(slash - text), &index) ||
	    !unsigned_parse(slash + 1, strlen(slash + 1), &count) || index == 0 || index > count ||
	    count > UINT32_MAX)
		return false;
	options->shard = (uint32_t)(index % count);
	options->shard_count = (uint32_t)count;
	return true;
}

static bool full_every_parse(const char *text, struct options *options)
{
	uint64_t records;

	if (!unsigned_parse(text, strlen(text), &records) || records == 0 || records > NOTES_MAX)
		return false;
	options->full_every = (uint32_t)records;
	return true;
}

static bool state_parse(const char *text, struct options *options)
{
	static const char *const name[] = {
		[STATE_END] = "end",
		[STATE_TOUCHED] = "touched",
		[STATE_FULL] = "full",
	};

	for (uint32_t i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		if (strcmp(text, name[i]) == 0) {
			options->level = i;
			options->level_given = true;
			return true;
		}
	return false;
}

static bool format_parse(const char *text, struct options *options)
{
	options->format_json = strcmp(text, "json") == 0;
	return options->format_json || strcmp(text, "text") == 0;
}

static bool pid_parse(const char *text, uint32_t *pid)
{
	uint64_t value = 0;

	if (!unsigned_parse(text, strlen(text), &value) || value > UINT32_MAX)
		return false;
	*pid = (uint32_t)value;
	return value > 0;
}

static bool assign_parse(const char *text, bool setting, struct options *options)
{
	const char *equal = strchr(text, '=');

	if (equal == NULL || equal == text || equal[1] == '\0' ||
	    options->assign_count == ASSIGNS_MAX)
		return false;
	options->assign[options->assign_count++] = (struct assign){ text, equal + 1, setting };
	return true;
}

static bool option_parse(int id, const char *value, struct options *options)
{
	switch (id) {
	case OPTION_SEED:
		return unsigned_parse(value, strlen(value), &options->seed);
	case OPTION_OPS:
		return unsigned_parse(value, strlen(value), &options->ops) && options->ops > 0;
	case OPTION_TIME:
		return seconds_parse(value, &options->seconds);
	case OPTION_HANG:
		return seconds_parse(value, &options->hang_seconds);
	case OPTION_STATE:
		return state_parse(value, options);
	case OPTION_FORMAT:
		return format_parse(value, options);
	case OPTION_FULL_EVERY:
		return full_every_parse(value, options);
	case OPTION_SHARD:
		return shard_parse(value, options);
	case OPTION_RULE:
		return assign_parse(value, false, options);
	case OPTION_SET:
		return assign_parse(value, true, options);
	case OPTION_EXACT:
		options->exact = true;
		break;
	case OPTION_NO_CALIBRATE:
		options->no_calibrate = true;
		break;
	case OPTION_NO_GUESTS:
		options->no_guests = true;
		break;
	case OPTION_STOP:
		options->stop = true;
		break;
	case OPTION_TARGET:
		options->target = value;
		break;
	case OPTION_PROFILE:
		if (options->profile_count == PROFILES_MAX)
			return false;
		options->profiles[options->profile_count++] = value;
		options->profile = value;
		break;
	case OPTION_PID:
		return pid_parse(value, &options->pid);
	case OPTION_CHECK:
		options->check = true;
		break;
	case OPTION_FAULT:
		options->fault = value;
		break;
	case OPTION_OUT:
		options->out_folder = value;
		break;
	case OPTION_JSON:
		options->json = value;
		break;
	default:
		options->out_file = value;
		break;
	}
	return true;
}

static const char *option_takes(int id)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (option_rows[i].id == id)
			return option_rows[i].takes ? option_rows[i].takes : option_rows[i].value;
	return "";
}

static void long_options(struct option out[OPTIONS + 1])
{
	memset(out, 0, (OPTIONS + 1) * sizeof(out[0]));
	for (size_t i = 0; i < OPTIONS; i++) {
		out[i].name = option_rows[i].name;
		out[i].has_arg = option_rows[i].value ? required_argument : no_argument;
		out[i].val = option_rows[i].id;
	}
}

/* Returns: 0 go on, 1 the job is done (help), 2 a usage error was printed. */
static int options_read(int argc, char **argv, struct options *options)
{
	struct option longs[OPTIONS + 1];
	struct error error;
	int id;

	long_options(longs);
	opterr = 0;
	while ((id = getopt_long(argc, argv, ":o:h", longs, NULL)) != -1) {
		if (id == OPTION_HELP || id == 'h') {
			(void)help_print();
			return 1;
		}
		if (id == OPTION_VERSION) {
			(void)printf("memoracle %s %s\n", MEMORACLE_VERSION, memoracle_commit);
			return 1;
		}
		if (id == '?' || id == ':')
			error_set(&error,
				  id == ':' ? "option %s needs a value; see memoracle --help"
					    : "unknown option %s; see memoracle --help",
				  argv[optind - 1]);
		else if (option_parse(id, optarg, options))
			continue;
		else
			error_set(&error, "`%s` is no value of %s; it takes %s", optarg,
				  argv[optind - 1] == optarg ? argv[optind - 2] : argv[optind - 1],
				  option_takes(id));
		return error_print(&error);
	}
	options->arg = argv + optind;
	options->arg_count = argc - optind;
	return 0;
}

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* What will be written can be: better found now than when there is something to lose. */
static bool outputs_check(const struct options *options, struct error *error)
{
	return (options->json == NULL || file_writable(options->json, error)) &&
	       (options->out_file == NULL || file_writable(options->out_file, error));
}

/* A report on standard output stands there alone: what people read goes to stderr. */
static bool output_choose(struct options *options, struct error *error)
{
	if (options->json == NULL || strcmp(options->json, "-") != 0)
		return true;
	if (!descriptor_writable(STDOUT_FILENO))
		return error_set(error, "standard output is closed");
	options->json_fd = dup(STDOUT_FILENO);
	return (options->json_fd >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) ||
	       error_set(error, "standard output is closed");
}

static int command_start(struct options *options)
{
	const struct command *command;
	struct error error;
	int status;

	if (options->arg_count == 0) {
		error_set(&error, "no command; see memoracle --help");
		return error_print(&error);
	}
	command = command_find(options->arg[0]);
	if (command == NULL) {
		error_set(&error, "unknown command `%.60s`; see memoracle --help", options->arg[0]);
		return error_print(&error);
	}
	options->arg++;
	options->arg_count--;
	if (options->arg_count < command->arg_min || options->arg_count > command->arg_max) {
		error_set(&error, "usage: memoracle %s %s", command->name, command->usage);
		return error_print(&error);
	}
	if (options->profile_count > 1 && command->run != command_predict) {
		error_set(&error, "memoracle %s takes one --profile; predict takes several",
			  command->name);
		return error_print(&error);
	}
	if (!outputs_check(options, &error) || !output_choose(options, &error))
		return error_print(&error);
	status = command->run(options);
	if ((fflush(stdout) != 0 || ferror(stdout)) && !fd_reader_gone(STDOUT_FILENO)) {
		error_set(&error, "cannot write to standard output");
		return error_print(&error);
	}
	return status;
}

int main(int argc, char **argv)
{
	static struct options options = {
		.seed = 1,
		.shard_count = 1,
		.hang_seconds = 10,
		.level = STATE_TOUCHED,
		.out_folder = "build/findings",
		.json_fd = -1,
	};
	int status;

	(void)signal(SIGPIPE, SIG_IGN);
	inherit_reset();
	status = options_read(argc, argv, &options);
	if (status != 0)
		return status == 1 ? 0 : 2;
	return command_start(&options);
}
