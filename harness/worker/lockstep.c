/* The lockstep loop: one model, one real target, op by op. The only place that compares them. */
/* SPDX-License-Identifier: MIT */
#include "lockstep.h"
#include "../record.h"
#include "coverage.h"
#include "sys.h"

/* What is going on in one case. */
struct run {
	struct lockstep *ls;
	const struct lockstep_options *options;
	const struct case_view *view;
	struct result *result;
	struct progress *progress;
	struct op op;
	uint32_t record;             /* of op */
	bool settled;                /* ops have begun: no more OP_SET */
	uint64_t unsupported_before; /* ops skipped as unsupported before this case */
};

static void *state_new(size_t bytes)
{
	/* Small states stay in the image: a worker may have unmapped everything else. */
	static uint64_t small[2][5 << 14];
	static uint32_t used;

	if (bytes <= sizeof(small[0]) && used < 2)
		return small[used++];
	return sys_map_lazy(bytes);
}

/* Room for a full view of either side. */
static bool views_new(struct lockstep *ls, uint32_t cells)
{
	static struct cell want[CELLS_MAX], seen[CELLS_MAX];
	static uint64_t value[CELLS_MAX];
	bool few = cells <= CELLS_MAX;

	ls->want_view.capacity = few ? CELLS_MAX : cells;
	ls->want_view.cell = few ? want : sys_map_lazy(cells * sizeof(struct cell));
	ls->seen_cell = few ? seen : sys_map_lazy(cells * sizeof(struct cell));
	ls->seen_value = few ? value : sys_map_lazy(cells * sizeof(uint64_t));
	return ls->want_view.cell != NULL && ls->seen_cell != NULL && ls->seen_value != NULL;
}

int lockstep_open(struct lockstep *ls)
{
	if (worker_target.model->tables->rules_bytes > sizeof(ls->base))
		return -MODEL_EOVERFLOW;
	ls->state = state_new(worker_target.model->bytes);
	ls->mirror = state_new(worker_target.model->bytes);
	if (ls->state == NULL || ls->mirror == NULL || !views_new(ls, worker_target.model->cells))
		return -MODEL_ENOMEM;
	params_init(worker_target.model->tables, ls->base);
	return worker_target.open(ls->base, &ls->info);
}

static void overrides_apply(struct lockstep *ls, const struct lockstep_options *options)
{
	for (uint32_t i = 0; i < options->override_count; i++)
		(void)param_set(worker_target.model->tables, options->override[i].param, ls->rules,
				options->override[i].value);
}

static void note_op(struct run *run, enum verdict verdict, enum skip skip)
{
	struct op_note *note = &run->result->note[run->record];

	note->verdict = (uint8_t)verdict;
	note->skip = (uint8_t)skip;
	note->blamed = run->op.blamed;
	note->err = run->ls->seen.err;
	note->value = run->ls->seen.value[0];
	run->result->ops++;
	run->result->verdict[verdict]++;
	if (verdict != VERDICT_SKIPPED)
		return;
	run->result->skipped_by[skip]++;
	if (run->result->skipped_first == 0)
		run->result->skipped_first = run->record + 1;
}

static bool outcome_equal(const struct outcome *want, const struct outcome *seen)
{
	if (want->err != seen->err || want->count != seen->count)
		return false;
	for (uint32_t i = 0; i < want->count && i < OUTCOME_VALUES; i++)
		if (want->value[i] != seen->value[i])
			return false;
	return true;
}

static bool requests_equal(const struct os *os)
{
	if (os->want_count != os->seen_count)
		return false;
	for (uint32_t i = 0; i < os->want_count; i++) {
		const struct os_event *want = &os->want[i], *seen = &os->seen[i];

		if (want->kind != seen->kind || want->arg[0] != seen->arg[0] ||
		    want->arg[1] != seen->arg[1] || want->arg[2] != seen->arg[2])
			return false;
	}
	return true;
}

static struct difference *difference_new(struct run *run, enum difference_kind kind)
{
	struct difference *difference = &run->result->difference;
	struct lockstep *ls = run->ls;
	const struct trace *trace = worker_target.model->trace(ls->state);

	difference->kind = kind;
	difference->case_index = run->view->index;
	difference->record = run->record;
	difference->rule = trace->last;
	difference->want_outcome = ls->want;
	difference->seen_outcome = ls->seen;
	difference->os = ls->os;
	difference->fired_count = 0;
	return difference;
}

