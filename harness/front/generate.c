/* generate: a case from a seed, of any length. */
/* SPDX-License-Identifier: MIT */
#include "case_file.h"
#include "file.h"
#include "options.h"
#include "registry.h"
#include "../gen/generate.h"
#include <stdlib.h>
#include <string.h>

#define OPS_DEFAULT 1000u
#define TRIES 16u
#define STRETCH_OPS 1024u /* then other ops are frequent, other sizes, other slots */

/* Does the op fill a slot that holds something? What it held would never be freed. */
static bool op_leaks(const struct op *op, uint64_t live)
{
	for (uint32_t i = 0; i < op->row->arg_count; i++)
		if (op->row->arg[i].use == SLOT_FILLS && op->arg[i] < SLOTS &&
		    (live >> op->arg[i] & 1) != 0)
			return true;
	return false;
}

/* An op that leaks is mostly drawn again: what is live does not grow with the length of the case. */
static uint32_t op_draw(const struct tables *tables, struct swarm *swarm, struct random *random,
			uint8_t *records)
{
	struct slot_set before = swarm->slots;
	uint32_t count = 0;

	for (uint32_t tries = 0; tries < TRIES; tries++) {
		struct op op;

		swarm->slots = before;
		count = generate_op(tables, swarm, random, records, OP_RECORDS_MAX);
		(void)op_decode(tables, records, count, &op);
		if (!op_leaks(&op, before.live))
			break;
	}
	return count;
}

/* One stretch of ops after another: the case has what many cases of a campaign have, in one run. */
static void case_generate(struct case_file *file, uint64_t seed, uint64_t ops)
{
	struct random random = { .state = seed };
	uint8_t records[OP_WIDE_BYTES];
	struct swarm swarm;
	uint64_t live = 0;

	for (uint64_t i = 0; i < ops; i++) {
		if (i % STRETCH_OPS == 0) {
			swarm_init(file->tables, &swarm, &random);
			swarm.slots.live = live;
		}
		case_record(file, records, op_draw(file->tables, &swarm, &random, records));
		live = swarm.slots.live;
	}
}

int command_generate(const struct options *options)
{
	struct case_file file = { .tables = domain_find(options->arg[0]) };
	uint64_t ops = options->ops != 0 ? options->ops : OPS_DEFAULT;
	struct error error;
	char *known, *seed;
	bool good;

	if (file.tables == NULL) {
		known = domain_names();
		error_set(&error, "unknown domain `%.60s`; known: %s", options->arg[0], known);
		free(known);
		return error_print(&error);
	}
	if (ops > TRACE_RECORDS_MAX / OP_RECORDS_MAX) {
		error_set(&error, "--ops is at most %u here", TRACE_RECORDS_MAX / OP_RECORDS_MAX);
		return error_print(&error);
	}
	seed = text_format("%llu", (unsigned long long)options->seed);
	meta_set(&file, "seed", seed);
	free(seed);
	case_generate(&file, options->seed, ops);
	good = case_write(&file, options->out_file, &error);
	case_free(&file);
	return good ? 0 : error_print(&error);
}
