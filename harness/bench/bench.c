/* Measures a worker on a committed case set: the lockstep loop against the target alone, in one run. */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../front/file.h"
#include "../front/guest.h"
#include "../front/worker_client.h"
#include "../gen/generate.h"
#include "../front/registry.h"

#define SET_CASES 128u
#define SET_OPS 200u
#define ROUNDS 16
#define COLUMNS 4
#define HANG_SECONDS 120.0

/* One way of running the set. */
struct column {
	uint32_t command; /* enum command */
	uint32_t level;   /* enum state_level */
};

/* A case set: for each case a u32 count of records, then the records. */
static bool set_load(const char *path, struct request *request)
{
	struct error error;
	size_t size, at = 0;
	uint8_t *data = file_read(path, &size, &error), *to = request->records;

	if (data == NULL) {
		fprintf(stderr, "bench: %s: cannot be read\n", path);
		return false;
	}
	request->case_count = 0;
	while (at + 4 <= size && request->case_count < BATCH_CASES_MAX) {
		uint32_t count;

		memcpy(&count, data + at, 4);
		at += 4;
		if (count > OPS_MAX || at + (size_t)count * OP_BYTES > size)
			break;
		memcpy(to, data + at, (size_t)count * OP_BYTES);
		to += (size_t)count * OP_BYTES;
		at += (size_t)count * OP_BYTES;
		request->case_records[request->case_count++] = count;
	}
	free(data);
	return at == size && request->case_count != 0;
}

/* set_write() - a case set from seeds: `bench --make DOMAIN FILE`. */
static int set_write(const char *domain, const char *path)
{
	const struct tables *tables = domain_find(domain);
	uint8_t *records;
	FILE *out;

	if (tables == NULL || (out = fopen(path, "wb")) == NULL) {
		fprintf(stderr, "bench: cannot write a set of %s to %s\n", domain, path);
		return 2;
	}
	records = malloc((SET_OPS + tables->param_count) * OP_BYTES);
	for (uint64_t seed = 1; records != NULL && seed <= SET_CASES; seed++) {
		uint32_t count = generate_case(tables, seed, SET_OPS, 0, records);

		fwrite(&count, 4, 1, out);
		fwrite(records, OP_BYTES, count, out);
	}
	free(records);
	return fclose(out) == 0 ? 0 : 2;
}

/* Operations a second of one round; below 0 if the set does not agree. */
static double round_run(struct worker *worker, const struct column *column, uint32_t repeat)
{
	struct request *request = &worker->box->request;

	request->command = column->command;
	request->level = column->level;
	request->repeat = repeat;
	if (worker_serve_request(worker, HANG_SECONDS) != WORKER_ANSWERED ||
	    worker->box->result.difference.kind != DIFFERENCE_NONE) {
		fprintf(stderr, "bench: the set does not agree (case %u, record %u)\n",
			worker->box->result.difference.case_index,
			worker->box->result.difference.record);
		return -1;
	}
	return (double)(worker->box->result.ops - worker->box->result.verdict[VERDICT_SKIPPED]) *
	       1e9 / (double)worker->box->result.nanoseconds;
}

/* How often to repeat the set for a round of @seconds, by one round that is not counted. */
static uint32_t repeat_for(struct worker *worker, const struct column *column, double seconds)
{
	double took = 1;

	if (round_run(worker, column, 1) > 0)
		took = (double)worker->box->result.nanoseconds / 1e9;
	return (uint32_t)(seconds / (took > 1e-6 ? took : 1e-6)) + 1;
}

/* @name: a worker's program, or DOMAIN/guest@RELEASE: that worker in a guest. */
static bool worker_open(struct worker *worker, const char *name, struct error *error)
{
	const struct target_entry *guest = strchr(name, '@') ? target_lookup(name) : NULL;
	char *path = guest ? worker_path(guest, NULL) : text_format("%s", name);
	bool good = worker_create(worker, path, error);

	if (good && guest != NULL)
		good = (worker->guest = guest_create(guest->release, path, error)) != NULL;
	free(path);
	return good && worker_start(worker, HANG_SECONDS, error) && worker->box->open_status == 0;
}

/*
 * bench WORKER SET SECONDS [COLUMN]: "alone outcome touched full", operations a second. Rounds of the four take turns, so
 * that all meet the same weather, and the best of each counts: noise only ever slows down. COLUMN (0 to 3) runs one
 * of them alone, for a profiler.
 */
int main(int argc, char **argv)
{
	static const struct column columns[COLUMNS] = { { COMMAND_ALONE, STATE_END },
							{ COMMAND_RUN, STATE_END },
							{ COMMAND_RUN, STATE_TOUCHED },
							{ COMMAND_RUN, STATE_FULL } };
	struct worker worker = { 0 };
	struct error error = { 0 };
	uint32_t repeat[COLUMNS], from = 0, to = COLUMNS;
	double best[COLUMNS] = { 0 };

	if (argc == 4 && strcmp(argv[1], "--make") == 0)
		return set_write(argv[2], argv[3]);
	if (argc == 5) {
		from = (uint32_t)atoi(argv[4]) % COLUMNS;
		to = from + 1;
	}
	if ((argc != 4 && argc != 5) || !worker_open(&worker, argv[1], &error) ||
	    !set_load(argv[2], &worker.box->request)) {
		fprintf(
		    stderr,
		    "bench: usage: bench WORKER SET SECONDS [COLUMN] | bench --make DOMAIN SET\n");
		return 2;
	}
	for (uint32_t i = from; i < to; i++)
		repeat[i] = repeat_for(&worker, &columns[i], atof(argv[3]) / ROUNDS);
	for (uint32_t round = 0; round < ROUNDS; round++)
		for (uint32_t i = from; i < to; i++) {
			double rate = round_run(&worker, &columns[i], repeat[i]);

			if (rate > best[i])
				best[i] = rate;
		}
	printf("%.0f %.0f %.0f %.0f\n", best[0], best[1], best[2], best[3]);
	worker_destroy(&worker);
	for (uint32_t i = from; i < to; i++)
		if (best[i] <= 0)
			return 1;
	return 0;
}