/* The cell of the lowest differing field, the first of them; the count if all are equal. */
static uint32_t cell_worst(const struct view *want, const uint64_t *seen)
{
	uint32_t worst = want->count;

	for (uint32_t i = 0; i < want->count; i++)
		if (want->cell[i].value != seen[i] &&
		    (worst == want->count || want->cell[i].field < want->cell[worst].field))
			worst = i;
	return worst;
}

static bool views_equal(struct run *run)
{
	const struct view *want = &run->ls->want_view;
	const uint64_t *seen = run->ls->seen_value;
	struct difference *difference;
	uint64_t bits = 0;
	uint32_t worst;

	run->result->cells += want->count;
	for (uint32_t i = 0; i < want->count; i++)
		bits |= want->cell[i].value ^ seen[i];
	if (bits == 0 && !want->overflow)
		return true;
	worst = cell_worst(want, seen);
	difference =
	    difference_new(run, worst < want->count ? DIFFERENCE_CELL : DIFFERENCE_OVERFLOW);
	if (worst < want->count) {
		difference->field = want->cell[worst].field;
		difference->space = want->cell[worst].space;
		difference->key = want->cell[worst].key;
		difference->want = want->cell[worst].value;
		difference->seen = seen[worst];
	}
	return false;
}

static void views_fill(struct lockstep *ls, enum view_scope scope)
{
	ls->want_view.count = 0;
	ls->want_view.overflow = false;
	worker_target.model->view(ls->state, scope, &ls->want_view);
	worker_target.observe(ls->want_view.cell, ls->want_view.count, ls->seen_value);
}

/* The cells with the values of the real side. */
static struct view seen_view(struct lockstep *ls)
{
	struct view view = { .cell = ls->seen_cell,
			     .count = ls->want_view.count,
			     .capacity = ls->want_view.capacity };

	for (uint32_t i = 0; i < view.count; i++) {
		view.cell[i] = ls->want_view.cell[i];
		view.cell[i].value = ls->seen_value[i];
	}
	return view;
}

struct view lockstep_dump(struct lockstep *ls)
{
	views_fill(ls, VIEW_FULL);
	return seen_view(ls);
}

static bool state_compare(struct run *run, enum view_scope scope)
{
	const struct trace *trace = worker_target.model->trace(run->ls->state);

	if (trace->touched_count > TOUCHED_MAX)
		scope = VIEW_FULL;
	run->progress->phase = PHASE_OBSERVE;
	views_fill(run->ls, scope);
	return views_equal(run);
}

static bool wf_refused(struct run *run, uint64_t side)
{
	difference_new(run, DIFFERENCE_WF)->seen = side;
	return false;
}

/* The proved run-time invariant, on the model's state and on the state just read back. */
static bool wf_compare(struct run *run)
{
	struct lockstep *ls = run->ls;
	struct view seen;

	run->result->wf_model++;
	if (!worker_target.model->wf_ok(ls->state))
		return wf_refused(run, 0);
	if (worker_target.model->load == NULL)
		return true;
	run->result->wf_target++;
	worker_target.model->reset(ls->mirror, ls->rules);
	seen = seen_view(ls);
	return (worker_target.model->load(ls->mirror, &seen) &&
		worker_target.model->wf_ok(ls->mirror)) ||
	       wf_refused(run, 1);
}

/* Applies the op to both sides. Returns the verdict. */
static enum verdict op_apply(struct run *run)
{
	struct lockstep *ls = run->ls;

	ls->seen = (struct outcome){ 0 };
	ls->want = (struct outcome){ 0 };
	ls->os.seen_count = 0;
	ls->os.want_count = 0;
	run->progress->phase = PHASE_APPLY;
	worker_target.apply(&run->op, &ls->seen, &ls->os);
	run->progress->phase = PHASE_MODEL;
	worker_target.model->step(ls->state, &run->op, &ls->os, &ls->want);
	if (outcome_equal(&ls->want, &ls->seen)) {
		if (requests_equal(&ls->os))
			return VERDICT_AGREE;
		difference_new(run, DIFFERENCE_REQUEST);
		return VERDICT_DIVERGE;
	}
	if (worker_target.model->judge &&
	    worker_target.model->judge(ls->state, &run->op, &ls->seen) && requests_equal(&ls->os))
		return VERDICT_OPEN;
	difference_new(run, DIFFERENCE_OUTCOME);
	return VERDICT_DIVERGE;
}

