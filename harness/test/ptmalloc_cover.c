/* Runs generated cases on an instrumented malloc.c and prints each place in it: address, whether it was reached. */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include "../gen/generate.h"
#include "../worker/lockstep.h"

#define CASE_OPS 250u

extern char __executable_start[];

/* One row of the table that clang makes beside its counters. */
struct place {
	uint64_t address;
	uint64_t flags;
};

static struct lockstep lockstep;
static const uint8_t *counter;
static const struct place *place;
static size_t places;

void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *stop);
void __sanitizer_cov_pcs_init(const struct place *start, const struct place *stop);

void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *stop)
{
	counter = start;
	places = (size_t)(stop - start);
}

void __sanitizer_cov_pcs_init(const struct place *start, const struct place *stop)
{
	(void)stop;
	place = start;
}

int main(int argc, char **argv)
{
	static uint8_t records[(CASE_OPS + 64) * OP_BYTES];
	static struct result result;
	const struct lockstep_options options = { .level = STATE_END };
	struct progress progress;
	uint64_t cases = argc > 1 ? strtoull(argv[1], NULL, 10) : 4000;
	uint8_t *reached;

	if (lockstep_open(&lockstep) != 0 || places == 0)
		return printf("%s\n", lockstep.info.why_not);
	reached = calloc(places, 1);
	for (uint64_t seed = 1; reached != NULL && seed <= cases; seed++) {
		const struct case_view view = {
			.records = records,
			.count =
			    generate_case(worker_target.model->tables, seed, CASE_OPS, 0, records),
		};

		result_init(&result);
		if (!lockstep_run(&lockstep, &options, &view, &result, &progress))
			return printf("seed %lu: the sides differ\n", seed);
		for (size_t i = 0; i < places; i++)
			reached[i] |= counter[i] != 0;
	}
	for (size_t i = 0; reached != NULL && i < places; i++)
		printf("0x%lx %d\n", place[i].address - (uint64_t)__executable_start, reached[i]);
	free(reached);
	return 0;
}
