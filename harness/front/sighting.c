/* What a run showed, in words: signature, rule, and both sides of the difference. */
/* SPDX-License-Identifier: MIT */
#include "session.h"
#include "form.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sighting_field(const struct tables *tables, const struct sighting *sighting)
{
	switch (sighting->kind) {
	case SIGHTING_CRASH:
		return "crash";
	case SIGHTING_HANG:
		return "hang";
	case SIGHTING_TROUBLE:
		return "trouble";
	default:
		break;
	}
	switch (sighting->difference.kind) {
	case DIFFERENCE_OUTCOME:
		return "outcome";
	case DIFFERENCE_REQUEST:
		return "request";
	case DIFFERENCE_WF:
		return "wf";
	case DIFFERENCE_CELL:
		return sighting->difference.field < tables->field_count
			   ? tables->field[sighting->difference.field].name
			   : "cell";
	default:
		return "overflow";
	}
}

const char *sighting_op(const struct case_file *file, const struct sighting *sighting)
{
	struct op op;

	return case_op(file, sighting->record, &op) ? op.row->name : "reset";
}

void sighting_signature(const struct case_file *file, const struct sighting *sighting,
			char out[SIGNATURE_MAX])
{
	(void)snprintf(out, SIGNATURE_MAX, "%s/%s/%s", file->tables->name,
		       sighting_op(file, sighting), sighting_field(file->tables, sighting));
}

const char *sighting_rule(const struct tables *tables, const struct sighting *sighting)
{
	uint32_t rule = sighting->difference.rule;

	return rule < tables->rule_count ? tables->rule[rule].name : "";
}

/* Outcomes may carry several values: the first has the op's form, the others are pointers. Zeros fill up. */
static char *outcome_print(const struct case_file *file, const struct sighting *sighting,
			   const struct outcome *outcome)
{
	uint32_t count = outcome->count < OUTCOME_VALUES ? outcome->count : OUTCOME_VALUES;
	char text[FORM_TEXT_MAX];
	struct op op;
	char *all, *longer;

	if (!case_op(file, sighting->record, &op))
		return text_format("?");
	all = text_format(
	    "%s", result_print(file->tables, op.row, outcome->err, outcome->value[0], text));
	while (count > 1 && outcome->value[count - 1] == 0)
		count--;
	for (uint32_t i = 1; i < count; i++) {
		longer = text_format(
		    "%s, %s", all, form_print(file->tables, FORM_PTR, "", outcome->value[i], text));
		free(all);
		all = longer;
	}
	return all;
}

/* What each request carries. */
static const struct request_row {
	const char *name;
	uint32_t arg_count;
	uint8_t first_form; /* enum form */
} request_rows[] = {
	[0] = { "request", 3, FORM_HEX },
	[OS_SBRK] = { "sbrk", 1, FORM_SIGNED },
	[OS_MMAP] = { "mmap", 2, FORM_DEC },
	[OS_MUNMAP] = { "munmap", 2, FORM_PTR },
	[OS_MREMAP] = { "mremap", 3, FORM_PTR },
	[OS_MADVISE] = { "madvise", 3, FORM_PTR },
	[OS_MPROTECT] = { "mprotect", 3, FORM_PTR },
	[OS_WAKE_KSWAPD] = { "wake_kswapd", 1, FORM_DEC },
	[OS_RECLAIM] = { "reclaim", 1, FORM_DEC },
};

/* Requests of the first place where the two logs differ: "sbrk(135168)", or "none". */
static char *request_print(const struct tables *tables, const struct os_event *event, bool there)
{
	const struct request_row *row = request_rows;
	char first[FORM_TEXT_MAX], second[32] = "", third[32] = "";

	if (!there)
		return text_format("none");
	if (event->kind < sizeof(request_rows) / sizeof(request_rows[0]))
		row = &request_rows[event->kind];
	(void)form_print(tables, row->first_form, "", event->arg[0], first);
	if (row->arg_count > 1)
		(void)snprintf(second, sizeof(second), ", %" PRIu64, event->arg[1]);
	if (row->arg_count > 2)
		(void)snprintf(third, sizeof(third), ", %" PRIu64, event->arg[2]);
	return text_format("%s(%s%s%s)", row->name, first, second, third);
}

