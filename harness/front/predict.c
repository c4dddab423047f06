/* predict: what the model alone says of a case under a release's rules, and where two releases part. */
/* SPDX-License-Identifier: MIT */
#include "exact.h"
#include "form.h"
#include "json_report.h"
#include "stale.h"
#include "state_pair.h"
#include "subject.h"
#include "trace.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATES_MAX 1024u

/* One profile's answers: the model runs against its own copy under the same rules. */
struct prediction {
	const char *profile;
	struct options options; /* with this profile alone */
	struct session session;
	struct op_note *note; /* of each record */
	char *need;           /* precondition of the case that the profile does not meet, or NULL */
	struct stale_list stale;
	uint32_t stale_more;
	json_t *states; /* those shown: one, or each op's; NULL: none */
};

struct predict {
	const struct options *options;
	struct case_file file;
	struct prediction prediction[PROFILES_MAX];
	uint32_t count;
};

/* Opens a session in which the model has @model's rules and its copy those of @real. */
static bool pair_open(const struct predict *predict, struct session *session,
		      struct prediction *model, const struct profile_entry *real,
		      struct error *error)
{
	const struct target_entry *target = subject_alone(real, predict->options, error);

	return target != NULL && session_open(session, target, NULL, &model->options, error);
}

/* A part of the case was run: its notes are kept. */
static void notes_take(void *context, const struct session *session, uint32_t base, uint32_t count)
{
	struct prediction *prediction = context;

	memcpy(prediction->note + base, session->worker.box->result.note,
	       count * sizeof(*prediction->note));
}

static bool prediction_make(struct predict *predict, struct prediction *prediction,
			    struct error *error)
{
	const struct profile_entry *profile =
	    subject_profile(predict->file.tables, prediction->profile, error);
	struct session *session = &prediction->session;
	struct sighting sighting;
	struct trace_plan plan = { .ended = notes_take, .context = prediction };
	char signature[SIGNATURE_MAX];

	if (profile == NULL)
		return false;
	prediction->profile = profile->name;
	prediction->options = *predict->options;
	prediction->options.profile = profile->name;
	prediction->note = memory_new(predict->file.record_count + 1, sizeof(*prediction->note));
	if (!pair_open(predict, session, prediction, profile, error) ||
	    !trace_run(session, &predict->file,
		       trace_long(&predict->file) ? STATE_TOUCHED : STATE_FULL, &plan, &sighting,
		       error))
		return false;
	if (sighting.kind != SIGHTING_NONE) {
		sighting_signature(&predict->file, &sighting, signature);
		return error_set(error,
				 "the model contradicts its own copy (%s): a bug of memoracle",
				 signature);
	}
	prediction->need = session_needs(session, &predict->file);
	if (predict->options->check && prediction->need == NULL)
		prediction->stale_more = stale_collect(&prediction->stale, predict->options->arg[0],
						       &predict->file, &sighting);
	return true;
}

static const char *note_print(const struct tables *tables, const struct op *op,
			      const struct op_note *note, char out[FORM_TEXT_MAX])
{
	if (note->verdict == VERDICT_SKIPPED)
		(void)skip_print(tables, op, note, out);
	else
		(void)result_print(tables, op->row, note->err, note->value, out);
	return out;
}

static bool notes_equal(const struct op_note *a, const struct op_note *b)
{
	return a->verdict == b->verdict && a->skip == b->skip && a->err == b->err &&
	       a->value == b->value;
}

/* A line an op; where profiles disagree, a line each. */
static void op_show(const struct predict *predict, uint32_t record, uint32_t number)
{
	const struct tables *tables = predict->file.tables;
	const struct op_note *first = &predict->prediction[0].note[record];
	char result[FORM_TEXT_MAX], *text;
	struct op op;
	bool same = true;

	if (!case_op(&predict->file, record, &op))
		return;
	text = op_print(tables, &op);
	for (uint32_t i = 1; i < predict->count; i++)
		same = same && notes_equal(first, &predict->prediction[i].note[record]);
	(void)printf("%5u %s", number, text);
	free(text);
	if (same) {
		(void)printf(" -> %s\n", note_print(tables, &op, first, result));
		return;
	}
	(void)putchar('\n');
	for (uint32_t i = 0; i < predict->count; i++)
		(void)printf("      %-16s -> %s\n", predict->prediction[i].profile,
			     note_print(tables, &op, &predict->prediction[i].note[record], result));
}

/* Runs the case up to @record again, draws the model's state behind it, and keeps it for the report. */
static bool state_show(const struct predict *predict, struct prediction *prediction,
		       uint32_t record, struct error *error)
{
	struct case_file prefix = predict->file;
	struct sighting sighting;
	struct state_pair pair;

	prefix.record_count = case_after(&predict->file, record);
	if (!session_case(&prediction->session, &prefix, STATE_END, &sighting, error))
		return false;
	if (!state_last(&pair, &prediction->session, &prefix))
		return error_set(error, "the state is larger than %u cells", CELLS_MAX);
	state_model_alone(&pair);
	(void)printf("state    %s, after op %u\n", prediction->profile,
		     case_op_number(&prefix, record));
	draw_state(&pair);
	if (predict->options->json != NULL)
		(void)json_array_append_new(prediction->states, json_state(&pair));
	state_pair_free(&pair);
	return true;
}

