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
#define STRETCH_OPS 1024u /* then other ops are frequent, other sizes, other slots */

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
		case_record(file, records,
			    generate_op(file->tables, &swarm, &random, records, OP_RECORDS_MAX));
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
