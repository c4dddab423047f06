/* What every fuzz entry shares: one case through the lockstep loop, findings, statistics, mutation. */
/* SPDX-License-Identifier: MIT */
#include "entry.h"
#include "../front/finding.h"
#include "../front/form.h"
#include "../front/inherit.h"
#include "../gen/mutate.h"
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../front/file.h"

#define SETTINGS_MAX 8u
#define STATS_EVERY_RUNS 256
#define STATS_EVERY_SECONDS 2.0

/* One fuzz process. */
static struct {
	const struct target_entry *target;
	const struct tables *tables;
	enum state_level level;
	const char *out_folder, *stats_folder;
	struct finding_list findings;
	struct result sums;
	uint64_t runs;
	double started, stats_written;
	const uint8_t *data; /* the input that runs, for a crash */
	size_t size;
	uint8_t setting[SETTINGS_MAX * OP_BYTES]; /* records that every case is given */
	size_t setting_bytes;
	uint8_t built[OPS_MAX * OP_BYTES]; /* a case with them */
	bool armed;                        /* signal handlers are in place */
} entry;

static const char *environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : otherwise;
}

void entry_become(char **argv, const char *target)
{
	const char *fault = environment("MEMORACLE_FAULT", NULL);
	const char *self = argv[0], *slash = strrchr(self, '/');
	const char *base = slash != NULL ? slash + 1 : self, *engine = "replay";
	char *path;

	if (fault == NULL || strstr(self, "build/fault/") != NULL)
		return;
	if (strstr(self, "/libfuzzer/") != NULL)
		engine = "libfuzzer";
	if (strstr(self, "/afl/") != NULL)
		engine = "afl";
	path = text_format("build/fault/%.*s/%s/%s/%s", (int)strcspn(target, "/"), target, fault,
			   engine, base);
	argv[0] = path; /* by which it knows that it is there */
	execv(path, argv);
	fprintf(stderr, "%s: cannot be run; build it: make %s\n", path, path);
	exit(2);
}

static void stats_write(void)
{
	json_t *root, *verdicts, *skipped, *rules;
	const struct result *sums = &entry.sums;
	struct error error;
	char *path, *text;

	if (entry.stats_folder == NULL || entry.target == NULL)
		return;
	verdicts = json_object();
	skipped = json_object();
	rules = json_object();
	for (int i = 0; i < VERDICT_COUNT; i++)
		json_object_set_new(verdicts, verdict_name[i],
				    json_integer((json_int_t)sums->verdict[i]));
	for (int i = SKIP_NO + 1; i < SKIP_COUNT; i++)
		if (sums->skipped_by[i] != 0)
			json_object_set_new(skipped, skip_name[i],
					    json_integer((json_int_t)sums->skipped_by[i]));
	for (uint32_t i = 0; i < entry.tables->rule_count; i++)
		json_object_set_new(rules, entry.tables->rule[i].name,
				    json_integer((json_int_t)sums->rule_hits[i]));
	root = json_pack("{s:i, s:s, s:s, s:I, s:I, s:I, s:f, s:o, s:o, s:o}", "schema", 1,
			 "target", entry.target->name, "version", backend_version(), "cases",
			 (json_int_t)sums->cases, "ops", (json_int_t)sums->ops, "wf_checks",
			 (json_int_t)(sums->wf_model + sums->wf_target), "seconds",
			 seconds_now() - entry.started, "verdicts", verdicts, "skipped_by", skipped,
			 "rules", rules);
	text = root != NULL ? json_dumps(root, JSON_INDENT(1)) : NULL;
	path = text_format("%s/%d.json", entry.stats_folder, (int)getpid());
	if (text != NULL)
		(void)file_write(path, text, strlen(text), &error);
	free(path);
	free(text);
	json_decref(root);
	entry.stats_written = seconds_now();
}