static bool states_show(struct predict *predict, uint32_t record, struct error *error)
{
	for (uint32_t i = 0; i < predict->count; i++)
		if (!state_show(predict, &predict->prediction[i], record, error))
			return false;
	return true;
}

static void head_show(const struct predict *predict)
{
	char *path = text_quote(predict->options->arg[0]);

	(void)printf("case     %s: domain %s, %u ops\nprofile ", path, predict->file.tables->name,
		     case_ops(&predict->file));
	free(path);
	for (uint32_t i = 0; i < predict->count; i++)
		(void)printf(" %s", predict->prediction[i].profile);
	(void)putchar('\n');
}

/* The ops, with the state where it is asked for. */
static bool ops_show(struct predict *predict, struct error *error)
{
	const struct options *options = predict->options;
	bool each = options->level_given && options->level == STATE_FULL;
	uint32_t number = 0, last = 0;
	struct op op;

	for (uint32_t i = 0; i < predict->file.record_count; i++) {
		if (!case_op(&predict->file, i, &op))
			continue;
		last = i;
		op_show(predict, i, ++number);
		if (each && !states_show(predict, i, error))
			return false;
	}
	return each || !options->level_given || number == 0 || states_show(predict, last, error);
}

/* Does the difference at @record vanish when the model takes the other side's value of @param? */
static bool param_parts(struct session *session, const struct case_file *file, uint32_t param,
			uint64_t value, uint32_t record, struct error *error)
{
	uint64_t own = param_get(session->tables, param, session->rules);
	struct sighting sighting;
	bool good = session_override_number(session, param, value) &&
		    session_case(session, file, STATE_FULL, &sighting, error);

	(void)session_override_number(session, param, own);
	return good && (sighting.kind == SIGHTING_NONE || sighting.record > record);
}

/* The switches that part two profiles at @record, each alone. */
static json_t *parting_rules(struct predict *predict, struct session *session,
			     const struct session *other, uint32_t record, struct error *error)
{
	const struct tables *tables = predict->file.tables;
	json_t *found = json_array();

	for (uint32_t p = 0; p < tables->param_count; p++) {
		uint64_t value = param_get(tables, p, other->rules);

		if (tables->param[p].setting || param_get(tables, p, session->rules) == value ||
		    !param_parts(session, &predict->file, p, value, record, error))
			continue;
		(void)json_array_append_new(found, json_text(tables->param[p].name));
	}
	return found;
}

static void rule_show(const struct tables *tables, const char *name)
{
	for (uint32_t i = 0; i < tables->rule_count; i++)
		if (strcmp(tables->rule[i].name, name) == 0)
			(void)printf("rule     %s (%s)\n         %s\n", name,
				     tables->rule[i].source, tables->rule[i].statement);
}

/* Where the second of two profiles leaves the first: the op, what differs, the rule. */
static bool parting_show(struct predict *predict, uint32_t index, json_t *parts,
			 struct error *error)
{
	struct prediction *first = &predict->prediction[0], *other = &predict->prediction[index];
	const struct tables *tables = predict->file.tables;
	struct sighting sighting;
	struct session session;
	json_t *rules;
	char *place, *want, *seen;

	if (!pair_open(predict, &session, first, subject_profile(tables, other->profile, error),
		       error))
		return false;
	if (!session_case(&session, &predict->file, STATE_FULL, &sighting, error)) {
		session_close(&session);
		return false;
	}
	if (sighting.kind == SIGHTING_NONE) {
		(void)printf("same     %s and %s answer alike and leave the same state\n",
			     first->profile, other->profile);
		session_close(&session);
		return true;
	}
	place = sighting_place(&predict->file, &sighting);
	want = sighting_want(&predict->file, &sighting);
	seen = sighting_seen(&predict->file, &sighting);
	(void)printf("part     op %u, %s: %s %s, %s %s\n",
		     case_op_number(&predict->file, sighting.record), place, first->profile, want,
		     other->profile, seen);
	rules = parting_rules(predict, &session, &other->session, sighting.record, error);
	for (size_t i = 0; i < json_array_size(rules); i++)
		rule_show(tables, json_string_value(json_array_get(rules, i)));
	if (json_array_size(rules) == 0)
		(void)printf("rule     none alone: several of their differences together\n");
	(void)json_array_append_new(
	    parts, json_pack("{s:s, s:s, s:i, s:o, s:o, s:o, s:o}", "from", first->profile, "to",
			     other->profile, "op", case_op_number(&predict->file, sighting.record),
			     "field", json_text(place), "want", json_text(want), "seen",
			     json_text(seen), "rules", rules));
	free(place);
	free(want);
	free(seen);
	session_close(&session);
	return true;
}

