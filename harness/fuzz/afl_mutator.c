/* AFL++ custom mutator library: the same mutator as libFuzzer's. One library a domain. */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include "../front/case_format.h"
#include "../gen/mutate.h"

#define CASE_BYTES_MAX (OPS_MAX * OP_BYTES)

extern const struct tables MUTATOR_TABLES;

struct mutator {
	uint64_t seed;
	uint8_t out[CASE_BYTES_MAX];
};

void *afl_custom_init(void *afl, unsigned seed);
void afl_custom_deinit(void *data);
size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t size, uint8_t **out, uint8_t *add,
		       size_t add_size, size_t size_max);

void *afl_custom_init(void *afl, unsigned seed)
{
	struct mutator *mutator = calloc(1, sizeof(*mutator));

	(void)afl;
	if (mutator != NULL)
		mutator->seed = seed;
	return mutator;
}

void afl_custom_deinit(void *data)
{
	free(data);
}

size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t size, uint8_t **out, uint8_t *add,
		       size_t add_size, size_t size_max)
{
	struct mutator *mutator = data;
	size_t bytes_max = size_max < CASE_BYTES_MAX ? size_max : CASE_BYTES_MAX;
	size_t bytes, add_bytes;
	const uint8_t *records = case_strip(buf, size, &bytes);

	if (bytes > bytes_max)
		bytes = bytes_max;
	mutator->seed = mutator->seed * 6364136223846793005u + 1442695040888963407u;
	*out = mutator->out;
	if (add != NULL && add_size >= OP_BYTES && (mutator->seed >> 60) == 0) {
		const uint8_t *tail = case_strip(add, add_size, &add_bytes);

		return splice_cases(records, bytes, tail, add_bytes, mutator->out, bytes_max,
				    mutator->seed);
	}
	memcpy(mutator->out, records, bytes);
	return mutate_case(&MUTATOR_TABLES, mutator->out, bytes, bytes_max, mutator->seed);
}
