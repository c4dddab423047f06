/* A model without a target: every op of generated cases, every view, the invariant; for the sanitizers. */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "../gen/generate.h"
#include "../record.h"

#define CASE_OPS 200
#define CELLS (1u << 20)

extern const struct model MODEL;

/* "NAME=V": a switch as no target may have it. Returns: false if there is no such switch or value. */
static int rule_force(uint64_t *rules, const char *text)
{
	const char *equal = strchr(text, '=');

	for (uint32_t i = 0; equal != NULL && i < MODEL.tables->param_count; i++)
		if (strncmp(MODEL.tables->param[i].name, text, (size_t)(equal - text)) == 0 &&
		    MODEL.tables->param[i].name[equal - text] == '\0')
			return param_set(MODEL.tables, i, rules, strtoull(equal + 1, NULL, 0));
	return 0;
}

static int case_run(void *state, struct view *view, uint64_t seed, char **forced)
{
	static uint8_t records[(CASE_OPS + 256) * OP_BYTES];
	static uint64_t rules[512];
	uint32_t count = generate_case(MODEL.tables, seed, CASE_OPS, 0, records);
	struct outcome want;
	struct os os = { 0 };
	struct op op;

	params_init(MODEL.tables, rules);
	(void)records_settings(MODEL.tables, records, count, rules);
	for (; *forced != NULL; forced++)
		if (!rule_force(rules, *forced))
			return 0;
	MODEL.reset(state, rules);
	for (uint32_t i = 0; i < count; i++) {
		if (!op_decode(MODEL.tables, records + i * OP_BYTES, count - i, &op))
			continue;
		MODEL.trace(state)->last = RULE_NONE;
		MODEL.trace(state)->touched_count = 0;
		if (MODEL.admit(state, &op) != SKIP_NO)
			continue;
		os.want_count = 0; /* no answers: every request of the level below fails */
		want = (struct outcome){ 0 };
		MODEL.step(state, &op, &os, &want);
		view->count = 0;
		MODEL.view(state, VIEW_TOUCHED, view);
	}
	view->count = 0;
	MODEL.view(state, VIEW_FULL, view);
	return MODEL.wf_ok(state);
}

/* model_alone CASES [NAME=V ...]: prints what it did; status 1 if the invariant broke, or a rule is none. */
int main(int argc, char **argv)
{
	uint64_t cases = argc > 1 ? strtoull(argv[1], NULL, 10) : 100;
	void *state = mmap(NULL, MODEL.bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct view view = { .cell = calloc(CELLS, sizeof(struct cell)), .capacity = CELLS };

	if (state == MAP_FAILED || view.cell == NULL)
		return 2;
	for (uint64_t seed = 0; seed < cases; seed++)
		if (!case_run(state, &view, seed, argv + (argc > 1 ? 2 : 1))) {
			printf("%s: case %llu breaks the invariant\n", MODEL.tables->name,
			       (unsigned long long)seed);
			return 1;
		}
	printf("%s: %llu cases\n", MODEL.tables->name, (unsigned long long)cases);
	free(view.cell);
	return 0;
}
