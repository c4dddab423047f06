/* explain: the first difference of a case, both sides where they differ, and the rule. */
/* SPDX-License-Identifier: MIT */
#include "exact.h"
#include "stale.h"
#include "state_pair.h"
#include "subject.h"
#include "triage.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPS_SHOWN 40u
#define CELLS_SHOWN 24u

/* How the op of @record ended. */
static const char *note_text(const struct session *session, const struct op *op, uint32_t record,
			     char out[FORM_TEXT_MAX])
{
	const struct op_note *note = session_note(session, record);

	if (note == NULL || note->verdict == VERDICT_COUNT)
		out[0] = '\0';
	else if (note->verdict == VERDICT_SKIPPED)
		(void)skip_print(session->tables, op, note, out);
	else
		(void)result_print(session->tables, op->row, note->err, note->value, out);
	return out;
}

/* Beside a compact op, the call that it was: where it reads otherwise. */
static void exact_show(const struct tables *tables, const struct op *op, const struct op *exact)
{
	char *text;

	if (exact == NULL || op->exact || op_reads_compact(tables, exact))
		return;
	text = op_print(tables, exact);
	(void)printf("        = %s\n", text);
	free(text);
}

static void ops_show(const struct session *session, const struct case_file *file, uint32_t last,
		     const struct exact_ops *exact)
{
	uint32_t number = 0, total = case_op_number(file, last);
	char result[FORM_TEXT_MAX];
	struct op op;

	(void)printf("ops\n");
	if (total > OPS_SHOWN)
		(void)printf("     ... the first %u are left out: shrink the case\n",
			     total - OPS_SHOWN);
	for (uint32_t i = 0; i <= last && i < file->record_count; i++) {
		char *text;

		if (!case_op(file, i, &op) || ++number + OPS_SHOWN <= total)
			continue;
		text = op_print(file->tables, &op);
		(void)printf("%c %3u %s -> %s\n", i == last ? '>' : ' ', number, text,
			     note_text(session, &op, i, result));
		free(text);
		exact_show(file->tables, &op, exact_op(exact, i));
	}
}

static void settings_show(const struct session *session, const struct case_file *file)
{
	const uint8_t *record = file->records;

	for (uint32_t i = 0; i < file->record_count && record[0] == OP_SET; i++, record += OP_BYTES)
		(void)printf("set       %s=%" PRIu64 "\n", file->tables->param[record[2]].name,
			     record_u64(record + 4, 8));
	for (uint32_t i = 0; i < session->override_count; i++)
		(void)printf("override  %s=%" PRIu64 "\n",
			     session->tables->param[session->override[i].param].name,
			     session->override[i].value);
	if (session->fault != NULL)
		(void)printf("fault     %s\n", session->fault);
}

/* A cell of the difference with the value of one side. */
static struct cell difference_cell(const struct difference *difference, bool seen)
{
	return (struct cell){ .field = difference->field,
			      .space = difference->space,
			      .key = difference->key,
			      .value = seen ? difference->seen : difference->want };
}

static void difference_show(const struct case_file *file, const struct sighting *sighting)
{
	const struct cell want_cell = difference_cell(&sighting->difference, false);
	const struct cell seen_cell = difference_cell(&sighting->difference, true);
	bool cell = sighting->difference.kind == DIFFERENCE_CELL;
	char *text[] = {
		sighting_place(file, sighting),
		cell ? cell_note(file->tables, &want_cell, true) : NULL,
		sighting_want(file, sighting),
		cell ? cell_note(file->tables, &want_cell, false) : NULL,
		sighting_seen(file, sighting),
		cell ? cell_note(file->tables, &seen_cell, false) : NULL,
	};

	(void)printf("differs   op %u, %s%s: model %s%s, target %s%s\n",
		     case_op_number(file, sighting->record), text[0], cell ? text[1] : "", text[2],
		     cell ? text[3] : "", text[4], cell ? text[5] : "");
	if (cell)
		(void)printf("          (%s)\n", file->tables->field[want_cell.field].doc);
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		free(text[i]);
}

static void rules_show(const struct tables *tables, const struct difference *difference)
{
	const struct rule_row *rule = NULL;

	if (difference->rule < tables->rule_count)
		rule = &tables->rule[difference->rule];
	if (rule != NULL) {
		(void)printf("rule      %s (%s)\n          %s\n", rule->name, rule->source,
			     rule->statement);
		if (rule->regress[0] != '\0')
			(void)printf("          case corpus/regress/%s/%s.ops\n", tables->name,
				     rule->regress);
	}
	(void)printf("fired    ");
	for (uint32_t i = 0; i < difference->fired_count && i < RULES_MAX; i++)
		if (difference->fired[i] < tables->rule_count)
			(void)printf(" %s", tables->rule[difference->fired[i]].name);
	(void)printf("%s\n", difference->fired_count == 0 ? " none" : "");
	for (uint32_t i = 0; i < difference->fired_count && i < RULES_MAX; i++) {
		const struct rule_row *row = &tables->rule[difference->fired[i]];

		if (difference->fired[i] < tables->rule_count && row != rule)
			(void)printf("          %s (%s): %s\n", row->name, row->source,
				     row->statement);
	}
}

static bool has_fired(const struct difference *difference, uint32_t rule)
{
	for (uint32_t i = 0; i < difference->fired_count && i < RULES_MAX; i++)
		if (difference->fired[i] == rule)
			return true;
	return false;
}

/* What went wrong may have gone wrong before, and only shows now. */
static void earlier_show(const struct session *session, const struct difference *difference)
{
	const struct tables *tables = session->tables;
	const uint64_t *hits = session->worker.box->result.rule_hits;

	(void)printf("earlier  ");
	for (uint32_t i = 0; i < tables->rule_count; i++)
		if (hits[i] != 0 && !has_fired(difference, i))
			(void)printf(" %s", tables->rule[i].name);
	(void)putchar('\n');
}

