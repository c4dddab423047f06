/* Plays an engine: runs a fuzz entry on files in several orders. What a case covers must not hang on the cases before. */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../front/file.h"
#include "../fuzz/entry.h"
#include "../worker/coverage.h"

#define FILES_MAX 1024
#define MAP_BYTES ((int)COVERAGE_MAX)
#define STRIDE 7

static uint8_t map[MAP_BYTES];
static uint32_t counter_count;

void engine_cover(const uint8_t *counters, uint32_t count)
{
	memcpy(map, counters, count);
	counter_count = count;
}

static struct {
	uint8_t *data;
	size_t size;
	uint8_t map[MAP_BYTES]; /* of its first run */
} file[FILES_MAX];

static uint8_t covered[MAP_BYTES]; /* 1: by some case; 2: not alike each time */

static void file_run(int index)
{
	memset(map, 0, sizeof(map));
	LLVMFuzzerTestOneInput(file[index].data, file[index].size);
}

static void file_compare(int index)
{
	file_run(index);
	for (int i = 0; i < MAP_BYTES; i++) {
		if (map[i] != file[index].map[i])
			covered[i] = 2;
		else if (map[i] != 0 && covered[i] == 0)
			covered[i] = 1;
	}
}

static int covered_count(uint8_t least)
{
	int count = 0;

	for (int i = 0; i < MAP_BYTES; i++)
		count += covered[i] >= least;
	return count;
}

/* First in order, to be compared with; then each after another one, after itself, and in the opposite order. */
static void files_run(int count, int rounds)
{
	for (int i = 0; i < count; i++) {
		file_run(i);
		memcpy(file[i].map, map, sizeof(map));
	}
	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < count; i++) {
			file_compare((int)((long)i * STRIDE % count));
			file_compare((int)((long)i * STRIDE % count));
		}
		for (int i = count; i-- > 0;)
			file_compare(i);
	}
}

int main(int argc, char **argv)
{
	struct error error;
	int count = argc - 2 < FILES_MAX ? argc - 2 : FILES_MAX;

	LLVMFuzzerInitialize(&argc, &argv);
	if (count < 1)
		return fprintf(stderr, "usage: %s ROUNDS FILE...\n", argv[0]), 2;
	for (int i = 0; i < count; i++) {
		file[i].data = file_read(argv[i + 2], &file[i].size, &error);
		if (file[i].data == NULL)
			return error_print(&error);
	}
	files_run(count, atoi(argv[1]));
	printf("%d cases in several orders: %d counters of %u reached, %d vary\n", count,
	       covered_count(1), counter_count, covered_count(2));
	return covered_count(2) != 0;
}
