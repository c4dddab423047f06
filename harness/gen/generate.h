/* Cases from a seed, by the tables alone. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_GEN_GENERATE_H
#define MEMORACLE_GEN_GENERATE_H

#include "../../model/model.h"
#include "random.h"

/* What is live in a case, as far as the ops' slot uses tell. */
struct slot_set {
	uint64_t live; /* bit s: slot s was filled */
	uint32_t span; /* slots in use: 0 .. span - 1 */
};

/*
 * struct swarm - the character of one case: which ops are frequent, how large values get.
 * Swarm testing: cases that leave some ops out reach states that the average case does not.
 */
struct swarm {
	uint32_t weight[OP_META];
	uint32_t weight_sum;
	uint32_t log_bits;       /* cap on the exponent of DRAW_LOG values; 0: none */
	uint32_t interesting_in; /* one operand in so many takes an interesting value */
	struct slot_set slots;
};

/*
 * generate_case() - ops in @room records, preceded by OP_SET records for the settings that the swarm chose.
 * @records: room for @room + tables->param_count records.
 * @fixed: bit p: parameter p is set from outside, leave it alone (the first 64).
 * Returns: how many records. Deterministic in (tables, seed, room, fixed).
 */
uint32_t generate_case(const struct tables *tables, uint64_t seed, uint32_t room, uint64_t fixed,
		       uint8_t *records);

/* generate_op() - one op that fits the slots and @room records, at least 1; updates the slots. Returns: its records. */
uint32_t generate_op(const struct tables *tables, struct swarm *swarm, struct random *random,
		     uint8_t *records, uint32_t room);

void swarm_init(const struct tables *tables, struct swarm *swarm, struct random *random);

/* slot_set_note() - what @op does to the slots. */
void slot_set_note(struct slot_set *slots, const struct op *op);

/* setting_draw() - a value of a setting's range, its bounds rather often. */
uint64_t setting_draw(const struct param_row *row, struct random *random);

/* operand_draw() - a value of the operand's range, with boundary bias. */
uint64_t operand_draw(const struct operand_row *operand, const struct swarm *swarm,
		      struct random *random);

#endif