/* MEMORACLE_SET: a record for each "NAME=V". */
static void settings_open(const char *text)
{
	char *copy = text_format("%s", text), *save = NULL;

	for (char *word = strtok_r(copy, " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save)) {
		uint8_t *record = entry.setting + entry.setting_bytes;
		char *equal = strchr(word, '=');
		uint64_t value;
		int param;

		if (equal != NULL)
			*equal++ = '\0';
		param = param_find(entry.tables, word);
		if (equal == NULL || param < 0 || !entry.tables->param[param].setting ||
		    !param_parse(equal, strlen(equal), &value) ||
		    value < entry.tables->param[param].lo ||
		    value > entry.tables->param[param].hi ||
		    entry.setting_bytes == sizeof(entry.setting)) {
			fprintf(
			    stderr,
			    "MEMORACLE_SET: `%s` is no setting of %s with a value in its range\n",
			    word, entry.tables->name);
			exit(2);
		}
		record_set(record, (uint32_t)param, value);
		entry.setting_bytes += OP_BYTES;
	}
	free(copy);
}

/* Puts the settings behind those that the case has: the last one counts, and a finding has them all. */
static void settings_add(void)
{
	size_t head = 0;

	if (entry.setting_bytes == 0 || entry.size + entry.setting_bytes > sizeof(entry.built))
		return;
	while (head + OP_BYTES <= entry.size && entry.data[head] == OP_SET)
		head += OP_BYTES;
	memcpy(entry.built, entry.data, head);
	memcpy(entry.built + head, entry.setting, entry.setting_bytes);
	memcpy(entry.built + head + entry.setting_bytes, entry.data + head, entry.size - head);
	entry.data = entry.built;
	entry.size += entry.setting_bytes;
}

/* MEMORACLE_STATE, or @otherwise. */
static enum state_level level_choose(enum state_level otherwise)
{
	static const char *const name[] = {
		[STATE_END] = "end",
		[STATE_TOUCHED] = "touched",
		[STATE_FULL] = "full",
	};
	const char *state = environment("MEMORACLE_STATE", name[otherwise]);

	for (uint32_t i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		if (strcmp(state, name[i]) == 0)
			return (enum state_level)i;
	fprintf(stderr, "MEMORACLE_STATE: `%s` is none of end, touched, full\n", state);
	exit(2);
}

void entry_open(char **argv, const char *target, enum state_level level)
{
	const char *fault = environment("MEMORACLE_FAULT", NULL);
	struct error error;

	inherit_reset();
	entry.target = target_lookup(target);
	if (entry.target == NULL) {
		fprintf(stderr, "%s: not in this build\n", target);
		exit(2);
	}
	entry.tables = domain_find(entry.target->domain);
	entry_become(argv, target);
	entry.level = level_choose(level);
	settings_open(environment("MEMORACLE_SET", ""));
	entry.out_folder = environment("MEMORACLE_OUT", "build/findings");
	entry.stats_folder = environment("MEMORACLE_STATS", NULL);
	entry.started = seconds_now();
	if (!folder_make(entry.out_folder, &error) || !backend_open(entry.target, fault, &error))
		exit(error_print(&error));
	(void)atexit(stats_write);
}

/* Writes the case that showed @sighting. Returns: true if its signature is new. */
static bool finding_take(struct case_file *file, const struct sighting *sighting)
{
	struct session session = {
		.target = entry.target,
		.tables = entry.tables,
		.fault = environment("MEMORACLE_FAULT", NULL),
	};
	uint32_t before = entry.findings.count;
	struct error error;

	(void)snprintf(session.info.version, sizeof(session.info.version), "%s", backend_version());
	if (!finding_keep(&entry.findings, entry.out_folder, file, &session, sighting, &error))
		exit(error_print(&error));
	return entry.findings.count > before && entry.findings.finding[before].fresh;
}

/* The input crashed this very process: write it before the engine's own handler sees the signal. */
static void crash_take(int number)
{
	struct sighting sighting = { .kind = SIGHTING_CRASH, .phase = PHASE_APPLY };
	struct case_file file;

	(void)signal(number, SIG_DFL);
	case_from_raw(entry.tables, entry.data, entry.size, &file);
	sighting.record = file.record_count - (file.record_count != 0);
	(void)snprintf(sighting.death, sizeof(sighting.death), "signal %d", number);
	(void)finding_take(&file, &sighting);
	stats_write();
	(void)raise(number);
}

/* After the engine has set its own handlers: ours run first. */
static void crash_arm(void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		(void)signal(numbers[i], crash_take);
	entry.armed = true;
}

/* Replays a finding before it is reported. */
static void sighting_repeat(struct case_file *file, const struct sighting *sighting)
{
	static struct result scratch;
	uint32_t shown = 0, replays = finding_replays(sighting);
	struct sighting again;

	for (uint32_t i = 0; i < replays; i++) {
		result_init(&scratch);
		backend_run(file->records, file->record_count, STATE_FULL, &scratch, &again);
		shown += sighting_same(file, &again, sighting);
	}
	finding_repeats(file, shown, replays);
}

/* The signature is that of --state full. */
static void sighting_take(struct sighting *sighting)
{
	static struct result scratch;
	struct sighting full;
	struct case_file file;
	bool fresh;

	case_from_raw(entry.tables, entry.data, entry.size, &file);
	result_init(&scratch);
	backend_run(file.records, file.record_count, STATE_FULL, &scratch, &full);
	if (full.kind != SIGHTING_NONE)
		*sighting = full;
	if (finding_wanted(&entry.findings, &file, sighting))
		sighting_repeat(&file, sighting);
	fresh = finding_take(&file, sighting);
	case_free(&file);
	if (fresh) {
		stats_write();
		abort();
	}
}

/* A counter of libFuzzer's, beside the model's: without it the empty case would cover nothing, which engines refuse. */
__attribute__((section("__libfuzzer_extra_counters"), used)) static volatile uint8_t ran;

void entry_run(const uint8_t *data, size_t size)
{
	struct sighting sighting;
	size_t count;

	if (!entry.armed)
		crash_arm();
	ran = 1;
	entry.data = case_strip(data, size, &entry.size);
	settings_add();
	count = entry.size / OP_BYTES;
	if (count > OPS_MAX)
		count = OPS_MAX;
	backend_run(entry.data, (uint32_t)count, entry.level, &entry.sums, &sighting);
	if (sighting.kind != SIGHTING_NONE)
		sighting_take(&sighting);
	if (++entry.runs % STATS_EVERY_RUNS == 0 &&
	    seconds_now() - entry.stats_written > STATS_EVERY_SECONDS)
		stats_write();
}

size_t entry_mutate(uint8_t *data, size_t size, size_t size_max, unsigned seed)
{
	size_t bytes;
	const uint8_t *records = case_strip(data, size, &bytes);

	if (records != data)
		memmove(data, records, bytes);
	return mutate_case(entry.tables, data, bytes, size_max, seed);
}

size_t entry_splice(const uint8_t *first, size_t first_size, const uint8_t *second,
		    size_t second_size, uint8_t *out, size_t out_max, unsigned seed)
{
	size_t first_bytes, second_bytes;
	const uint8_t *a = case_strip(first, first_size, &first_bytes);
	const uint8_t *b = case_strip(second, second_size, &second_bytes);

	return splice_cases(a, first_bytes, b, second_bytes, out, out_max, seed);
}
