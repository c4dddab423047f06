/* ptmalloc/shipped by itself: a reset leaves no trace of a case, and observe() survives any key. */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../gen/generate.h"
#include "../shim/glibc/fake_os.h"
#include "../worker/lockstep.h"
#include "../../model/errno.h"

#define CASES 1000u
#define CASE_OPS 200u
#define WINDOW (8ul << 20) /* of a mapping: far more than a chunk's header and an alignment */

static struct lockstep lockstep;

/* First address in [from, to) that is not zero, or 0. */
static uint64_t dirt_find(uint64_t from, uint64_t to)
{
	for (uint64_t at = from; at < to; at += 8)
		if (*(const uint64_t *)at != 0)
			return at;
	return 0;
}

/* Everything that the case may have written is zero again. */
static uint64_t dirt_anywhere(uint64_t brk_high, const struct fake_map *map, uint32_t count)
{
	uint64_t found = dirt_find(PLACE_BASE, brk_high);

	for (uint32_t i = 1; found == 0 && i < count; i++) {
		uint64_t at = map[i].base, bytes = PTM_MAPPING_SLACK + map[i].bytes;

		found = dirt_find(at, at + (bytes < WINDOW ? bytes : WINDOW));
	}
	return found;
}

static int reset_test(void)
{
	static uint8_t records[(CASE_OPS + 64) * OP_BYTES];
	static struct fake_map map[PLACE_REGIONS];
	static struct result result;
	const struct lockstep_options options = { .level = STATE_END };
	struct progress progress;

	for (uint64_t seed = 1; seed <= CASES; seed++) {
		const struct case_view view = {
			.records = records,
			.count =
			    generate_case(worker_target.model->tables, seed, CASE_OPS, 0, records),
		};
		uint64_t high, at;
		uint32_t count;

		result_init(&result);
		if (!lockstep_run(&lockstep, &options, &view, &result, &progress))
			return printf("seed %lu: the sides differ\n", seed);
		high = fake_os.brk_high;
		count = fake_os.map_count;
		memcpy(map, fake_os.map, sizeof(map));
		(void)worker_target.reset(lockstep.rules);
		at = dirt_anywhere(high, map, count);
		if (at != 0)
			return printf("seed %lu: after reset 0x%lx holds 0x%lx\n", seed,
				      fake_to_model(at), *(const uint64_t *)at);
	}
	return 0;
}

static int key_test(void)
{
	static struct cell cell[4096];
	static uint64_t seen[4096];
	struct random random = { 1 };
	uint32_t fields = worker_target.model->tables->field_count, absent = 0;

	for (uint32_t round = 0; round < 500; round++) {
		for (uint32_t i = 0; i < 4096; i++) {
			uint64_t r = random_next(&random);

			cell[i].field = (uint16_t)(r % (fields + 3));
			cell[i].space = (uint16_t)(r >> 16 & 1 ? r >> 32 : r >> 32 & 7);
			cell[i].key = (uint32_t)(random_next(&random) >> (r >> 8 & 31));
		}
		worker_target.observe(cell, 4096, seen);
		for (uint32_t i = 0; i < 4096; i++)
			absent += seen[i] == CELL_ABSENT;
	}
	return absent > 1000 ? 0 : printf("only %u keys were absent\n", absent);
}

/* A request that the allocator makes is noted; one that is denied fails, and says so. */
static int deny_test(void)
{
	const struct tables *tables = worker_target.model->tables;
	struct op op = { 0 };
	struct outcome seen = { 0 };
	struct os *os = &lockstep.os;

	(void)worker_target.reset(lockstep.base);
	for (uint32_t i = 0; i < tables->op_count; i++)
		if (strcmp(tables->op[i].name, "deny") == 0)
			op.kind = tables->op[i].number;
	op.ref[0] = 15;
	worker_target.apply(&op, &seen, os);
	op.kind = 1; /* malloc */
	op.ref[0] = 100;
	os->seen_count = 0;
	worker_target.apply(&op, &seen, os);
	if (seen.err != MODEL_ENOMEM || seen.value[0] != 0 || os->seen_count == 0)
		return printf("a denied malloc: errno %d, %u requests\n", seen.err, os->seen_count);
	for (uint32_t i = 0; i < os->seen_count; i++)
		if (os->seen[i].err != MODEL_ENOMEM)
			return printf("request %u was not denied\n", i);
	return 0;
}

int main(void)
{
	if (lockstep_open(&lockstep) != 0)
		return printf("%s\n", lockstep.info.why_not);
	return reset_test() + key_test() + deny_test() != 0;
}
