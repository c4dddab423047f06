/* triage: the changes of the model that may be causes. */
/* SPDX-License-Identifier: MIT */
#include "triage.h"
#include "form.h"
#include <stdlib.h>
#include <string.h>

#define VALUES_FEW 4u  /* a range of so many values is tried whole */
#define VALUES_MAX 32u /* of a wider one these are */
#define PAIRS_MAX 4096u

struct values {
	uint64_t value[VALUES_MAX];
	uint32_t count;
};

static const struct rule_row *rule_find(const struct tables *tables, const char *name)
{
	for (uint32_t i = 0; i < tables->rule_count; i++)
		if (strcmp(tables->rule[i].name, name) == 0)
			return &tables->rule[i];
	return NULL;
}

static struct cause *cause_add(struct triage_group *group)
{
	struct cause *cause;

	group->cause = memory_grow(group->cause, group->cause_count + 1, sizeof(*cause));
	cause = &group->cause[group->cause_count++];
	*cause = (struct cause){
		.explains = memory_new(group->finding_count, sizeof(bool)),
		.moves = memory_new(group->finding_count, sizeof(bool)),
		.same_as = -1,
	};
	return cause;
}

static void value_add(struct values *values, const struct param_row *row, uint64_t now,
		      uint64_t value)
{
	if (value < row->lo || value > row->hi || value == now || values->count == VALUES_MAX)
		return;
	for (uint32_t i = 0; i < values->count; i++)
		if (values->value[i] == value)
			return;
	values->value[values->count++] = value;
}

/* The values that profiles of the domain give the switch. */
static void values_of_profiles(struct values *values, const struct tables *tables,
			       const struct param_row *row, uint64_t now)
{
	size_t length = strlen(row->name);

	for (const struct profile_entry *at = profile_entries; at->name != NULL; at++) {
		const char *word = at->switches;
		uint64_t value;

		while (strcmp(at->domain, tables->name) == 0 &&
		       (word = strstr(word, row->name)) != NULL) {
			bool whole =
			    (word == at->switches || word[-1] == ' ') && word[length] == '=';

			word += length;
			if (whole && param_parse(word + 1, strcspn(word + 1, " "), &value))
				value_add(values, row, now, value);
		}
	}
}

/* All values but the present one; of a wide range its ends, the neighbours, and what is known elsewhere. */
static struct values values_of(const struct tables *tables, const struct param_row *row,
			       uint64_t now)
{
	struct values values = { .count = 0 };

	if (row->hi - row->lo < VALUES_FEW) {
		for (uint64_t value = row->lo; value <= row->hi; value++)
			value_add(&values, row, now, value);
		return values;
	}
	value_add(&values, row, now, row->initial);
	values_of_profiles(&values, tables, row, now);
	value_add(&values, row, now, now - 1);
	value_add(&values, row, now, now + 1);
	value_add(&values, row, now, now / 2);
	value_add(&values, row, now, now * 2);
	value_add(&values, row, now, row->lo);
	value_add(&values, row, now, row->hi);
	return values;
}

static void switch_add(struct triage_group *group, uint32_t param, uint64_t value)
{
	const char *name = group->base.tables->param[param].name;
	const struct rule_row *rule = rule_find(group->base.tables, name);
	struct cause *cause = cause_add(group);

	cause->change[cause->change_count++] = (struct change){
		.kind = rule != NULL && rule->kind == RULE_DEFECT ? CAUSE_DEFECT : CAUSE_SWITCH,
		.rule = rule,
		.name = name,
		.param = param,
		.value = value,
	};
}

static void fault_add(struct triage_group *group, const struct fault_entry *fault, bool planted)
{
	struct cause *cause = cause_add(group);

	cause->change[cause->change_count++] = (struct change){
		.kind = CAUSE_FAULT,
		.rule = rule_find(group->base.tables, fault->rule),
		.name = fault->name,
		.value = planted,
		.fault = fault,
	};
}

/* The value that the target was found to have. */
static uint64_t detected(const struct triage_group *group, uint32_t param)
{
	return param_get(group->base.tables, param, group->session.worker.box->base);
}

