/* A registry with the toy domain only. */
/* SPDX-License-Identifier: MIT */
#include "../../front/registry.h"

extern const struct tables tables_toy;

const struct tables *const domain_tables[] = { &tables_toy, NULL };
const struct target_entry target_entries[] = {
	{ "toy/live", "toy", "toy-live", NULL },
	{ "toy/troubled", "toy", "toy-troubled", NULL },
	{ "toy/fickle", "toy", "toy-fickle", NULL },
	{ "toy/odd", "toy", "toy-odd", NULL },
	{ "toy/alien", "toy", "toy-alien", NULL },
	{ "toy/absent", "toy", "toy-absent", NULL },
	{ NULL, NULL, NULL, NULL },
};
const struct target_entry guest_entries[] = { { NULL, NULL, NULL, NULL } };
const char *const guest_releases[] = { NULL };
const struct fault_entry fault_entries[] = {
	{ "put_forgets", "toy", "model.c", "toy_put", "put_adds", "toy->total += op->arg[0];",
	  "toy->total += op->arg[0] > 500 ? 0 : op->arg[0];", NULL },
	{ "take_leaves", "toy", "model.c", "toy_step", "take_subtracts",
	  "toy->total -= toy->held[op->arg[0]];", "toy->total -= toy->held[op->arg[0]] & ~64ull;",
	  NULL },
	{ "same", "toy", "model.c", "toy_step", "put_adds",
	  "case TOY_OP_put:", "case TOY_OP_put :", "blanks mean nothing" },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
const struct profile_entry profile_entries[] = {
	{ "toy-0", "toy", "limit=500" },
	{ NULL, NULL, NULL },
};
const char memoracle_commit[] = "0123456789ab";