static bool op_run(struct run *run)
{
	struct lockstep *ls = run->ls;
	enum verdict verdict;
	enum skip skip;

	trace_begin(worker_target.model->trace(ls->state));
	skip = worker_target.model->admit(ls->state, &run->op);
	if (skip == SKIP_NO && worker_target.supports && !worker_target.supports(&run->op))
		skip = SKIP_UNSUPPORTED;
	if (skip != SKIP_NO) {
		note_op(run, VERDICT_SKIPPED, skip);
		return true;
	}
	verdict = op_apply(run);
	if (verdict != VERDICT_DIVERGE && run->options->level != STATE_END &&
	    !state_compare(run, run->options->level == STATE_FULL ? VIEW_FULL : VIEW_TOUCHED))
		verdict = VERDICT_DIVERGE;
	note_op(run, verdict, SKIP_NO);
	return verdict != VERDICT_DIVERGE;
}

/* The expectation at @record does not hold. Behind an op that the host cannot do there is nothing to hold it against. */
static void stale_note(struct run *run, uint32_t record, uint64_t actual)
{
	struct stale *stale = &run->result->stale;

	if (run->result->skipped_by[SKIP_UNSUPPORTED] != run->unsupported_before) {
		stale->unchecked++;
		return;
	}
	if (stale->count < STALE_MAX) {
		stale->record[stale->count] = record;
		stale->actual[stale->count] = actual;
		stale->note[stale->count] = run->result->note[run->record];
	}
	stale->count++;
}

/* OP_RESULT: both sides agreed on ls->seen, or the op was skipped. */
static void result_expect(struct run *run, uint32_t record, const uint8_t *bytes)
{
	const struct outcome *seen = &run->ls->seen;

	if (run->result->note[run->record].verdict == VERDICT_SKIPPED ||
	    seen->err != (int32_t)record_u64(bytes + 2, 4) ||
	    seen->value[0] != record_u64(bytes + 8, 8))
		stale_note(run, record, seen->value[0]);
}

/* OP_CELL: the model's value of one cell; the real side is compared first. */
static bool cell_expect(struct run *run, uint32_t record, const uint8_t *bytes)
{
	struct view *view = &run->ls->want_view;
	uint16_t field = bytes[1], space = (uint16_t)record_u64(bytes + 2, 2);
	uint32_t key = (uint32_t)record_u64(bytes + 4, 4);
	uint64_t actual = CELL_ABSENT;

	if (!state_compare(run, VIEW_FULL))
		return false;
	for (uint32_t i = 0; i < view->count; i++)
		if (view->cell[i].field == field && view->cell[i].space == space &&
		    view->cell[i].key == key)
			actual = view->cell[i].value;
	if (actual != record_u64(bytes + 8, 8))
		stale_note(run, record, actual);
	return true;
}

static bool record_run(struct run *run, uint32_t index)
{
	const uint8_t *bytes = run->view->records + (size_t)index * OP_BYTES;

	run->result->note[index].verdict = VERDICT_COUNT;
	if (bytes[0] >= OP_META) {
		if (!run->options->strict || !run->settled)
			return true;
		if (bytes[0] == OP_RESULT)
			result_expect(run, index, bytes);
		if (bytes[0] == OP_CELL)
			return cell_expect(run, index, bytes);
		return true;
	}
	if (!op_decode(worker_target.model->tables, bytes, run->view->count - index, &run->op))
		return true;
	run->record = index;
	run->settled = true;
	run->progress->record = index;
	return op_run(run);
}

/* Every op of a case whose settings the target cannot take. */
static void case_skip(struct run *run, uint32_t from)
{
	run->ls->seen = (struct outcome){ 0 };
	for (uint32_t i = from; i < run->view->count; i++)
		if (op_decode(worker_target.model->tables,
			      run->view->records + (size_t)i * OP_BYTES, run->view->count - i,
			      &run->op)) {
			run->record = i;
			note_op(run, VERDICT_SKIPPED, SKIP_PRECONDITION);
		}
}

static void part_begin(struct run *run, uint32_t *first)
{
	run->progress->case_index = run->view->index;
	run->progress->record = 0;
	run->unsupported_before = run->result->skipped_by[SKIP_UNSUPPORTED];
	run->result->note_count = run->view->count;
	run->settled = run->options->resume != 0;
	*first = 0;
}

static bool case_begin(struct run *run, uint32_t *first)
{
	struct lockstep *ls = run->ls;
	bool able;

	part_begin(run, first);
	if (run->options->resume)
		return true;
	run->progress->phase = PHASE_RESET;
	memcpy(ls->rules, ls->base, worker_target.model->tables->rules_bytes);
	*first = records_settings(worker_target.model->tables, run->view->records, run->view->count,
				  run->ls->rules);
	overrides_apply(ls, run->options);
	run->result->cases++;
	for (uint32_t i = 0; i < *first; i++)
		run->result->note[i].verdict = VERDICT_COUNT;
	ls->case_number++;
	worker_target.model->reset(ls->state, ls->rules);
	able = worker_target.reset(ls->rules) == 0;
	coverage_clear();
	return able;
}