static uint32_t request_index(const struct os *os)
{
	uint32_t i = 0;

	while (i < os->want_count && i < os->seen_count && os->want[i].kind == os->seen[i].kind &&
	       memcmp(os->want[i].arg, os->seen[i].arg, sizeof(os->want[i].arg)) == 0)
		i++;
	return i;
}

static char *cell_text(const struct tables *tables, const struct difference *difference,
		       uint64_t value)
{
	char text[FORM_TEXT_MAX];

	return text_format("%s",
			   cell_print(tables, &tables->field[difference->field], value, text));
}

char *sighting_want(const struct case_file *file, const struct sighting *sighting)
{
	const struct difference *difference = &sighting->difference;
	uint32_t i = request_index(&difference->os);

	if (sighting->kind != SIGHTING_DIFFERENCE)
		return text_format("to go on");
	switch (difference->kind) {
	case DIFFERENCE_OUTCOME:
		return outcome_print(file, sighting, &difference->want_outcome);
	case DIFFERENCE_REQUEST:
		return request_print(file->tables, &difference->os.want[i],
				     i < difference->os.want_count);
	case DIFFERENCE_CELL:
		return cell_text(file->tables, difference, difference->want);
	case DIFFERENCE_WF:
		return text_format("the invariant holds");
	default:
		return text_format("a view that fits");
	}
}

static const char *phase_name(uint32_t phase)
{
	static const char *const name[] = {
		[PHASE_IDLE] = "between cases",
		[PHASE_RESET] = "in the reset",
		[PHASE_APPLY] = "in the target",
		[PHASE_MODEL] = "in the model",
		[PHASE_OBSERVE] = "while the state was read",
	};

	return phase <= PHASE_OBSERVE ? name[phase] : "?";
}

char *sighting_seen(const struct case_file *file, const struct sighting *sighting)
{
	const struct difference *difference = &sighting->difference;
	uint32_t i = request_index(&difference->os);

	if (sighting->kind == SIGHTING_TROUBLE)
		return text_format("%s", sighting->death);
	if (sighting->kind != SIGHTING_DIFFERENCE)
		return text_format("%s %s", sighting->death, phase_name(sighting->phase));
	switch (difference->kind) {
	case DIFFERENCE_OUTCOME:
		return outcome_print(file, sighting, &difference->seen_outcome);
	case DIFFERENCE_REQUEST:
		return request_print(file->tables, &difference->os.seen[i],
				     i < difference->os.seen_count);
	case DIFFERENCE_CELL:
		return cell_text(file->tables, difference, difference->seen);
	case DIFFERENCE_WF:
		return text_format("broken on the %s side", difference->seen ? "real" : "model's");
	default:
		return text_format("more cells than fit");
	}
}

char *cell_name(const struct tables *tables, const struct cell *cell)
{
	const struct field_row *field = &tables->field[cell->field];
	char key[FORM_TEXT_MAX];

	(void)key_print(tables, field, cell->space, cell->key, key);
	if (cell->space != 0)
		return text_format("%s[%u] %s", field->name, cell->space, key);
	return text_format("%s %s", field->name, key);
}

char *sighting_place(const struct case_file *file, const struct sighting *sighting)
{
	const struct difference *difference = &sighting->difference;

	if (sighting->kind == SIGHTING_DIFFERENCE && difference->kind == DIFFERENCE_REQUEST)
		return text_format("request %u", request_index(&difference->os) + 1);
	if (difference->kind != DIFFERENCE_CELL)
		return text_format("%s", sighting_field(file->tables, sighting));
	return cell_name(file->tables, &(struct cell){ .field = difference->field,
						       .space = difference->space,
						       .key = difference->key });
}