void group_undoes(struct triage_group *group)
{
	const struct session *base = &group->base;

	for (uint32_t i = 0; i < base->override_count; i++) {
		uint32_t param = base->override[i].param;

		if (!base->tables->param[param].setting &&
		    base->override[i].value != detected(group, param))
			switch_add(group, param, detected(group, param));
	}
	if (group->fault != NULL)
		fault_add(group, fault_find(group->target->domain, group->fault), false);
}

/* Is there a cause already that sets the switch so? */
static bool is_added(const struct triage_group *group, uint32_t param, uint64_t value)
{
	for (uint32_t i = 0; i < group->cause_count; i++) {
		const struct change *change = &group->cause[i].change[0];

		if (change->kind != CAUSE_FAULT && change->param == param && change->value == value)
			return true;
	}
	return false;
}

static void switches_add(struct triage_group *group, bool defects)
{
	const struct tables *tables = group->base.tables;

	for (uint32_t p = 0; p < tables->param_count; p++) {
		const struct rule_row *rule = rule_find(tables, tables->param[p].name);
		struct values values;

		if (tables->param[p].setting ||
		    (rule != NULL && rule->kind == RULE_DEFECT) != defects)
			continue;
		values =
		    values_of(tables, &tables->param[p], param_get(tables, p, group->base.rules));
		for (uint32_t i = 0; i < values.count; i++)
			if (!is_added(group, p, values.value[i]))
				switch_add(group, p, values.value[i]);
	}
}

/* With a fault in the model already, another one is no single change. Rows that are equivalent change nothing. */
void group_causes(struct triage_group *group)
{
	switches_add(group, false);
	switches_add(group, true);
	for (const struct fault_entry *at = fault_entries; at->name != NULL; at++)
		if (group->fault == NULL && strcmp(at->domain, group->target->domain) == 0 &&
		    at->argument == NULL)
			fault_add(group, at, true);
}

/* Does the cause change anything about a finding that nothing explains yet? */
static bool cause_matters(const struct triage_group *group, uint32_t cause)
{
	for (uint32_t i = 0; i < group->finding_count; i++)
		if (group->cause[cause].moves[i] && !group->finding[i]->explained)
			return true;
	return false;
}

/* A pair needs one worker at most, and two values of one switch are no pair. */
static bool is_pair(const struct change *a, const struct change *b)
{
	if (a->kind == CAUSE_FAULT || b->kind == CAUSE_FAULT)
		return a->kind != b->kind;
	return a->param != b->param;
}

void group_pairs(struct triage_group *group)
{
	uint32_t singles = group->cause_count;

	for (uint32_t b = 1; b < singles; b++)
		for (uint32_t a = 0; a < b; a++) {
			struct change first = group->cause[a].change[0];
			struct change second = group->cause[b].change[0];
			struct cause *cause;

			if (group->cause_count - singles == PAIRS_MAX ||
			    (!cause_matters(group, a) && !cause_matters(group, b)) ||
			    !is_pair(&first, &second))
				continue;
			cause = cause_add(group);
			cause->change[cause->change_count++] = first;
			cause->change[cause->change_count++] = second;
		}
}

enum cause_kind cause_kind(const struct cause *cause)
{
	return cause->change_count > 1 ? CAUSE_PAIR : cause->change[0].kind;
}

const char *cause_kind_name(const struct cause *cause)
{
	static const char *const name[CAUSE_KINDS] = {
		[CAUSE_SWITCH] = "switch",
		[CAUSE_DEFECT] = "defect",
		[CAUSE_FAULT] = "fault",
		[CAUSE_PAIR] = "pair",
	};

	return name[cause_kind(cause)];
}

char *cause_name(const struct cause *cause)
{
	return cause->change_count > 1
		   ? text_format("%s+%s", cause->change[0].name, cause->change[1].name)
		   : text_format("%s", cause->change[0].name);
}

uint32_t cause_explains(const struct triage_group *group, const struct cause *cause)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < group->finding_count; i++)
		count += cause->explains[i];
	return count;
}
