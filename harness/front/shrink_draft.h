/* Shrinking: a candidate that changes step by step. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_SHRINK_DRAFT_H
#define MEMORACLE_FRONT_SHRINK_DRAFT_H

#include "shrink.h"
#include "../gen/generate.h"

/* struct draft - the settings come first, the last op shows the difference. */
struct draft {
	struct shrink *shrink;
	struct candidate *candidate;
	uint32_t settings; /* records that choose one */
	struct swarm swarm;
};

uint8_t *record_at(const struct draft *draft, uint32_t at);
uint32_t draft_ops(const struct draft *draft);
/* draft_op() - the op at record @at. Returns: false if none begins there, or not all of it is there. */
bool draft_op(const struct draft *draft, uint32_t at, struct op *op);
void record_delete(struct draft *draft, uint32_t at);

/* op_pick() - the record of an op but the last, at random; there must be two. */
uint32_t op_pick(const struct draft *draft);

/* setting_put() - chooses a setting, unless it is fixed or @value is out of its range. */
void setting_put(struct draft *draft, uint32_t param, uint64_t value);

/* Changes that know the domain. */
void change_buddy(struct draft *draft);

#endif