/* What the end of the case, or of a part of it, shows is charged to the last op. */
static bool case_end(struct run *run)
{
	uint32_t every = run->options->more ? 0 : run->options->wf_every;
	bool agreed = state_compare(run, VIEW_FULL);

	if (agreed && every != 0 && run->ls->case_number % every == 0) {
		coverage_hold();
		agreed = wf_compare(run);
		coverage_release();
	}
	if (!agreed && run->result->note[run->record].verdict == VERDICT_AGREE) {
		run->result->note[run->record].verdict = VERDICT_DIVERGE;
		run->result->verdict[VERDICT_AGREE]--;
		run->result->verdict[VERDICT_DIVERGE]++;
	}
	return agreed;
}

/*
 * Which rules fired in the op that differs: the case runs once more up to it. To keep count before every op would
 * cost a twentieth of all of them. A case that does not go the same way again has none.
 */
static void fired_learn(const struct run *run)
{
	struct lockstep *ls = run->ls;
	struct difference *difference = &run->result->difference;
	const struct trace *trace = worker_target.model->trace(ls->state);
	struct run again = *run;
	uint64_t number = ls->case_number;
	uint32_t hits[RULES_MAX], i;
	bool same;

	result_init(&ls->again);
	again.result = &ls->again;
	same = case_begin(&again, &i);
	while (same && i < run->record)
		same = record_run(&again, i++);
	memcpy(hits, trace->hits, sizeof(hits));
	if (same)
		(void)record_run(&again, run->record);
	for (i = 0; same && i < worker_target.model->tables->rule_count; i++)
		if (trace->hits[i] != hits[i])
			difference->fired[difference->fired_count++] = (uint8_t)i;
	ls->case_number = number;
}

bool lockstep_run(struct lockstep *ls, const struct lockstep_options *options,
		  const struct case_view *view, struct result *result, struct progress *progress)
{
	struct run run = {
		.ls = ls, .options = options, .view = view, .result = result, .progress = progress
	};
	const struct trace *trace = worker_target.model->trace(ls->state);
	bool agreed = true;
	uint32_t i;

	if (!case_begin(&run, &i)) {
		case_skip(&run, i);
		return true;
	}
	for (; agreed && i < view->count; i++)
		agreed = record_run(&run, i);
	for (; i < view->count; i++)
		result->note[i].verdict = VERDICT_COUNT;
	if (agreed && run.settled && !options->open_end)
		agreed = case_end(&run);
	if (result->difference.kind != DIFFERENCE_NONE && !options->resume)
		fired_learn(&run);
	for (uint32_t rule = 0;
	     (!agreed || !options->more) && rule < worker_target.model->tables->rule_count; rule++)
		result->rule_hits[rule] += trace->hits[rule];
	progress->phase = PHASE_IDLE;
	return agreed;
}

void lockstep_finish(const struct lockstep *ls, const struct lockstep_options *options,
		     struct progress *progress)
{
	uint32_t every = options->more || options->open_end ? 0 : options->wf_every;

	if (worker_target.finish == NULL || every == 0 || ls->case_number % every != 0)
		return;
	progress->phase = PHASE_OBSERVE;
	worker_target.finish();
	progress->phase = PHASE_IDLE;
}

uint32_t lockstep_resolve(struct lockstep *ls, const struct lockstep_options *options,
			  const struct case_view *view, struct result *result, struct op *ops,
			  uint32_t ops_max)
{
	struct progress progress;
	struct run run = {
		.ls = ls, .options = options, .view = view, .result = result, .progress = &progress
	};
	uint32_t count = 0, i;

	if (case_begin(&run, &i))
		for (; i < view->count && count < ops_max; i++) {
			(void)record_run(&run, i);
			if (run.settled && run.record == i &&
			    result->note[i].verdict < VERDICT_SKIPPED)
				ops[count++] = run.op;
		}
	return count;
}

void lockstep_apply_alone(struct lockstep *ls, const struct op *ops, uint32_t count)
{
	struct outcome seen;

	(void)worker_target.reset(ls->rules);
	for (uint32_t i = 0; i < count; i++) {
		seen.err = 0;
		ls->os.seen_count = 0;
		worker_target.apply(&ops[i], &seen, &ls->os);
	}
}
