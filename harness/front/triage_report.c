/* triage: what is told. What nothing explains comes first, then each cause with its findings. */
/* SPDX-License-Identifier: MIT */
#include "triage.h"
#include "json_report.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAUSES_SHOWN 5u /* by explain */

static uint32_t state_count(const struct triage *triage, enum triage_state state, bool explained)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < triage->finding_count; i++)
		count +=
		    triage->finding[i].state == state && triage->finding[i].explained == explained;
	return count;
}

int triage_status(const struct triage *triage)
{
	return state_count(triage, TRIAGE_DIFFERS, false) +
		   state_count(triage, TRIAGE_FLAKY, false) >
	       0;
}

static void finding_print(const struct triage_finding *finding)
{
	char *path = text_quote(finding->path);

	if (finding->replays == 0)
		(void)printf("  -    %s\n", path);
	else
		(void)printf("  %u/%u  %s  %s\n", finding->shown, finding->replays, path,
			     finding->signature);
	free(path);
}

static void state_print(const struct triage *triage, enum triage_state state, const char *what)
{
	uint32_t count = state_count(triage, state, false);

	if (count == 0)
		return;
	(void)printf("%s: %u\n", what, count);
	for (uint32_t i = 0; i < triage->finding_count; i++)
		if (triage->finding[i].state == state && !triage->finding[i].explained)
			finding_print(&triage->finding[i]);
}

/* Texts of fault.def on one line. */
static void text_print(const char *text)
{
	bool blank = true;

	for (; *text != '\0'; text++) {
		bool space = *text == ' ' || *text == '\t' || *text == '\n';

		if (!space)
			(void)putchar(*text);
		else if (!blank)
			(void)putchar(' ');
		blank = space;
	}
}

static void change_print(const struct change *change)
{
	if (change->rule != NULL)
		(void)printf("  rule     %s (%s)\n           %s\n", change->rule->name,
			     change->rule->source, change->rule->statement);
	if (change->fault == NULL)
		return;
	(void)printf("  change   %s:%s%s  ", change->fault->file, change->fault->function,
		     change->value ? "" : ", taken back");
	text_print(change->fault->old_text);
	(void)printf("  ->  ");
	text_print(change->fault->new_text[0] != '\0' ? change->fault->new_text : "nothing");
	(void)putchar('\n');
}

/* "switch zero_page=0", "fault split_pgoff", "pair thp=0 + fault split_pgoff". */
static void cause_title(const struct cause *cause)
{
	(void)printf("%s", cause_kind_name(cause));
	for (uint32_t i = 0; i < cause->change_count; i++) {
		const struct change *change = &cause->change[i];

		(void)printf("%s %s", i > 0 ? " +" : "", change->name);
		if (change->kind != CAUSE_FAULT)
			(void)printf("=%" PRIu64, change->value);
		else if (change->value == 0)
			(void)printf(" taken out of the model");
	}
}

static void trial_print(const char *with, const struct trial *trial)
{
	if (trial->differs)
		(void)printf("%s %" PRIu64 " further ops agree, next differs %s\n", with,
			     trial->agreed, trial->signature);
	else if (trial->agreed > 0)
		(void)printf("%s %" PRIu64 " further ops agree\n", with, trial->agreed);
}

static void alternatives_print(const struct triage_group *group, uint32_t index)
{
	for (uint32_t i = 0; i < group->cause_count; i++)
		if (group->cause[i].same_as == (int)index) {
			(void)printf("  or       ");
			cause_title(&group->cause[i]);
			(void)printf(", which explains the same\n");
		}
}

static void cause_print(const struct triage_group *group, uint32_t index)
{
	const struct cause *cause = &group->cause[index];

	(void)printf("cause: ");
	cause_title(cause);
	(void)printf(" on %s explains %u of %u\n", group->target->name,
		     cause_explains(group, cause), group->finding_count);
	for (uint32_t i = 0; i < cause->change_count; i++)
		change_print(&cause->change[i]);
	trial_print("  then     with it", &cause->trial);
	alternatives_print(group, index);
	for (uint32_t i = 0; i < group->finding_count; i++)
		if (cause->explains[i])
			finding_print(group->finding[i]);
}

static void group_print(const struct triage_group *group)
{
	for (uint32_t i = 0; i < group->named_count; i++)
		cause_print(group, group->named[i]);
	if (group->together != NULL && group->together->change_count > 0)
		trial_print("together: with all these causes", &group->together->trial);
}

void triage_print(const struct triage *triage)
{
	uint32_t tried = 0, not_linked = 0;

	for (uint32_t i = 0; i < triage->group_count; i++) {
		tried += triage->group[i].tried;
		not_linked += triage->group[i].not_linked;
	}
	(void)printf("triage: %u findings, %u changes of the model tried, %.1f s\n",
		     triage->finding_count, tried, triage->seconds);
	if (not_linked > 0 && !triage->limits.link)
		(void)printf("  %u planted faults are not linked yet and were not tried: "
			     "`memoracle triage` links them\n",
			     not_linked);
	if (triage_time_is_up(triage))
		(void)printf("  time was up before everything was tried\n");
	state_print(triage, TRIAGE_DIFFERS, "unexplained");
	for (uint32_t i = 0; i < triage->group_count; i++)
		group_print(&triage->group[i]);
	state_print(triage, TRIAGE_FLAKY, "not in every replay");
	state_print(triage, TRIAGE_AGREES, "agree when replayed here");
	state_print(triage, TRIAGE_SKIPPED, "skipped, their preconditions are not met here");
}

