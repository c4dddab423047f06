/* A worker process: takes requests from the mailbox until the front goes away. */
/* SPDX-License-Identifier: MIT */
#include "mailbox.h"
#include "coverage.h"
#include "sys.h"

#define ALONE_OPS_MAX (1u << 15)

static struct lockstep lockstep;

static struct mailbox *mailbox_map(void)
{
	int64_t at =
	    sys_call(SYS_NR_MMAP, MAILBOX_ADDRESS, MAILBOX_BYTES, SYS_PROT_READ | SYS_PROT_WRITE,
		     SYS_MAP_SHARED | SYS_MAP_FIXED_NOREPLACE, MAILBOX_FD, 0);
	struct mailbox *box = (struct mailbox *)at;

	if (at != (int64_t)MAILBOX_ADDRESS || box->magic != MAILBOX_MAGIC ||
	    box->version != MAILBOX_VERSION || box->bytes != sizeof(*box))
		sys_exit(3);
	return box;
}

static void dump(struct mailbox *box)
{
	struct view seen = lockstep_dump(&lockstep);
	uint32_t count = seen.count < CELLS_MAX ? seen.count : CELLS_MAX;

	box->want_count = lockstep.want_view.count;
	box->seen_count = seen.count;
	memcpy(box->want, lockstep.want_view.cell, count * sizeof(struct cell));
	memcpy(box->seen, seen.cell, count * sizeof(struct cell));
}

static struct lockstep_options options_of(const struct request *request)
{
	return (struct lockstep_options){
		.level = request->level,
		.wf_every = request->wf_every,
		.strict = request->strict,
		.open_end = request->open_end,
		.resume = request->resume,
		.more = request->more,
		.override_count = request->override_count,
		.override = request->override,
	};
}

static bool batch_run(struct mailbox *box)
{
	const struct request *request = &box->request;
	struct lockstep_options options = options_of(request);
	struct case_view view = { .records = request->records };

	for (view.index = 0; view.index < request->case_count; view.index++) {
		view.count = request->case_records[view.index];
		if (!lockstep_run(&lockstep, &options, &view, &box->result, &box->progress))
			return false;
		if (!request->dump)
			lockstep_finish(&lockstep, &options, &box->progress);
		view.records += (size_t)view.count * OP_BYTES;
	}
	return true;
}

/* Of the last case. */
static void coverage_hand_over(struct mailbox *box)
{
	const uint8_t *counters = coverage_counters(&box->coverage_count);

	if (box->coverage_count != 0)
		memcpy(box->coverage, counters, box->coverage_count);
}

static void command_run(struct mailbox *box)
{
	uint32_t repeat = box->request.repeat ? box->request.repeat : 1;
	const struct lockstep_options options = options_of(&box->request);
	uint64_t start;

	result_init(&box->result);
	box->want_count = 0;
	box->seen_count = 0;
	start = sys_busy();
	while (repeat-- > 0 && batch_run(box))
		;
	box->result.nanoseconds = sys_busy() - start;
	if (box->request.dump && box->request.case_count > 0 &&
	    (!box->request.more || box->result.difference.kind != DIFFERENCE_NONE))
		dump(box);
	if (box->request.dump && box->result.difference.kind == DIFFERENCE_NONE)
		lockstep_finish(&lockstep, &options, &box->progress);
	coverage_hand_over(box);
}

/* The baseline of measurements: the same resolved ops on the target alone, with the same resets. */
static void command_alone(struct mailbox *box)
{
	static struct op ops[ALONE_OPS_MAX];
	static uint64_t rules[BATCH_CASES_MAX][RULES_BYTES_MAX / 8];
	const struct request *request = &box->request;
	struct lockstep_options options = options_of(request);
	struct case_view view = { .records = request->records };
	uint32_t count[BATCH_CASES_MAX], used = 0, at;
	uint64_t start;

	result_init(&box->result);
	for (view.index = 0; view.index < request->case_count; view.index++) {
		view.count = request->case_records[view.index];
		count[view.index] = lockstep_resolve(&lockstep, &options, &view, &box->result,
						     ops + used, ALONE_OPS_MAX - used);
		memcpy(rules[view.index], lockstep.rules, sizeof(rules[0]));
		used += count[view.index];
		view.records += (size_t)view.count * OP_BYTES;
	}
	result_init(&box->result);
	start = sys_busy();
	for (uint32_t r = 0; r < request->repeat; r++) {
		at = 0;
		for (uint32_t i = 0; i < request->case_count; i++) {
			memcpy(lockstep.rules, rules[i], sizeof(rules[0]));
			lockstep_apply_alone(&lockstep, ops + at, count[i]);
			at += count[i];
		}
		box->result.ops += used;
		box->result.cases += request->case_count;
	}
	box->result.nanoseconds = sys_busy() - start;
}

/* The first case's ops as they were applied, differences or not: programs are made of them. */
static void command_resolve(struct mailbox *box)
{
	const struct request *request = &box->request;
	struct lockstep_options options = options_of(request);
	struct case_view view = { .records = request->records, .count = request->case_records[0] };

	result_init(&box->result);
	box->resolved_count =
	    lockstep_resolve(&lockstep, &options, &view, &box->result, box->resolved, OPS_MAX);
}

static void command_serve(struct mailbox *box)
{
	switch (box->request.command) {
	case COMMAND_RUN:
		command_run(box);
		break;
	case COMMAND_ALONE:
		command_alone(box);
		break;
	case COMMAND_RESOLVE:
		command_resolve(box);
		break;
	case COMMAND_TROUBLE:
		box->trouble_text[0] = '\0';
		box->trouble = worker_target.trouble ? worker_target.trouble(box->trouble_text) : 0;
		break;
	case COMMAND_OBSERVE:
		worker_target.observe(&box->asked, 1, &box->asked.value);
		break;
	default:
		sys_exit(3);
	}
}

void worker_serve(void)
{
	struct mailbox *box = mailbox_map();
	char byte = 0;

	box->open_status = lockstep_open(&lockstep);
	box->param_count = worker_target.model->tables->param_count;
	box->info = lockstep.info;
	memcpy(box->base, lockstep.base, sizeof(box->base));
	for (;;) {
		if (sys_call(SYS_NR_WRITE, ANSWER_FD, (uint64_t)&byte, 1, 0, 0, 0) != 1 ||
		    sys_call(SYS_NR_READ, COMMAND_FD, (uint64_t)&byte, 1, 0, 0, 0) != 1)
			sys_exit(0);
		command_serve(box);
	}
}
