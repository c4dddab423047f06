/* Cases that go to a worker in one hand-over. */
/* SPDX-License-Identifier: MIT */
#include "batch.h"
#include "../gen/random.h"

uint64_t case_seed(uint64_t seed, uint64_t index)
{
	struct random random = { .state = seed };

	random.state = random_next(&random) + index;
	return random_next(&random);
}

uint32_t case_length(uint64_t seed)
{
	struct random random = { .state = seed ^ 0x5bd1e995 };
	uint32_t bits = 4 + (uint32_t)random_below(&random, 6);

	return (1u << bits) + (uint32_t)random_below(&random, 1u << bits);
}

static uint32_t batch_used(const struct batch *batch)
{
	uint32_t last = batch->count - 1;

	return batch->count == 0 ? 0 : batch->from[last] + batch->records[last];
}

uint8_t *batch_next(struct batch *batch)
{
	uint32_t used = batch_used(batch);

	if (batch->count >= batch->limit || batch->count == BATCH_CASES_MAX ||
	    used + CASE_RECORDS_MAX > BATCH_RECORDS_MAX)
		return NULL;
	return batch->bytes + (size_t)used * OP_BYTES;
}

void batch_take(struct batch *batch, uint64_t index, uint32_t records)
{
	uint32_t used = batch_used(batch), i = batch->count++;

	batch->index[i] = index;
	batch->from[i] = used;
	batch->records[i] = records;
}

struct case_file batch_case(const struct batch *batch, const struct tables *tables, uint32_t i)
{
	struct case_file file = { .tables = tables };

	case_record(&file, batch->bytes + (size_t)batch->from[i] * OP_BYTES, batch->records[i]);
	return file;
}

bool batch_go(const struct batch *batch, uint32_t from, struct session *session,
	      struct sighting *sighting, struct error *error)
{
	for (uint32_t i = from; i < batch->count; i++)
		(void)session_add(session, batch->bytes + (size_t)batch->from[i] * OP_BYTES,
				  batch->records[i]);
	return session_go(session, sighting, error);
}