static json_t *results_json(const struct predict *predict, const struct prediction *prediction)
{
	const struct tables *tables = predict->file.tables;
	json_t *results = json_array();
	uint32_t number = 0;

	for (uint32_t i = 0; i < predict->file.record_count; i++) {
		const struct op_note *note = &prediction->note[i];
		json_t *result;
		struct op op;
		char *call;

		if (!case_op(&predict->file, i, &op))
			continue;
		call = op_print(tables, &op);
		result = json_pack("{s:i, s:o}", "op", ++number, "call", json_text(call));
		free(call);
		if (note->verdict == VERDICT_SKIPPED)
			(void)json_object_set_new(result, "skipped",
						  json_text(skip_name[note->skip]));
		else
			json_result_fields(result, tables, op.row, note->err, note->value);
		if (predict->options->level_given && predict->options->level == STATE_FULL)
			(void)json_object_set(result, "state",
					      json_array_get(prediction->states, number - 1));
		(void)json_array_append_new(results, result);
	}
	return results;
}

static json_t *profile_json(const struct predict *predict, const struct prediction *prediction)
{
	json_t *object = json_pack("{s:s, s:o}", "profile", prediction->profile, "results",
				   results_json(predict, prediction));

	if (predict->options->level_given && predict->options->level == STATE_END)
		(void)json_object_set(object, "state", json_array_get(prediction->states, 0));
	return object;
}

static bool predict_publish(const struct predict *predict, int status, json_t *parts,
			    struct error *error)
{
	json_t *document = json_document(), *list = json_array();

	for (uint32_t i = 0; i < predict->count; i++)
		(void)json_array_append_new(list, profile_json(predict, &predict->prediction[i]));
	(void)json_object_set_new(document, "status", json_integer(status));
	(void)json_object_update(document, json_array_get(list, 0));
	if (predict->count > 1) {
		(void)json_object_set_new(document, "profiles", json_incref(list));
		(void)json_object_set_new(document, "parts", json_incref(parts));
	}
	json_decref(list);
	return json_publish(document, predict->options, error);
}

/* Every profile, then where each of them leaves the first. */
static bool predict_all(struct predict *predict, json_t *parts, struct error *error)
{
	for (uint32_t i = 0; i < predict->count; i++)
		if (!prediction_make(predict, &predict->prediction[i], error))
			return false;
	head_show(predict);
	if (!ops_show(predict, error))
		return false;
	for (uint32_t i = 1; i < predict->count; i++)
		if (!parting_show(predict, i, parts, error))
			return false;
	return true;
}

static void prediction_free(struct prediction *prediction)
{
	session_close(&prediction->session);
	free(prediction->note);
	free(prediction->need);
	stale_list_free(&prediction->stale);
	json_decref(prediction->states);
}

/* What the case expects and the profile does not give. Returns: 1 if there is any, else 0. */
static int check_show(const struct prediction *prediction)
{
	if (prediction->need != NULL)
		(void)printf("skipped  %s: the case needs %s\n", prediction->profile,
			     prediction->need);
	else if (prediction->stale.count == 0)
		(void)printf("as expected under %s\n", prediction->profile);
	for (uint32_t i = 0; i < prediction->stale.count; i++) {
		const struct stale_row *row = &prediction->stale.row[i];
		char *path = text_quote(row->path);

		(void)printf("differs  %s:%u: op %u, %s: %s gives %s, the file expects %s\n", path,
			     row->line, row->op_index, row->field, prediction->profile, row->actual,
			     row->expected);
		free(path);
	}
	if (prediction->stale_more > 0)
		(void)printf("differs  in %u more\n", prediction->stale_more);
	return prediction->stale.count > 0;
}

/* Each op's state is found by running all ops up to it: a long case would take for ever. */
static bool state_check(const struct predict *predict, struct error *error)
{
	const struct options *options = predict->options;

	if (!options->level_given)
		return true;
	if (options->level == STATE_TOUCHED)
		return error_set(error, "predict --state takes full or end");
	return options->level == STATE_END || case_ops(&predict->file) <= STATES_MAX ||
	       error_set(error,
			 "%.200s: --state full takes cases up to %u ops, this one has %u; --state "
			 "end takes any",
			 options->arg[0], STATES_MAX, case_ops(&predict->file));
}

int command_predict(const struct options *options)
{
	static struct predict predict;
	json_t *parts = json_array();
	struct error error;
	int status = 0;

	predict.options = options;
	if (!subject_load(options->arg[0], options, &predict.file, NULL, &error))
		return error_print(&error);
	predict.count = options->profile_count > 0 ? options->profile_count : 1;
	for (uint32_t i = 0; i < predict.count; i++) {
		predict.prediction[i].profile = options->profiles[i];
		predict.prediction[i].states = json_array();
	}
	if (!state_check(&predict, &error) || !predict_all(&predict, parts, &error))
		status = error_print(&error);
	for (uint32_t i = 0; options->check && status != 2 && i < predict.count; i++)
		status |= check_show(&predict.prediction[i]);
	if (status != 2 && !predict_publish(&predict, status, parts, &error))
		status = error_print(&error);
	json_decref(parts);
	for (uint32_t i = 0; i < predict.count; i++)
		prediction_free(&predict.prediction[i]);
	case_free(&predict.file);
	return status;
}