void triage_causes_print(const struct triage *triage)
{
	const struct triage_group *group = triage->group;
	uint32_t shown = 0;

	for (uint32_t i = 0; triage->group_count > 0 && i < group->cause_count; i++) {
		const struct cause *cause = &group->cause[i];

		if (cause_explains(group, cause) == 0)
			continue;
		if (shown++ >= CAUSES_SHOWN)
			continue;
		(void)printf("%s", shown == 1 ? "causes    " : "          ");
		cause_title(cause);
		if (cause->change[0].rule != NULL)
			(void)printf(" (%s)", cause->change[0].rule->source);
		(void)putchar('\n');
	}
	if (shown > CAUSES_SHOWN)
		(void)printf("          ... %u more\n", shown - CAUSES_SHOWN);
	if (shown == 0 && triage->group_count > 0 && group->cause_count > 0)
		(void)printf("causes    none of %u changes of the model explains it%s\n",
			     group->tried,
			     group->not_linked > 0 ? "; `memoracle triage` links more" : "");
}

/* ---- JSON */

static json_t *value_json(const struct cause *cause)
{
	return cause->change_count > 1 ? json_null()
				       : json_integer((json_int_t)cause->change[0].value);
}

static json_t *change_json(const struct change *change)
{
	const struct rule_row *rule = change->rule;
	static const char *const kind[] = { "switch", "defect", "fault" };

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "name", change->name, "kind",
			 kind[change->kind], "rule", rule ? rule->name : "", "source",
			 rule ? rule->source : "", "statement", rule ? rule->statement : "",
			 "value", (json_int_t)change->value);
}

static json_t *cause_json(const struct triage_group *group, uint32_t index)
{
	const struct cause *cause = &group->cause[index];
	const struct rule_row *rule = cause->change[0].rule;
	json_t *files = json_array(), *changes = json_array(), *same = json_array();
	char *name = cause_name(cause);
	json_t *row;

	for (uint32_t i = 0; i < group->finding_count; i++)
		if (cause->explains[i])
			(void)json_array_append_new(files, json_text(group->finding[i]->path));
	for (uint32_t i = 0; i < cause->change_count; i++)
		(void)json_array_append_new(changes, change_json(&cause->change[i]));
	for (uint32_t i = 0; i < group->cause_count; i++)
		if (group->cause[i].same_as == (int)index) {
			char *other = cause_name(&group->cause[i]);

			(void)json_array_append_new(same, json_text(other));
			free(other);
		}
	row =
	    json_pack("{s:o, s:s, s:s, s:o, s:o, s:I, s:s, s:o, s:o, s:o}", "name", json_text(name),
		      "kind", cause_kind_name(cause), "rule", rule ? rule->name : "", "value",
		      value_json(cause), "explains", files, "confirmed_ops",
		      (json_int_t)cause->trial.agreed, "target", group->target->name, "differs",
		      cause->trial.differs ? json_text(cause->trial.signature) : json_null(),
		      "changes", changes, "same", same);
	free(name);
	return row;
}

static json_t *files_json(const struct triage *triage, enum triage_state state)
{
	json_t *files = json_array();

	for (uint32_t i = 0; i < triage->finding_count; i++)
		if (triage->finding[i].state == state && !triage->finding[i].explained)
			(void)json_array_append_new(files, json_text(triage->finding[i].path));
	return files;
}

static json_t *finding_json(const struct triage_finding *finding)
{
	char *repeats = text_format("%u/%u", finding->shown, finding->replays);
	json_t *row = json_pack("{s:o, s:s, s:o, s:o}", "file", json_text(finding->path), "target",
				finding->target->name, "signature", json_text(finding->signature),
				"repeats", json_text(repeats));

	free(repeats);
	return row;
}

json_t *triage_json(const struct triage *triage, int status)
{
	json_t *document = json_document(), *causes = json_array(), *findings = json_array();
	uint32_t tried = 0;

	for (uint32_t i = 0; i < triage->group_count; i++) {
		tried += triage->group[i].tried;
		for (uint32_t k = 0; k < triage->group[i].named_count; k++)
			(void)json_array_append_new(
			    causes, cause_json(&triage->group[i], triage->group[i].named[k]));
	}
	for (uint32_t i = 0; i < triage->finding_count; i++)
		(void)json_array_append_new(findings, finding_json(&triage->finding[i]));
	(void)json_object_set_new(document, "status", json_integer(status));
	(void)json_object_set_new(document, "causes", causes);
	(void)json_object_set_new(document, "unexplained", files_json(triage, TRIAGE_DIFFERS));
	(void)json_object_set_new(document, "not_repeating", files_json(triage, TRIAGE_FLAKY));
	(void)json_object_set_new(document, "agree", files_json(triage, TRIAGE_AGREES));
	(void)json_object_set_new(document, "skipped", files_json(triage, TRIAGE_SKIPPED));
	(void)json_object_set_new(document, "findings", findings);
	(void)json_object_set_new(document, "tried", json_integer(tried));
	(void)json_object_set_new(document, "seconds", json_real(triage->seconds));
	return document;
}
