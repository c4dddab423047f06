/* One structure-aware mutator for libFuzzer and AFL++: works on whole ops. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_GEN_MUTATE_H
#define MEMORACLE_GEN_MUTATE_H

#include "generate.h"

/*
 * mutate_case() - changes the records in place: inserts, deletes, moves, duplicates ops, tweaks operands.
 * @bytes: size of the case; a trailing part of a record is dropped. @bytes_max: room.
 * Returns: the new size, a multiple of OP_BYTES, at most @bytes_max. Deterministic in its arguments.
 */
size_t mutate_case(const struct tables *tables, uint8_t *records, size_t bytes, size_t bytes_max,
		   uint64_t seed);

/*
 * splice_cases() - the head of @first and the tail of @second.
 * Returns: the size of the case in @out, at most @bytes_max.
 */
size_t splice_cases(const uint8_t *first, size_t first_bytes, const uint8_t *second,
		    size_t second_bytes, uint8_t *out, size_t bytes_max, uint64_t seed);

#endif
