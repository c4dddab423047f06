/* The toy domain: enough of a model and a target to test the front with. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_TEST_TOY_H
#define MEMORACLE_TEST_TOY_H

#include "../../target.h"

#define TABLE_(domain_file) #domain_file
/* clang-format off */
#define TABLE(file) TABLE_(../harness/test/toy/file.def)
/* clang-format on */
#define ENUM_NAME(kind, id) TOY_##kind##_##id

struct toy_rules {
#include "../../../model/params.inc"
};

#include "../../../model/enums.inc"

struct toy {
	struct toy_rules rules;
	struct trace trace;
	uint64_t held[SLOTS];
	uint64_t live;
	uint64_t total;
	uint64_t hidden;
};

extern const struct tables tables_toy;
extern const struct model model_toy;

uint64_t toy_look(const struct op *op, uint64_t held, uint64_t hidden);

#endif
