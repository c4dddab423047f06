/* What every fuzz entry shares. An entry is this header and one line; see vma_live.c. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FUZZ_ENTRY_H
#define MEMORACLE_FUZZ_ENTRY_H

#include "../front/session.h"
#include "artifacts.h"

/* entry_become() - the binary beside this one that holds the planted fault, if MEMORACLE_FAULT names one. */
void entry_become(char **argv, const char *target);

/* entry_name - the entry's target. */
extern const char entry_name[];

/*
 * entry_open() - once, before the first input. Reads MEMORACLE_FAULT, MEMORACLE_OUT, MEMORACLE_STATE,
 * MEMORACLE_STATS, MEMORACLE_SET ("NAME=V ...": settings of every case). Ends the process with
 * status 2 and one line if the target cannot run here.
 * @level: how the state is compared unless MEMORACLE_STATE says otherwise.
 */
void entry_open(char **argv, const char *target, enum state_level level);

/* entry_run() - one input, raw or with a case header. Aborts on a signature that is not yet on disk. */
void entry_run(const uint8_t *data, size_t size);

size_t entry_mutate(uint8_t *data, size_t size, size_t size_max, unsigned seed);
size_t entry_splice(const uint8_t *first, size_t first_size, const uint8_t *second,
		    size_t second_size, uint8_t *out, size_t out_max, unsigned seed);

/* The two ways to reach a target; a binary is linked with one of them. */
bool backend_open(const struct target_entry *target, const char *fault, struct error *error);
/* backend_run() - one case; sums go into *sums, the difference into *sighting. */
void backend_run(const uint8_t *records, uint32_t count, enum state_level level,
		 struct result *sums, struct sighting *sighting);
const char *backend_version(void);

/* engine_cover() - takes what a case covered; absent where the engine finds the counters by itself. */
void engine_cover(const uint8_t *counters, uint32_t count) __attribute__((weak));

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size, const uint8_t *second,
				 size_t second_size, uint8_t *out, size_t out_max, unsigned seed);

#endif