/* A planted fault is known by what it changes: the rules that the model without it applies in this case. */
static bool fault_show(const struct session *session, const struct case_file *file,
		       const struct options *options, struct error *error)
{
	const struct tables *tables = session->tables;
	const uint64_t *with = session->worker.box->result.rule_hits, *without;
	struct sighting sighting;
	struct session sound;
	uint32_t shown = 0;
	bool good;

	if (session->fault == NULL)
		return true;
	if (!session_open(&sound, session->target, NULL, options, error))
		return false;
	memcpy(sound.override, session->override, sizeof(sound.override));
	sound.override_count = session->override_count;
	good = session_case(&sound, file, STATE_FULL, &sighting, error);
	without = sound.worker.box->result.rule_hits;
	for (uint32_t i = 0; good && i < tables->rule_count; i++)
		if (with[i] != without[i])
			(void)printf("%s %s %" PRIu64 " instead of %" PRIu64 " times",
				     shown++ == 0 ? "without   the fault:" : ",",
				     tables->rule[i].name, without[i], with[i]);
	if (shown > 0)
		(void)putchar('\n');
	session_close(&sound);
	return good;
}

static char *value_text(const struct tables *tables, const struct cell *cell)
{
	char value[FORM_TEXT_MAX], *note = cell_note(tables, cell, false), *text;

	(void)cell_print(tables, &tables->field[cell->field], cell->value, value);
	text = text_format("%s%s", value, note);
	free(note);
	return text;
}

/* One cell: its name, then what each side has. */
static void cell_show(const struct tables *tables, const struct cell *want, uint64_t seen_value)
{
	struct cell seen = { want->field, want->space, want->key, seen_value };
	char *name = cell_name(tables, want), *note = cell_note(tables, want, true);
	char *left = text_format("%s%s", name, note);
	char *middle = value_text(tables, want), *right = value_text(tables, &seen);

	(void)printf("          %-34s %-24s %s\n", left, middle, right);
	free(name);
	free(note);
	free(left);
	free(middle);
	free(right);
}

/* Cells that differ, side by side. */
static void cells_show(const struct state_pair *pair)
{
	uint32_t differing = 0;

	for (uint32_t i = 0; i < pair->count; i++) {
		if (state_repeated(pair, i) ||
		    state_at(pair, SIDE_MODEL, i) == state_at(pair, SIDE_TARGET, i))
			continue;
		if (differing++ == 0)
			(void)printf("state     %-34s %-24s %s\n", "cell", "model", "target");
		if (differing <= CELLS_SHOWN)
			cell_show(pair->tables, &pair->want[pair->order[i]],
				  state_at(pair, SIDE_TARGET, i));
	}
	if (differing == 0)
		(void)printf("state     equal in all %u cells\n", pair->count);
	if (differing > CELLS_SHOWN)
		(void)printf("          ... %u more\n", differing - CELLS_SHOWN);
}

static void state_show(struct session *session, const struct case_file *file,
		       const struct sighting *sighting)
{
	struct state_pair pair;

	if (sighting->kind == SIGHTING_CRASH || sighting->kind == SIGHTING_HANG ||
	    !state_last(&pair, session, file))
		return;
	draw_state(&pair);
	cells_show(&pair);
	state_pair_free(&pair);
}

static void head_show(const char *path, const struct case_file *file, const struct session *session)
{
	char *shown = text_quote(path);

	(void)printf("case      %s: domain %s, %u ops\n", shown, file->tables->name,
		     case_ops(file));
	free(shown);
	(void)printf("target    %s: %s, profile %s\n", session->target->name, session->info.version,
		     session_profile(session));
	settings_show(session, file);
	if (subject_known(session, file) != NULL)
		(void)printf("known     %s: the model does here what is documented\n",
			     subject_known(session, file));
}

/* What the case expects though both sides show something else. */
static void stale_explain(const char *path, const struct case_file *file,
			  const struct sighting *sighting)
{
	struct stale_list list = { 0 };
	uint32_t more = stale_collect(&list, path, file, sighting);

	stale_show(&list, 0, more);
	stale_list_free(&list);
}

int command_explain(const struct options *options)
{
	char signature[SIGNATURE_MAX];
	struct exact_ops exact = { 0 };
	struct sighting sighting;
	struct session session;
	struct case_file file;
	struct error error;
	bool good;

	if (!subject_open(options, &file, &session, &error))
		return error_print(&error);
	good = exact_ops_find(&exact, &session, &file, &error) &&
	       session_case(&session, &file, options->level_given ? options->level : STATE_FULL,
			    &sighting, &error);
	if (good && sighting.kind != SIGHTING_NONE)
		case_cut(&file, sighting.record);
	if (good) {
		head_show(options->arg[0], &file, &session);
		if (sighting.kind == SIGHTING_NONE) {
			(void)printf("agrees    model and target do not differ\n");
			stale_explain(options->arg[0], &file, &sighting);
			ops_show(&session, &file, file.record_count, &exact);
		} else {
			sighting_signature(&file, &sighting, signature);
			(void)printf("signature %s\n", signature);
			difference_show(&file, &sighting);
			rules_show(file.tables, &sighting.difference);
			earlier_show(&session, &sighting.difference);
			triage_explain(options);
			good = fault_show(&session, &file, options, &error);
			ops_show(&session, &file, sighting.record, &exact);
		}
		state_show(&session, &file, &sighting);
	}
	session_close(&session);
	exact_ops_free(&exact);
	case_free(&file);
	if (!good)
		return error_print(&error);
	return sighting.kind != SIGHTING_NONE || sighting.stale.count > 0;
}
