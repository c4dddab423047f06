/* What the command line says. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_OPTIONS_H
#define MEMORACLE_FRONT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define ASSIGNS_MAX 64u
#define PROFILES_MAX 8u

/* --rule NAME=V or --set NAME=V, as written. */
struct assign {
	const char *name; /* ends at '=' */
	const char *value;
	bool setting;
};

struct options {
	uint64_t seed;
	uint64_t ops;   /* 0: no limit */
	double seconds; /* 0: no limit */
	uint32_t shard, shard_count;
	uint32_t level; /* enum state_level */
	bool level_given;
	uint32_t
	    full_every; /* replay: records after which the whole state is compared; 0: as many as a worker takes */
	bool stop;
	bool no_calibrate;
	bool no_guests;
	double hang_seconds;
	const char *target, *profile, *fault, *out_folder, *out_file, *json;
	int json_fd; /* where a report on standard output goes; people's text then goes to stderr */
	const char *profiles[PROFILES_MAX]; /* predict takes several; profile is the last one */
	uint32_t profile_count;
	bool program; /* cgen: what is made runs by itself */
	bool check;
	bool exact;       /* show: the calls that ops become */
	uint32_t pid;     /* import: 0: none was chosen */
	bool format_json; /* show: as one document, not as text */
	struct assign assign[ASSIGNS_MAX];
	uint32_t assign_count;
	char **arg; /* what is no option */
	int arg_count;
};

/* Commands. Each returns the exit status: 0 agreed, 1 diverged, 2 could not run. */
int command_list(const struct options *options);
int command_run(const struct options *options);
int command_calibrate(const struct options *options);
int command_replay(const struct options *options);
int command_show(const struct options *options);
int command_encode(const struct options *options);
int command_shrink(const struct options *options);
int command_explain(const struct options *options);
int command_cgen(const struct options *options);
int command_generate(const struct options *options);
int command_import(const struct options *options);
int command_predict(const struct options *options);
int command_faults(const struct options *options);
int command_triage(const struct options *options);

#endif
